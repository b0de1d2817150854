"""Overlap: how much of the wording of one text occurs in another, and whether a text negates."""

from __future__ import annotations

from itertools import pairwise

from rag.text.languages import table_of
from rag.text.names import find_acronyms
from rag.text.numbers import number_value, numbers
from rag.text.words import content_stems, words


def coverage(claim: str, evidence: str, language: str = "en") -> float:
    """Return the share of the claim's distinct content stems that occur in the evidence, 0 to 1; 1 without any.

    A number is covered by the same value in another spelling ("14", "fourteen"), an acronym by its full name.
    """
    wanted = set(content_stems(claim, language))
    if not wanted:
        return 1.0
    there = set(content_stems(evidence, language))
    left = wanted - there
    if not left:
        return 1.0
    values, acronyms = {value for _, value in numbers(evidence, language)}, find_acronyms(evidence, language)
    covered = len(wanted) - sum(number_value(word, language) not in values and word not in acronyms for word in left)
    return covered / len(wanted)


def bigram_coverage(claim: str, evidence: str) -> float:
    """Return the share of the claim's pairs of neighbouring words that the evidence holds too; 1 without any."""
    wanted = set(pairwise(words(claim)))
    return len(wanted & set(pairwise(words(evidence)))) / len(wanted) if wanted else 1.0


def has_negation(text: str, language: str = "en") -> bool:
    """Return whether the text holds a negating word; False in a language without a table.

    Two negations can cancel each other out, which only a parser would see, so any of them counts.
    """
    negations = table_of(language).negations
    return bool(negations) and any(word in negations or word.endswith("n't") for word in words(text))
