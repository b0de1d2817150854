"""Exports a run as the file of a RAGAS `EvaluationDataset`: JSON lines that `EvaluationDataset.from_jsonl` loads.

Fields of RAGAS 0.4's `SingleTurnSample`: user_input (the standalone question), response, retrieved_contexts,
reference (a reference answer made of the first aliases) and reference_contexts (the gold evidence). Writing
the file needs no RAGAS.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rag.rendering import render_words
from rag.serialization import parse_segment


def ragas_samples(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return one sample a question, in the report's order; without gold answers its reference is empty."""
    return [
        {
            "user_input": question["standalone_question"],
            "response": render_words([parse_segment(segment) for segment in question["segments"]]),
            "retrieved_contexts": [passage["text"] for passage in question["passages"]],
            "reference": ", ".join(group[0] for group in question["gold"]["answers"]),
            "reference_contexts": [evidence["text"] for evidence in question["gold"]["evidence"]],
        }
        for question in report["questions"]
    ]
