"""The command line from end to end with the real models, on the samples: where answers come from, not their prose."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ingest import sample_sources
from ui.cli.app import app

pytestmark = pytest.mark.model


def test_samples_are_ingested_asked_and_cited_word_for_word() -> None:
    runner = CliRunner()
    ingested = runner.invoke(app, ["ingest", *sample_sources()])
    asked = runner.invoke(app, ["ask", "When was the SCO founded?", "--json"])

    answer = json.loads(asked.stdout)
    assert (ingested.exit_code, asked.exit_code) == (0, 0)
    assert answer["verdict"] == "answered"
    assert any("2001" in citation["quote"] for citation in answer["citations"])
    for citation in answer["citations"]:
        assert citation["quote"] in " ".join(Path(citation["source"]).read_text(encoding="utf-8").split())
