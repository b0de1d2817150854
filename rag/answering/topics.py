"""Topics: the words of a question that say what it is about, without those that go with any topic."""

from __future__ import annotations

import json
from functools import cache

from rag.models.fits import WEIGHTS
from rag.text.words import WORD, content_stems

TOPICLESS_FILE = WEIGHTS / "topicless.json"
"""Stems such as those of "articles", "summarise" and "happened": those that questions on many topics have."""


def topic_of(question: str) -> str:
    """Return the content words of a question that belong to its topic, as they were written; "" for none."""
    content = set(content_stems(question)) - topicless_stems()
    return " ".join(word for word in WORD.findall(question) if set(content_stems(word)) & content)


@cache
def topicless_stems() -> frozenset[str]:
    """Return the stems of words that say nothing about a topic; see `eval/training/kinds.py`."""
    return frozenset(json.loads(TOPICLESS_FILE.read_text(encoding="utf-8"))["stems"])
