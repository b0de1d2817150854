from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from eval.cli.app import app
from rag.wiring import INGREDIENTS

ONE = next(iter(INGREDIENTS))


@pytest.mark.model
def test_an_ablation_prints_what_an_ingredient_brings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_LLM", "none")
    arguments = ["ablate", "samples", "--limit", "2", "--only", ONE, "--out", str(tmp_path), "--quiet"]
    done = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert done.exit_code == 0 and f"| {ONE} | " in done.stdout and INGREDIENTS[ONE].does in done.stdout
    again = CliRunner().invoke(app, [*arguments, "--json"], catch_exceptions=False)
    assert [each["name"] for each in json.loads(again.stdout)["ingredients"]] == [ONE]
    assert (tmp_path / "whole" / "report.html").is_file() and (tmp_path / "ablation.md").is_file()
