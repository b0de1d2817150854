"""Questions in several parts: taken apart, asked one by one like turns of a conversation, and answered together."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rag.answering.composing import Composition, abstain
from rag.records import AnswerVerdict, Citation, Passage, Segment, Window
from rag.text.words import content_words

PARTS_MAX = 3
WHOLE_WORDS_MIN = 3
"""With so many content words, what stands before "and who …" is a question of its own, though its verb isn't known."""

_ASKING = (
    r"(?:(?:by|in|at|to|for|from|on|with|of|since) )?(?:what|which|who|whom|whose|when|where|why|how)\b"
    r"|(?:did|does|do|is|are|was|were|has|have|had|will|can|could|would|should) "
    r"(?:he|she|it|they|the|this|that|there)\b"
)
_NEXT_PART = re.compile(rf"\?\s+(?=\S)|,? and (?={_ASKING})|; (?={_ASKING})", re.IGNORECASE)
_OPENS = re.compile(rf"\W*(?:{_ASKING}|(?:did|does|do|is|are|was|were|has|have|had|will|can|could)\b)", re.IGNORECASE)
_ASKS_WHOLE = re.compile(
    r"\b(?:is|are|was|were|do|does|did|has|have|had|will|would|can|could|may|might|must|should)\b"
    r"|^\W*(?:who|what)\s+\w+(?:s|ed)\b",
    re.IGNORECASE,
)
"""Holds a verb of its own, so that "how many goals and how many points did he score" stays one question."""

_BREAKS_OFF = re.compile(rf"\b(?:{_ASKING})$", re.IGNORECASE)
"""Ends with a question word: "is it known when" and where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartAnswer:
    """One part of a question, as it was asked, with the evidence found for it and what is said to it."""

    question: str
    evidence: Sequence[Window]
    composition: Composition


def split_question(question: str) -> list[str]:
    """The parts of a question that can be asked one by one, in order; mostly the question alone.

    A part opens with a question word behind "and", a semicolon or another part's question mark, and what stands before
    it must be a question of its own. Later parts may lean on earlier ones ("and what did she say there?"): they are
    follow-ups of them. More than three stay together.
    """
    cuts = [match for match in _NEXT_PART.finditer(question)]
    starts = [0, *(match.end() for match in cuts)]
    ends = [*(match.start() for match in cuts), len(question)]
    parts = [question[start:end].strip(" ?,;") for start, end in zip(starts, ends, strict=True)]
    if len(parts) > PARTS_MAX or not (_stands(parts[0]) and all(_follows(part) for part in parts[1:])):
        return [question]
    return [f"{part[0].upper()}{part[1:]}?" for part in parts] if len(parts) > 1 else [question]


def join_parts(parts: Sequence[PartAnswer]) -> Composition:
    """The answers of all parts as one: partial, with the parts that stay open, where only some are answered.

    The confidence is that of the least sure part that is answered; of an abstention, that of the surest part.
    """
    if len(parts) == 1:
        return parts[0].composition
    answered = [part for part in parts if part.composition.verdict != "abstained"]
    left_open = [f"Left open: “{part.question}” {part.composition.reason}" for part in parts if part not in answered]
    reasons = [part.composition.reason for part in answered if part.composition.reason]
    open_parts = [part.composition for part in parts if part not in answered]
    if not answered:
        confidence = max(part.composition.confidence for part in parts)
        return abstain(" ".join(left_open), confidence, _nearest(open_parts, ()))
    joined = answered[0].composition
    for part in answered[1:]:
        joined = _append(joined, part.composition)
    verdicts = {part.composition.verdict for part in parts}
    verdict: AnswerVerdict = "partial" if verdicts & {"abstained", "partial"} else "unsure"
    if verdicts == {"answered"}:
        verdict = "answered"
    return replace(
        joined,
        verdict=verdict,
        reason=" ".join([*reasons, *left_open]),
        confidence=min(part.composition.confidence for part in answered),
        nearest=_nearest(open_parts, joined.citations),
    )


def add_passages(passages: list[Passage], more: Sequence[Passage]) -> None:
    """Puts those of `more` that `passages` lacks behind them, with the ranks that follow."""
    there = {passage.chunk.id for passage in passages}
    for passage in more:
        if passage.chunk.id not in there:
            passages.append(replace(passage, rank=len(passages) + 1))


def _append(one: Composition, other: Composition) -> Composition:
    """Both compositions, with the second one's citations numbered on; a sentence that both cite is cited once."""
    numbers = {(citation.article_id, citation.start, citation.end): citation.number for citation in one.citations}
    citations = list(one.citations)
    new: dict[int, int] = {}
    for citation in other.citations:
        place = (citation.article_id, citation.start, citation.end)
        if place not in numbers:
            numbers[place] = len(citations) + 1
            citations.append(replace(citation, number=numbers[place]))
        new[citation.number] = numbers[place]
    claims = [replace(claim, citations=tuple(new[number] for number in claim.citations)) for claim in other.claims]
    conflicts = [
        replace(conflict, sides=tuple(replace(side, citation=new[side.citation]) for side in conflict.sides))
        for conflict in other.conflicts
    ]
    return replace(
        one,
        claims=(*one.claims, *claims),
        citations=tuple(citations),
        conflicts=(*one.conflicts, *conflicts),
        segments=(*one.segments, *_follow(other.segments, new, len(one.claims))),
    )


def _follow(segments: Sequence[Segment], new: Mapping[int, int], n_claims: int) -> list[Segment]:
    """The segments on lines of their own, with the new numbers of their citations, behind so many claims."""
    return [
        replace(
            segment,
            citations=tuple(new[number] for number in segment.citations),
            claim=None if segment.claim is None else segment.claim + n_claims,
            starts_line=segment.starts_line or place == 0,
        )
        for place, segment in enumerate(segments)
    ]


def _nearest(compositions: Sequence[Composition], citations: Sequence[Citation]) -> tuple[Citation, ...]:
    """What comes nearest to the parts that stay open, each sentence once, numbered on from the citations."""
    found = {
        (each.article_id, each.start, each.end): each for composition in compositions for each in composition.nearest
    }
    return tuple(replace(each, number=number) for number, each in enumerate(found.values(), len(citations) + 1))


def _stands(part: str) -> bool:
    """Whether what stands before another part is a question of its own."""
    n_words = len(content_words(part))
    is_whole = n_words >= WHOLE_WORDS_MIN or (n_words and _ASKS_WHOLE.search(part))
    return bool(_OPENS.match(part) and is_whole and not _BREAKS_OFF.search(part))


def _follows(part: str) -> bool:
    """Whether a later part asks something, be it about what an earlier one named."""
    return bool(_OPENS.match(part) and (_ASKS_WHOLE.search(part) or len(content_words(part)) > 1))
