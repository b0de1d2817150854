from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from eval.cli.app import app
from eval.running.evaluation import RunPlan
from rag.errors import DatasetError, SettingsError
from rag.library.catalog import Catalog
from rag.library.conversation_records import Feedback
from rag.serialization import render_answer
from rag.settings import load_settings
from tests.eval.builders import make_answer
from tests.eval.conftest import FinishedRun


def test_runs_are_compared(finished: FinishedRun) -> None:
    directory = str(finished.plan.directory)
    done = CliRunner().invoke(app, ["compare", directory, directory, "--json"])
    assert done.exit_code == 0
    assert json.loads(done.stdout)["flips"] == []


def test_a_fall_exits_with_1(finished_plan: RunPlan, tmp_path: Path) -> None:
    report = json.loads((finished_plan.directory / "report.json").read_text())
    report["questions"] = [
        question | {"id": f"{question['id']}-{i}"} for question in report["questions"] for i in (1, 2)
    ]
    report = json.loads(json.dumps(report))
    for question in report["questions"]:
        question["scores"]["correct"]["value"] = 1.0
    better = tmp_path / "better"
    better.mkdir()
    (better / "report.json").write_text(json.dumps(report))
    for question in report["questions"]:
        question["scores"]["correct"]["value"] = 0.0
    (finished_plan.directory / "report.json").write_text(json.dumps(report))
    assert CliRunner().invoke(app, ["compare", str(better), str(finished_plan.directory)]).exit_code == 1


def test_a_checker_is_scored_calibrated_and_stored(tmp_path: Path) -> None:
    claims = tmp_path / "claims.jsonl"
    with claims.open("w") as file:
        for i in range(12):
            line = {"claim": f"Ship {i} sank near Malta in 19{i:02}.", "evidence": [f"Ship {i} sank near Malta."]}
            file.write(json.dumps({**line, "label": "not_supported"}) + "\n")
            line = {"claim": f"Ship {i} sank near Malta.", "evidence": [f"In May ship {i} sank near Malta, they say."]}
            file.write(json.dumps({**line, "label": "supported"}) + "\n")
    arguments = ["checker", str(claims), "--out", str(tmp_path / "out"), "--quiet"]
    before = CliRunner().invoke(app, arguments)
    assert before.exit_code == 0 and "calibration: none" in before.stdout
    assert (tmp_path / "out" / "claims.jsonl").read_text().count("\n") == 24
    fitted = CliRunner().invoke(app, [*arguments, "--calibrate", "--json"])
    path = Path(json.loads(fitted.stdout)["fitted"]["path"])
    assert path.is_file() and path.parent.name == "calibration"
    after = CliRunner().invoke(app, arguments)
    assert "calibration: claims.jsonl" in after.stdout


def test_feedback_becomes_lines_on_standard_output(tmp_path: Path) -> None:
    empty = tmp_path / "feedback.jsonl"
    empty.write_text("")
    done = CliRunner().invoke(app, ["from-feedback", str(empty)])
    assert done.exit_code == 0 and done.stdout == ""


def test_rows_with_passages_become_articles_and_a_data_set(tmp_path: Path) -> None:
    row = {"source": "s", "id": "1", "question": "What?", "evidence": ["It is ice."], "label": "answerable"}
    rows = tmp_path / "rows.jsonl"
    rows.write_text(json.dumps(row | {"extra": {"reference": "Ice."}}))
    done = CliRunner().invoke(app, ["from-passages", str(rows), "--out", str(tmp_path / "set")])
    assert done.exit_code == 0 and "1 articles and 1 questions" in done.stdout
    assert (tmp_path / "set" / "articles.jsonl").exists() and (tmp_path / "set" / "questions.jsonl").exists()


def test_a_run_is_exported_for_ragas(finished_plan: RunPlan) -> None:
    assert CliRunner().invoke(app, ["export-ragas", str(finished_plan.directory)]).exit_code == 0
    assert (finished_plan.directory / "ragas.jsonl").read_text().count("\n") == 5


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["run", "no-such.jsonl"], SettingsError),
        (["run", "samples", "--thresholds", "no-such.toml"], SettingsError),
        (["ablate", "no-such.jsonl"], SettingsError),
        (["ablate", "samples", "--only", "garlic"], SettingsError),
        (["compare", ".", "."], SettingsError),
        (["retrieval", "."], DatasetError),
        (["checker", "no-such.jsonl"], DatasetError),
    ],
)
def test_our_errors_pass_through_to_the_face(
    arguments: list[str], error: type[Exception], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(error):
        CliRunner().invoke(app, arguments, catch_exceptions=False)


def test_wrong_usage_exits_with_2() -> None:
    assert CliRunner().invoke(app, ["run"]).exit_code == 2
    assert CliRunner().invoke(app, ["run", "samples", "--limit", "0"]).exit_code == 2


def test_feedback_in_the_library_becomes_data_set_lines(tmp_path: Path) -> None:
    with closing(Catalog(load_settings().catalog_path)) as catalog:
        kept = catalog.conversations
        for owner in ("ann", "bob"):
            answer = render_answer(replace(make_answer(text="Not stated.", verdict="abstained"), id=owner))
            turn = kept.add_turn(kept.create(owner=owner).id, f"What does {owner} ask?", answer, owner=owner)
            kept.rate(turn.id, Feedback(rating="good"), owner=owner)

    every = CliRunner().invoke(app, ["from-feedback"])
    one = CliRunner().invoke(app, ["from-feedback", "--owner", "bob", "--out", str(tmp_path / "q.jsonl")])

    assert [json.loads(line)["question"] for line in every.stdout.splitlines()] == [
        "What does ann ask?",
        "What does bob ask?",
    ]
    assert one.exit_code == 0
    assert json.loads((tmp_path / "q.jsonl").read_text())["kind"] == "unanswerable"
