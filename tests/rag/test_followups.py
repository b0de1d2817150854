"""Follow-ups with the real language model: the question that stands alone holds what it must."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag.models.language_models import load_llm
from rag.records import Turn
from rag.settings import load_settings
from rag.writing.standalone import standalone_question

CASES = Path(__file__).parents[2] / "eval" / "datasets" / "followups.jsonl"
RIGHT_MIN = 0.8


@pytest.mark.model
def test_most_follow_ups_become_the_question_that_was_meant() -> None:
    llm = load_llm(load_settings())
    wrong = []
    cases = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]
    for case in cases:
        history = [Turn(question=turn["question"], answer=turn["answer"]) for turn in case["history"]]
        found = standalone_question(case["question"], history, llm)
        if not all(any(word in found.lower() for word in words) for words in case["holds"]):
            wrong.append(f"{case['id']}: {found}")
    print("\n".join(wrong))
    assert len(wrong) <= (1 - RIGHT_MIN) * len(cases), wrong
