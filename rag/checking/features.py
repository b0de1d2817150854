"""Features by which a claim's support is judged: the network's output, and exact comparisons beside it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.records import Window
from rag.text.names import missing_names, missing_opening, names
from rag.text.numbers import missing_numbers, numbers
from rag.text.overlap import bigram_coverage, coverage, has_negation
from rag.text.times import find_times, render_resolved
from rag.text.windows import language_of, surroundings
from rag.text.words import content_words

SENTENCE_WORDS_MIN = 4
"""A claim with fewer content words is a short answer: it is judged together with its question."""

LOG_ODDS_MAX = 6.0
"""Log-odds of a network are clipped here: beyond, more certainty means nothing."""

REASONS = {
    "network": "the claim checker's reading of the evidence",
    "contradiction": "the claim checker's reading of the evidence",
    "coverage": "the share of its words that the evidence holds",
    "bigrams": "how closely its wording follows the evidence",
    "facts": "its names and numbers",
    "negation": "negation",
}
"""The name of each feature in the reason of a verdict."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """How a claim compares with its evidence.

    Attributes:
        coverage: share of the claim's distinct content stems that occur in the evidence, 0 to 1; 1 without any.
        bigrams: share of the claim's pairs of neighbouring words that are neighbours in the evidence; 1 without any.
        facts: share of the claim's names and numbers that occur in the evidence; 1 without any.
        missing_numbers: numbers of the claim that the evidence lacks, as written.
        missing_names: names of the claim that neither the evidence nor its surroundings hold, as written.
    """

    coverage: float
    bigrams: float
    facts: float
    missing_numbers: tuple[str, ...]
    missing_names: tuple[str, ...]


def compare(claim: str, evidence: str, context: str = "", language: str = "en") -> Signals:
    """Return the signals of a claim over its evidence.

    Args:
        claim: one sentence.
        evidence: the sentences that it cites; its numbers must occur here.
        context: text around the evidence, such as the title; its names may occur here instead.
        language: that of the evidence.
    """
    both = f"{evidence}\n{context}"
    lacking_numbers = missing_numbers(claim, evidence, language)
    lacking_names = missing_names(claim, both, language)
    n_facts = len({written for written, _ in numbers(claim, language)}) + len(set(names(claim, language)))
    return Signals(
        coverage=coverage(claim, both, language),
        bigrams=bigram_coverage(claim, evidence),
        facts=1 - (len(lacking_numbers) + len(lacking_names)) / n_facts if n_facts else 1.0,
        missing_numbers=lacking_numbers,
        missing_names=lacking_names or missing_opening(claim, both, language),
    )


def hypothesis_of(claim: str, question: str) -> str:
    """Return the text that is judged: the claim, or for a short answer the question and the claim."""
    return f"{question} {claim}" if question and is_short_answer(claim) else claim


def is_short_answer(claim: str) -> bool:
    """Return whether a claim means nothing without its question: "14", "in Paris"."""
    return len(content_words(claim)) < SENTENCE_WORDS_MIN


def signals_of(claim: str, evidence: Sequence[Window], question: str = "") -> Signals:
    """Return how a claim compares with all its evidence together; a short answer is compared with its question.

    Names may occur around the evidence. Numbers must occur in it, or follow from its date: 2023 from "last year".
    """
    context = "\n".join(map(surroundings, evidence))
    return compare(hypothesis_of(claim, question), _quotes(claim, evidence), context, language_of(evidence))


def unsupported_numbers(claim: str, evidence: Sequence[Window]) -> tuple[str, ...]:
    """Return the numbers of the claim itself that its evidence lacks, as written."""
    return missing_numbers(claim, _quotes(claim, evidence), language_of(evidence))


def _quotes(claim: str, evidence: Sequence[Window]) -> str:
    """Return the words of the evidence; for a claim that names a time, with their relative times spelled out."""
    language = language_of(evidence)
    quotes = [item.quote for item in evidence]
    if find_times(claim, language=language):
        quotes += [render_resolved(item.quote, item.article.published, language) for item in evidence]
    return "\n".join(quotes)


def support_features(
    claim: str, evidence: Sequence[Window], question: str, probabilities: Mapping[str, float]
) -> dict[str, float]:
    """Return the features of one claim, by the names in `REASONS`.

    Args:
        claim: the claim as it was written.
        evidence: at least one window.
        question: the question that the claim answers, or "".
        probabilities: the network's, for supported, unsupported and contradicted.
    """
    signals, language = signals_of(claim, evidence, question), language_of(evidence)
    negates = has_negation(claim, language)
    return {
        "network": log_odds(probabilities["supported"]),
        "contradiction": probabilities["contradicted"],
        "coverage": signals.coverage,
        "bigrams": signals.bigrams,
        "facts": signals.facts,
        "negation": float(any(has_negation(item.quote, language) != negates for item in evidence)),
    }


def log_odds(probability: float) -> float:
    """Return log(p / (1 - p)), clipped to ± `LOG_ODDS_MAX`."""
    edge = 1 / (1 + math.exp(LOG_ODDS_MAX))
    kept = min(max(probability, edge), 1 - edge)
    return math.log(kept / (1 - kept))
