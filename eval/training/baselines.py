"""Simple scores that a trained judge must beat: shared words, word pairs, names and numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TypeVar

import numpy as np

from eval.training.edits import MONTHS, NUMBER, NUMBER_WORDS, find_names

_Item = TypeVar("_Item")
_STOPWORDS = frozenset({
    "a", "an", "the", "of", "in", "on", "at", "to", "for", "from", "by", "with", "and", "or", "but", "is",
    "are", "was", "were", "be", "been", "being", "do", "does", "did", "has", "have", "had", "that",
    "this", "it", "its", "he", "she", "they", "his", "her", "their", "there", "as", "not", "who", "which",
    "what", "when", "where", "how",
})  # fmt: skip


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def _share(wanted: set[_Item], found: set[_Item]) -> float:
    return len(wanted & found) / len(wanted) if wanted else 1.0


def unigram_coverage(claim: str, evidence: str) -> float:
    """Return the share of the claim's content words that the evidence has; 1.0 if the claim has none."""
    return _share(set(_words(claim)) - _STOPWORDS, set(_words(evidence)))


def bigram_coverage(claim: str, evidence: str) -> float:
    """Return the share of the claim's pairs of neighbouring words that the evidence has."""
    a, b = _words(claim), _words(evidence)
    return _share(set(pairwise(a)), set(pairwise(b)))


def fact_words(text: str) -> set[str]:
    """Return the words of names, the numbers, number words and months of a text, in lower case."""
    facts = {w for start, end in find_names(text) for w in _words(text[start:end])} - _STOPWORDS
    facts |= {m.group().replace(",", "") for m in NUMBER.finditer(text)}
    facts |= {w for w in _words(text) if w in NUMBER_WORDS}
    return facts | {m.lower() for m in MONTHS if m in text}


def fact_coverage(claim: str, evidence: str) -> float:
    """Return the share of the claim's names, numbers and months that the evidence has; 1.0 if the claim has none."""
    return _share(fact_words(claim), set(_words(evidence)) | fact_words(evidence))


BASELINES: dict[str, Callable[[str, str], float]] = {
    "unigram coverage": unigram_coverage,
    "bigram coverage": bigram_coverage,
    "names and numbers": fact_coverage,
}
"""The word-based scores by the name that tables give them."""


def baseline_scores(pairs: Sequence[tuple[str, str]]) -> dict[str, np.ndarray]:
    """Return each word-based score of each pair."""
    return {name: np.array([score(a, b) for a, b in pairs]) for name, score in BASELINES.items()}
