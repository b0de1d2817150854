"""Questions in several parts: splits them, and joins the answers of the parts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rag.answering.composing import Composition, abstain
from rag.records import AnswerVerdict, Citation, Passage, Segment, Window
from rag.text.words import content_words

PARTS_MAX = 3
WHOLE_WORDS_MIN = 3
"""With this many content words, the part before "and who …" is a question, even if its verb isn't recognised."""

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
"""A part with a verb of its own. "How many goals and how many points did he score" has only one, and isn't split."""

_BREAKS_OFF = re.compile(rf"\b(?:{_ASKING})$", re.IGNORECASE)
"""A part that ends with a question word, such as "is it known when" before "and where"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartAnswer:
    """One part of a question, as it was asked, with its evidence and its answer."""

    question: str
    evidence: Sequence[Window]
    composition: Composition


def split_question(question: str) -> list[str]:
    """Return the parts of a question that can be asked one by one, in order; mostly the question alone.

    A part opens with a question word behind "and", behind a semicolon, or behind a question mark. The first part must
    be a question of its own. A later part may be a follow-up of it ("and what did she say there?"). A question with
    more than three parts isn't split.
    """
    cuts = [match for match in _NEXT_PART.finditer(question)]
    starts = [0, *(match.end() for match in cuts)]
    ends = [*(match.start() for match in cuts), len(question)]
    parts = [question[start:end].strip(" ?,;") for start, end in zip(starts, ends, strict=True)]
    if len(parts) > PARTS_MAX or not (_is_question(parts[0]) and all(_is_further_question(part) for part in parts[1:])):
        return [question]
    return [f"{part[0].upper()}{part[1:]}?" for part in parts] if len(parts) > 1 else [question]


def join_parts(parts: Sequence[PartAnswer]) -> Composition:
    """Return the answers of all parts as one.

    If only some parts are answered, the answer is partial, and its reason names the others. Its confidence is the
    lowest of the answered parts; that of an abstention is the highest of all parts.
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
    """Append those of `more` that `passages` lacks, with the ranks that follow."""
    there = {passage.chunk.id for passage in passages}
    for passage in more:
        if passage.chunk.id not in there:
            passages.append(replace(passage, rank=len(passages) + 1))


def _append(one: Composition, other: Composition) -> Composition:
    """Return both answers as one, its citations numbered in order; a window that both cite is cited once."""
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
        segments=(*one.segments, *_renumber(other.segments, new, len(one.claims))),
    )


def _renumber(segments: Sequence[Segment], new: Mapping[int, int], n_claims: int) -> list[Segment]:
    """Return the segments on a line of their own, with citations and claims numbered for the joined answer.

    Args:
        segments: the segments of the answer that is appended.
        new: the number of each of its citations in the joined answer.
        n_claims: the number of claims before its first one.
    """
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
    """Return the nearest windows of the unanswered parts, each once, numbered on from the citations."""
    found = {
        (each.article_id, each.start, each.end): each for composition in compositions for each in composition.nearest
    }
    return tuple(replace(each, number=number) for number, each in enumerate(found.values(), len(citations) + 1))


def _is_question(part: str) -> bool:
    """Return whether a first part is a question of its own."""
    n_words = len(content_words(part))
    is_whole = n_words >= WHOLE_WORDS_MIN or (n_words and _ASKS_WHOLE.search(part))
    return bool(_OPENS.match(part) and is_whole and not _BREAKS_OFF.search(part))


def _is_further_question(part: str) -> bool:
    """Return whether a later part asks something, perhaps about what an earlier one named."""
    return bool(_OPENS.match(part) and (_ASKS_WHOLE.search(part) or len(content_words(part)) > 1))
