"""Composes the answer from grounded claims: numbers the citations, decides the verdict, writes the text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.evidence import surroundings
from rag.grounding import GroundedClaim, missing_from_evidence, unmentioned_words
from rag.questions import asked_kind, holds_kind
from rag.records import AnswerVerdict, Citation, Claim, Conflict, Evidence
from rag.signals import coverage

FIT_MIN = 0.5
COVERAGE_MIN = 0.6
"""A cited sentence must fit the question so well, by its score (see `Evidence`), or hold so much of it.

Seen on 300 questions of QED (natural questions; the sentence with the answer against another one of its paragraph): 28%
of the right sentences are refused, 40% of the others pass. On 60 questions of SQuAD 2.0's development set, drafted by
the embedded model: 14% of the 28 answerable ones are refused, 75% of the 32 unanswerable ones, which are made to look
answerable, pass. Higher values refuse too many answers. With other embedding models the scores lie elsewhere."""

RELEVANCE_MIN = 0.5
"""Share of the question's content words that an answer, its quotes and their surroundings must hold together."""

NOTHING_FOUND = "The library holds no article on this."
NOT_STATED = "The articles found do not say this."


@dataclass(frozen=True, slots=True, kw_only=True)
class Composition:
    """The parts of an answer that follow from its claims."""

    verdict: AnswerVerdict
    reason: str
    text: str
    confidence: float
    claims: tuple[Claim, ...] = ()
    citations: tuple[Citation, ...] = ()
    conflicts: tuple[Conflict, ...] = ()


def render_citation(number: int, evidence: Evidence) -> Citation:
    """The citation of a sentence of evidence."""
    article = evidence.article
    return Citation(
        number=number,
        article_id=article.id,
        version=article.version,
        title=article.title,
        publisher=article.publisher,
        published=article.published,
        source=article.source,
        start=evidence.start,
        end=evidence.end,
        quote=evidence.quote,
    )


def compose(question: str, evidence: Sequence[Evidence], grounded: Sequence[GroundedClaim]) -> Composition:
    """The answer of the supported claims, or an abstention that says what is missing.

    An answer whose claims and quotes hold too little of the question, or stand nowhere near a name or number that it
    asks about, answers something else, and isn't given. When some claims failed and nothing replaced them, the answer
    is partial.
    """
    if not evidence:
        return _abstain(NOTHING_FOUND, 0.0)
    supported = list({claim.text: claim for claim in grounded if claim.is_supported}.values())
    if not supported:
        failed = [f"“{claim.text}” was left out: {claim.judgement.reason}" for claim in grounded]
        return _abstain(_say_missing(question, evidence, failed), 0.0)
    relevance = _relevance(question, supported)
    confidence = relevance * sum(claim.judgement.score for claim in supported) / len(supported)
    cited = [item for claim in supported for item in claim.evidence]
    elsewhere = missing_from_evidence(question, cited)
    if elsewhere or relevance < RELEVANCE_MIN or not _gives_kind(question, supported) or not _fits(cited):
        nearest = [f"What comes nearest does not speak of {', '.join(elsewhere)}."] if elsewhere else []
        return _abstain(_say_missing(question, evidence, nearest), confidence * 0.5)
    return _answer(grounded, supported, confidence)


def _answer(grounded: Sequence[GroundedClaim], supported: Sequence[GroundedClaim], confidence: float) -> Composition:
    numbers: dict[tuple[str, int], int] = {}
    citations: list[Citation] = []
    claims: list[Claim] = []
    for claim in supported:
        cited = []
        for item in claim.evidence:
            place = (item.article.id, item.start)
            if place not in numbers:
                numbers[place] = len(numbers) + 1
                citations.append(render_citation(numbers[place], item))
            cited.append(numbers[place])
        claims.append(
            Claim(
                text=claim.text,
                verdict=claim.judgement.verdict,
                score=claim.judgement.score,
                citations=tuple(cited),
                reason=claim.judgement.reason,
            )
        )
    left_out = _left_out(grounded)
    return Composition(
        verdict="partial" if left_out else "answered",
        reason=" ".join(left_out),
        text=" ".join(f"{claim.text} {''.join(f'[{number}]' for number in claim.citations)}" for claim in claims),
        confidence=confidence,
        claims=tuple(claims),
        citations=tuple(citations),
    )


def _left_out(grounded: Sequence[GroundedClaim]) -> list[str]:
    """The claims that failed and were not replaced by a quote, in words."""
    said = []
    for claim, following in zip(grounded, [*grounded[1:], None], strict=True):
        replaced = following is not None and following.is_supported and following.evidence[:1] == claim.evidence[:1]
        if not claim.is_supported and not replaced:
            said.append(f"Left out: “{claim.text}” ({claim.judgement.reason}).")
    return said


def _fits(cited: Sequence[Evidence]) -> bool:
    """Whether a cited sentence fits the question well enough to be an answer to it."""
    return any(item.score >= FIT_MIN or item.coverage >= COVERAGE_MIN for item in cited)


def _gives_kind(question: str, claims: Sequence[GroundedClaim]) -> bool:
    """Whether a claim gives the number or time that the question asks for, where it asks for one."""
    kind = asked_kind(question)
    return any(holds_kind(claim.text, kind, question) for claim in claims)


def _relevance(question: str, claims: Sequence[GroundedClaim]) -> float:
    held = "\n".join(f"{claim.text}\n" + "\n".join(surroundings(item) for item in claim.evidence) for claim in claims)
    return coverage(question, held)


def _say_missing(question: str, evidence: Sequence[Evidence], details: Sequence[str]) -> str:
    missing = list(missing_from_evidence(question, evidence))
    named = {word.lower() for word in missing}
    missing += [word for word in unmentioned_words(question, evidence) if word not in named]
    parts = [NOT_STATED]
    if missing:
        parts.append(f"No passage found mentions {', '.join(dict.fromkeys(missing))}.")
    return " ".join([*parts, *details])


def _abstain(reason: str, confidence: float) -> Composition:
    return Composition(verdict="abstained", reason=reason, text=reason, confidence=confidence)
