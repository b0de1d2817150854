from __future__ import annotations

import copy
from typing import Any

import pytest

from eval.reports.comparing import compare_reports, render_comparison
from rag.errors import SettingsError


def report(correct: list[int], false_answers: list[int] | None = None) -> dict[str, Any]:
    questions = []
    for i, right in enumerate(correct):
        scores = {"correct": {"value": float(right), "weight": 1.0}}
        if false_answers:
            scores["false_answers"] = {"value": float(false_answers[i]), "weight": 1.0}
        text = f"answer {right}"
        questions.append({"id": f"q{i}", "question": f"Q{i}?", "kind": "answerable", "text": text, "scores": scores})
    return {"questions": questions}


def test_a_run_against_itself_shows_nothing() -> None:
    comparison = compare_reports(report([1, 0, 1]), report([1, 0, 1]))
    assert not comparison.flips and not comparison.has_fallen
    assert [d.change.mean for d in comparison.differences] == [0]


def test_flips_are_listed_with_both_answers() -> None:
    comparison = compare_reports(report([1, 0, 1]), report([0, 1, 1]))
    assert [(flip.id, flip.now_right) for flip in comparison.flips] == [("q0", False), ("q1", True)]
    text = render_comparison(comparison, "A", "B")
    assert "Now wrong: 1" in text and "A: answer 1" in text and "B: answer 0" in text


def test_a_significant_fall_is_told_from_noise() -> None:
    assert compare_reports(report([1] * 20), report([0] * 10 + [1] * 10)).has_fallen
    assert not compare_reports(report([1] * 20), report([0] + [1] * 19)).has_fallen
    assert not compare_reports(report([0] * 10 + [1] * 10), report([1] * 20)).has_fallen


def test_a_handful_of_questions_proves_nothing() -> None:
    assert not compare_reports(report([1] * 5), report([0] * 5)).has_fallen
    assert compare_reports(report([1] * 6), report([0] * 6)).has_fallen


def test_a_figure_that_should_be_low_falls_by_rising() -> None:
    quiet, loud = report([1] * 20, [0] * 20), report([1] * 20, [1] * 20)
    assert compare_reports(quiet, loud).has_fallen and not compare_reports(loud, quiet).has_fallen


def test_only_the_same_questions_are_compared() -> None:
    other = copy.deepcopy(report([1, 1]))
    other["questions"][0]["question"] = "Another?"
    assert compare_reports(report([0, 1]), other).n_questions == 1
    with pytest.raises(SettingsError, match="share no question"):
        compare_reports(report([1]), {"questions": []})
