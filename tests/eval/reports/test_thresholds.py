from __future__ import annotations

from pathlib import Path

import pytest

from eval.reports.thresholds import check_thresholds, load_thresholds
from rag.errors import SettingsError


def test_bounds_are_kept_missed_or_not_measured(tmp_path: Path) -> None:
    path = tmp_path / "t.toml"
    path.write_text(
        'false_answers = { max = 0.3 }\ncorrect = { min = 0.5 }\n"correct/conflict" = { min = 0.5 }\n'
        "latency_median_s = { max = 8 }\n"
    )
    values = {"false_answers": 0.3, "correct": 0.4, "latency_median_s": 2.0}
    verdicts = check_thresholds(load_thresholds(path), values)
    assert {v.threshold.name: v.passed for v in verdicts} == {
        "false_answers": True,
        "correct": False,
        "correct/conflict": False,
        "latency_median_s": True,
    }


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("corect = { min = 1 }", "unknown figure 'corect'"),
        ('"correct/riddle" = { min = 1 }', "unknown figure"),
        ("correct = { }", "either min or max"),
        ("correct = { min = 0, max = 1 }", "either min or max"),
        ("correct = 1", "correct"),
        ("nonsense", "can't be read"),
    ],
)
def test_a_wrong_file_is_refused_with_its_reason(tmp_path: Path, content: str, reason: str) -> None:
    path = tmp_path / "t.toml"
    path.write_text(content)
    with pytest.raises(SettingsError, match=reason):
        load_thresholds(path)


def test_a_bound_of_zero_is_a_bound(tmp_path: Path) -> None:
    path = tmp_path / "t.toml"
    path.write_text("errors = { max = 0 }")
    assert [v.passed for v in check_thresholds(load_thresholds(path), {"errors": 1.0})] == [False]
    assert [v.passed for v in check_thresholds(load_thresholds(path), {"errors": 0.0})] == [True]
