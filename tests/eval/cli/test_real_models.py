"""The evaluation with the real models, as CI runs it."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import pytest
from typer.testing import CliRunner

from eval.cli.app import app
from eval.reports.thresholds import load_thresholds


def test_the_thresholds_of_ci_name_known_figures() -> None:
    assert load_thresholds(Path(str(resources.files("eval.datasets") / "thresholds.toml")))


@pytest.mark.model
@pytest.mark.parametrize("target", ["extractive", "footnote", "baseline"])
def test_a_target_answers_samples_and_is_reported(target: str, tmp_path: Path) -> None:
    arguments = ["run", "samples", "--limit", "2", "--target", target, "--out", str(tmp_path / "run"), "--quiet"]
    done = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert done.exit_code == 0
    report = json.loads((tmp_path / "run" / "report.json").read_text())
    assert len(report["questions"]) == 2 and report["plain_figures"]["errors"] == 0
    assert ("quote_exact" in report["figures"]) <= (target != "baseline")
