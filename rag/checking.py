"""The deterministic claim checker: numbers, names and words of a claim must stand in its evidence."""

from __future__ import annotations

from collections.abc import Sequence

from rag.evidence import surroundings
from rag.records import Evidence, Judgement
from rag.signals import Signals, compare, numbers
from rag.words import content_words

COVERAGE_MIN = 0.6
"""Share of a claim's content words that its evidence must hold."""

SENTENCE_WORDS_MIN = 4
"""A claim with fewer content words is a short answer: it is judged together with its question."""


class SignalsChecker:
    """Judges by exact signals alone; implements the port `ClaimChecker`.

    It can't see who did what to whom: a sentence made of the evidence's words in another order passes.
    """

    name = "builtin:signals"

    def check(self, claim: str, evidence: Sequence[Evidence], question: str = "") -> Judgement:
        """The judgement of the claim over all the evidence together; the score is the coverage, 0 to 1."""
        if not evidence:
            return Judgement(verdict="unsupported", score=0.0, reason="no evidence")
        quotes = "\n".join(item.quote for item in evidence)
        if " ".join(claim.split()).rstrip(".") in " ".join(quotes.split()) and not _is_short(claim):
            return Judgement(verdict="supported", score=1.0, reason="stands in the article word for word")
        hypothesis = f"{question} {claim}" if question and _is_short(claim) else claim
        context = "\n".join(surroundings(item) for item in evidence)
        return _judge(compare(hypothesis, quotes, context), hypothesis, quotes)


def _is_short(claim: str) -> bool:
    return len(content_words(claim)) < SENTENCE_WORDS_MIN


def _judge(signals: Signals, claim: str, quotes: str) -> Judgement:
    if signals.missing_numbers:
        verdict = "contradicted" if signals.coverage >= COVERAGE_MIN and numbers(quotes) else "unsupported"
        return _refused(
            verdict, signals, f"the evidence lacks the number {', '.join(signals.missing_numbers)}"
        )
    if signals.missing_names:
        return _refused(
            "unsupported", signals, f"the evidence lacks the name {', '.join(signals.missing_names)}"
        )
    if signals.coverage < COVERAGE_MIN:
        return _refused("unsupported", signals, f"the evidence holds {signals.coverage:.0%} of its words")
    if signals.negated:
        return _refused("contradicted", signals, "the evidence differs in negation")
    return Judgement(
        verdict="supported", score=signals.coverage, reason=f"{signals.coverage:.0%} of its words"
    )


def _refused(verdict: str, signals: Signals, reason: str) -> Judgement:
    return Judgement(
        verdict="contradicted" if verdict == "contradicted" else "unsupported",
        score=min(signals.coverage, 1.0) * 0.5,
        reason=reason,
    )
