from __future__ import annotations

from typing import Any

from eval.reports.ablation import build_ingredient, render_ablation


def report(
    correct: list[int], total_ms: float, false_answers: list[int] | None = None, error: str = ""
) -> dict[str, Any]:
    questions = []
    for i, right in enumerate(correct):
        scores = {"correct": {"value": float(right), "weight": 1.0}}
        if false_answers:
            scores["false_answers"] = {"value": float(false_answers[i]), "weight": 1.0}
        questions.append(
            {
                "id": f"q{i}",
                "question": f"Q{i}?",
                "kind": "answerable",
                "text": f"answer {right}",
                "scores": scores,
                "error": error if i == 0 else "",
                "timings_ms": {"total": total_ms + i},
            }
        )
    return {"questions": questions, "figures": {"correct": {"mean": sum(correct) / len(correct)}}, "run": {}}


def test_an_ingredient_brings_what_the_run_without_it_lacks() -> None:
    found = build_ingredient("x", "Does x.", report([1] * 8, 30.0), report([0] * 8, 10.0))
    [correct] = found.differences
    assert correct.change.mean == 1 and correct.significant and not correct.worse
    assert (found.n_answers_changed, found.n_made_right, found.n_made_wrong) == (8, 8, 0)
    assert found.cost_ms is not None and found.cost_ms.mean == 20


def test_false_answers_that_an_ingredient_adds_are_a_loss() -> None:
    found = build_ingredient("x", "", report([1] * 8, 1.0, [1] * 8), report([1] * 8, 1.0, [0] * 8))
    [false_answers] = [d for d in found.differences if d.name == "false_answers"]
    assert false_answers.change.mean == 1 and false_answers.worse


def test_an_ingredient_that_changes_nothing_shows_zeros() -> None:
    same = report([1, 0], 5.0)
    text = render_ablation([build_ingredient("x", "Does x.", same, same)], same)
    assert "| x | 0.0 (0.0 to 0.0) | – | – | – | 0 (+0 −0) | 0 (0 to 0) |" in text
    assert "2 questions." in text and "Right answer or right abstention 50.0%" in text


def test_failed_questions_have_no_time() -> None:
    found = build_ingredient("x", "", report([1, 1, 1], 100.0, error="out"), report([1, 1, 1], 0.0))
    assert found.cost_ms is not None and found.cost_ms.n == 2


def test_a_gain_is_bold_and_signed() -> None:
    whole = report([1] * 8, 1.0)
    text = render_ablation([build_ingredient("x", "", report([0] * 8, 1.0), whole)], whole)
    assert "**−100.0 (−100.0 to −100.0)**" in text and "8 (+0 −8)" in text
