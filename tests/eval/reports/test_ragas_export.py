from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from eval.reports.ragas_export import ragas_samples
from eval.running.json_lines import write_lines


def test_a_run_becomes_samples_without_citation_marks(report: dict[str, Any]) -> None:
    samples = ragas_samples(report)
    ferry, king = samples[0], samples[3]
    assert ferry["response"].endswith("were saved.") and ferry["reference"] == "212"
    assert ferry["retrieved_contexts"] and ferry["reference_contexts"]
    assert king["reference"] == ""


def test_ragas_loads_the_file(report: dict[str, Any], tmp_path: Path) -> None:
    schema = pytest.importorskip("ragas.dataset_schema", exc_type=ImportError)
    samples = ragas_samples(report)
    write_lines(tmp_path / "ragas.jsonl", samples)
    loaded = schema.EvaluationDataset.from_jsonl(tmp_path / "ragas.jsonl")
    assert len(loaded) == len(samples)
    assert loaded[0].user_input == samples[0]["user_input"]
