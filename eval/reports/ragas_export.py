"""Exports a run as the file of a RAGAS `EvaluationDataset`: JSON lines that `EvaluationDataset.from_jsonl` loads.

Fields of RAGAS 0.4's `SingleTurnSample`: user_input (the standalone question), response, retrieved_contexts,
reference (the data set's reference answer, or one made of the first aliases of the answers or facts) and
reference_contexts (the gold evidence). Writing the file needs no RAGAS.
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
            "reference": question["gold"].get("reference") or ", ".join(_first_aliases(question["gold"])),
            "reference_contexts": [evidence["text"] for evidence in question["gold"]["evidence"]],
        }
        for question in report["questions"]
    ]


def _first_aliases(gold: Mapping[str, Any]) -> list[str]:
    return [group[0] for group in gold["answers"]] or [fact["aliases"][0] for fact in gold.get("facts", [])]
