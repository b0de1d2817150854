"""Composes the answer from grounded claims: numbers the citations, decides the verdict, orders what is said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.answering.unmentioned import say_missing
from rag.checking.claims import GroundedClaim, missing_from_evidence
from rag.ports import Holdings
from rag.reading.evidence import language_of, surroundings
from rag.records import AnswerVerdict, Citation, Claim, Conflict, Evidence, Passage, Segment
from rag.rendering import render_text
from rag.text.questions import asked_kind, holds_kind
from rag.text.tables import readable_text

NOTHING_FOUND = "The library holds no article on this."


@dataclass(frozen=True, slots=True, kw_only=True)
class Composition:
    """The parts of an answer that follow from its claims."""

    verdict: AnswerVerdict
    reason: str
    segments: tuple[Segment, ...]
    confidence: float
    claims: tuple[Claim, ...] = ()
    citations: tuple[Citation, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    nearest: tuple[Citation, ...] = ()

    @property
    def text(self) -> str:
        """What is said with its footnote marks, for reading."""
        return render_text(self.segments)


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


def claim_segment(claims: Sequence[Claim], place: int, *, starts_line: bool = False) -> Segment:
    """The claim at a place as a segment, with its citations."""
    claim = claims[place]
    return Segment(text=claim.text, citations=claim.citations, claim=place, starts_line=starts_line)


def abstain(reason: str, confidence: float, nearest: Sequence[Citation] = ()) -> Composition:
    """An abstention that says why, and names the sentences that come nearest."""
    return Composition(
        verdict="abstained",
        reason=reason,
        segments=(Segment(text=reason),),
        confidence=confidence,
        nearest=tuple(nearest),
    )


def change_reason(composition: Composition, reason: str) -> Composition:
    """The abstention with another reason."""
    return replace(composition, reason=reason, segments=(Segment(text=reason),))


def supported_claims(grounded: Sequence[GroundedClaim]) -> list[GroundedClaim]:
    """The claims that may be shown, each text once."""
    return list({claim.text: claim for claim in grounded if claim.is_supported}.values())


def compose(
    question: str,
    evidence: Sequence[Evidence],
    grounded: Sequence[GroundedClaim],
    probability: float,
    answerable_min: float,
    passages: Sequence[Passage],
    holdings: Holdings,
) -> Composition:
    """The answer of the supported claims, or an abstention that says what is missing and cites what comes nearest.

    Claims that stand nowhere near a name or number that the question asks about, lack the number or time that it asks
    for, or are unlikely to answer it, answer something else, and aren't given. When some claims failed and nothing
    replaced them, the answer is partial.

    Args:
        question: what was asked.
        evidence: what was found for it, best first.
        grounded: the claims as they were judged.
        probability: that the supported ones answer the question (see `rag.checking.decision`): the answer's confidence.
        answerable_min: least probability of an answer that is given.
        passages: all that was found.
        holdings: what the library's articles hold; an abstention names what none of them does.
    """
    if not evidence:
        return abstain(NOTHING_FOUND, 0.0)
    nearest = evidence[0]
    found = [
        *map(surroundings, evidence),
        *(f"{item.article.title}\n{readable_text(item.article, item.chunk)}" for item in passages),
    ]
    supported, language = supported_claims(grounded), language_of(evidence)
    if not supported:
        return abstain(say_missing(question, nearest, holdings), 0.0, [render_citation(1, nearest)])
    cited = [item for claim in supported for item in claim.evidence]
    is_elsewhere = bool(missing_from_evidence(question, cited, "\n".join(found)))
    if is_elsewhere or not _gives_kind(question, supported, language) or probability < answerable_min:
        reason = say_missing(question, nearest, holdings)
        return abstain(reason, min(probability, answerable_min), [render_citation(1, nearest)])
    return _answer(grounded, supported, probability)


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
        segments=tuple(claim_segment(claims, place) for place in range(len(claims))),
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


def _gives_kind(question: str, claims: Sequence[GroundedClaim], language: str) -> bool:
    """Whether a claim gives the number or time that the question asks for, where it asks for one."""
    kind = asked_kind(question, language)
    return any(holds_kind(claim.text, kind, question) for claim in claims)
