"""Composition: makes the parts of an answer from judged claims, and numbers their citations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.answering.unmentioned import say_missing
from rag.checking.claims import GroundedClaim
from rag.checking.decision import Decision
from rag.ports import Holdings
from rag.records import AnswerVerdict, Article, Citation, Claim, Conflict, Segment, Window
from rag.rendering import render_text, source_name

NOTHING_FOUND = "The library holds no article on this."
NOTHING_ALLOWED = "The library holds no article that the filters allow."
NO_MORE = "The articles say no more on this."
UNSURE = "Whether this answers exactly the question is in doubt."


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
        """Return the text of the segments with footnote marks, for reading."""
        return render_text(self.segments)


def render_citation(number: int, evidence: Window) -> Citation:
    """Return the citation of a window."""
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


def name_of(article: Article) -> str:
    """Return the name of an article for a line of an answer: its title or source, publisher and day."""
    day = article.published[:10]
    return ", ".join(part for part in (article.title or source_name(article.source), article.publisher, day) if part)


def claim_segment(claims: Sequence[Claim], place: int, *, starts_line: bool = False) -> Segment:
    """Return the claim at a place as a segment with its citations."""
    claim = claims[place]
    return Segment(text=claim.text, citations=claim.citations, claim=place, starts_line=starts_line)


def abstain(reason: str, confidence: float, nearest: Sequence[Citation] = ()) -> Composition:
    """Return an abstention with its reason and the nearest windows."""
    return Composition(
        verdict="abstained",
        reason=reason,
        segments=(Segment(text=reason),),
        confidence=confidence,
        nearest=tuple(nearest),
    )


def change_reason(composition: Composition, reason: str) -> Composition:
    """Return the abstention with another reason."""
    return replace(composition, reason=reason, segments=(Segment(text=reason),))


def supported_claims(grounded: Sequence[GroundedClaim]) -> list[GroundedClaim]:
    """Return the claims that may be shown, each text once."""
    return list({claim.text: claim for claim in grounded if claim.is_supported}.values())


def compose(
    question: str, evidence: Sequence[Window], grounded: Sequence[GroundedClaim], decision: Decision, holdings: Holdings
) -> Composition:
    """Return the answer of the supported claims, or an abstention with the nearest window.

    The answer is partial if a claim isn't supported and no quote replaces it.

    Args:
        question: the standalone question.
        evidence: the windows chosen for it, best first.
        grounded: the judged claims; without a supported one it is an abstention.
        decision: whether the supported ones are shown.
        holdings: looks up all articles: an abstention names the words of the question that none of them holds.
    """
    if not evidence:
        return abstain(NOTHING_FOUND, 0.0)
    if decision.verdict == "abstained" or not supported_claims(grounded):
        nearest = evidence[0]
        return abstain(say_missing(question, nearest, holdings), decision.confidence, [render_citation(1, nearest)])
    return _answer(grounded, decision)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of an answer: claims behind a label, which may be ""."""

    label: str = ""
    claims: Sequence[GroundedClaim] = ()


def compose_lines(lines: Sequence[Line], decision: Decision, reason: str = "") -> Composition:
    """Return the answer whose supported claims are on these lines, its citations numbered in order.

    Without another reason, an unsure answer says that it is in doubt.
    """
    numbers: dict[tuple[str, int, int], int] = {}
    citations: list[Citation] = []
    claims: list[Claim] = []
    segments: list[Segment] = []
    for line in lines:
        opens = True
        if line.label:
            segments.append(Segment(text=line.label, starts_line=True))
            opens = False
        for claim in line.claims:
            cited = []
            for item in claim.evidence:
                place = (item.article.id, item.start, item.end)
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
            segments.append(claim_segment(claims, len(claims) - 1, starts_line=opens))
            opens = False
    return Composition(
        verdict=decision.verdict,
        reason=reason or (UNSURE if decision.verdict == "unsure" else ""),
        segments=tuple(segments),
        confidence=decision.confidence,
        claims=tuple(claims),
        citations=tuple(citations),
    )


def _answer(grounded: Sequence[GroundedClaim], decision: Decision) -> Composition:
    left_out = _left_out(grounded)
    doubts = [UNSURE] if decision.verdict == "unsure" and left_out else []
    answer = compose_lines([Line(claims=supported_claims(grounded))], decision, " ".join([*doubts, *left_out]))
    return replace(answer, verdict="partial") if left_out else answer


def _left_out(grounded: Sequence[GroundedClaim]) -> list[str]:
    """Return a sentence on each claim that isn't supported and that no quote replaces."""
    said = []
    for claim, following in zip(grounded, [*grounded[1:], None], strict=True):
        replaced = following is not None and following.is_supported and following.evidence[:1] == claim.evidence[:1]
        if not claim.is_supported and not replaced:
            said.append(f"Left out: “{claim.text}” ({claim.judgement.reason}).")
    return said
