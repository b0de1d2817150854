"""The features by which a claim's support is judged: what the network says, and the exact signals beside it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from rag.reading.evidence import language_of, surroundings
from rag.records import Evidence
from rag.text.signals import Signals, compare, has_negation, missing_numbers
from rag.text.times import find_times, render_resolved
from rag.text.words import content_words

SENTENCE_WORDS_MIN = 4
"""A claim with fewer content words is a short answer: it is judged together with its question."""

LOG_ODDS_MAX = 6.0
"""Beyond it, a network's certainty says nothing more."""

REASONS = {
    "network": "the claim checker's reading of the evidence",
    "contradiction": "the claim checker's reading of the evidence",
    "coverage": "the share of its words that the evidence holds",
    "bigrams": "how closely its wording follows the evidence",
    "facts": "its names and numbers",
    "negation": "negation",
}
"""Each feature in words, as a verdict's reason names it."""


def hypothesis_of(claim: str, question: str) -> str:
    """What is judged: the claim, or question and claim together where the claim is only a short answer."""
    return f"{question} {claim}" if question and is_short_answer(claim) else claim


def is_short_answer(claim: str) -> bool:
    """Whether a claim only answers its question ("14", "in Paris"), and says nothing without it."""
    return len(content_words(claim)) < SENTENCE_WORDS_MIN


def signals_of(claim: str, evidence: Sequence[Evidence], question: str = "") -> Signals:
    """How a claim, with its question where it is a short answer, compares with all its evidence together.

    Names may stand around the evidence; numbers must stand in it, or follow from its date: 2023 from "last year".
    """
    context = "\n".join(map(surroundings, evidence))
    return compare(hypothesis_of(claim, question), _quotes(claim, evidence), context, language_of(evidence))


def unsupported_numbers(claim: str, evidence: Sequence[Evidence]) -> tuple[str, ...]:
    """The numbers of the claim itself that its evidence lacks, as written."""
    return missing_numbers(claim, _quotes(claim, evidence), language_of(evidence))


def _quotes(claim: str, evidence: Sequence[Evidence]) -> str:
    """The evidence's sentences, with their relative times spelled out where the claim names a time."""
    language = language_of(evidence)
    quotes = [item.quote for item in evidence]
    if find_times(claim, language=language):
        quotes += [render_resolved(item.quote, item.article.published, language) for item in evidence]
    return "\n".join(quotes)


def support_features(
    claim: str, evidence: Sequence[Evidence], question: str, probabilities: Mapping[str, float]
) -> dict[str, float]:
    """The features of one claim, by the names in `REASONS`.

    Args:
        claim: what is judged.
        evidence: at least one sentence.
        question: what the claim answers, or "".
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
    """log(p / (1 - p)), kept within ± `LOG_ODDS_MAX`."""
    edge = 1 / (1 + math.exp(LOG_ODDS_MAX))
    kept = min(max(probability, edge), 1 - edge)
    return math.log(kept / (1 - kept))
