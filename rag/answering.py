"""Composes the answer from grounded claims: numbers the citations, decides the verdict, writes the text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.checking import VERBATIM, is_short_answer, is_verbatim
from rag.grounding import GroundedClaim, missing_from_evidence, unmentioned_words
from rag.questions import asked_kind, holds_kind
from rag.records import AnswerVerdict, Citation, Claim, Conflict, Evidence
from rag.short_answers import short_answer

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


def supported_claims(grounded: Sequence[GroundedClaim]) -> list[GroundedClaim]:
    """The claims that may be shown, each text once."""
    return list({claim.text: claim for claim in grounded if claim.is_supported}.values())


def compose(
    question: str,
    evidence: Sequence[Evidence],
    grounded: Sequence[GroundedClaim],
    probability: float,
    answerable_min: float,
) -> Composition:
    """The answer of the supported claims, or an abstention that says what is missing.

    Claims that stand nowhere near a name or number that the question asks about, lack the number or time that it asks
    for, or are unlikely to answer it, answer something else, and aren't given. When some claims failed and nothing
    replaced them, the answer is partial.

    Args:
        question: what was asked.
        evidence: what was found for it.
        grounded: the claims as they were judged.
        probability: that the supported ones answer the question (see `rag.answerability`): the answer's confidence.
        answerable_min: least probability of an answer that is given.
    """
    if not evidence:
        return _abstain(NOTHING_FOUND, 0.0)
    supported = supported_claims(grounded)
    if not supported:
        failed = [f"“{claim.text}” was left out: {claim.judgement.reason}" for claim in grounded]
        return _abstain(_say_missing(question, evidence, failed), 0.0)
    elsewhere = missing_from_evidence(question, [item for claim in supported for item in claim.evidence])
    if elsewhere or not _gives_kind(question, supported) or probability < answerable_min:
        nearest = [f"What comes nearest does not speak of {', '.join(elsewhere)}."] if elsewhere else []
        return _abstain(_say_missing(question, evidence, nearest), min(probability, answerable_min))
    return _answer(question, grounded, supported, probability)


def _answer(
    question: str, grounded: Sequence[GroundedClaim], supported: Sequence[GroundedClaim], confidence: float
) -> Composition:
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
    short = short_answer(question, supported[0].text)
    if short and is_verbatim(short, [item.quote for item in supported[0].evidence]):
        claims.insert(0, replace(claims[0], text=short, score=1.0, reason=VERBATIM))
    left_out = _left_out(grounded)
    return Composition(
        verdict="partial" if left_out else "answered",
        reason=" ".join(left_out),
        text="".join(_render_claim(claim) for claim in claims).strip(),
        confidence=confidence,
        claims=tuple(claims),
        citations=tuple(citations),
    )


def _render_claim(claim: Claim) -> str:
    """The claim with its citation numbers; a short answer on a line of its own."""
    marks = "".join(f"[{number}]" for number in claim.citations)
    return f"{claim.text} {marks}{chr(10) if is_short_answer(claim.text) else ' '}"


def _left_out(grounded: Sequence[GroundedClaim]) -> list[str]:
    """The claims that failed and were not replaced by a quote, in words."""
    said = []
    for claim, following in zip(grounded, [*grounded[1:], None], strict=True):
        replaced = following is not None and following.is_supported and following.evidence[:1] == claim.evidence[:1]
        if not claim.is_supported and not replaced:
            said.append(f"Left out: “{claim.text}” ({claim.judgement.reason}).")
    return said


def _gives_kind(question: str, claims: Sequence[GroundedClaim]) -> bool:
    """Whether a claim gives the number or time that the question asks for, where it asks for one."""
    kind = asked_kind(question)
    return any(holds_kind(claim.text, kind, question) for claim in claims)


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
