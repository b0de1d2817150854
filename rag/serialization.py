"""Answers and search results as JSON objects, the same for every interface; `rag.rendering` makes text of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from rag.records import (
    Answer,
    Article,
    Chunk,
    Citation,
    Claim,
    Conflict,
    ConflictSide,
    Filters,
    Passage,
    SearchResult,
    Segment,
)
from rag.text.tables import table_header


def render_answer(answer: Answer) -> dict[str, Any]:
    """Return the answer as a JSON object."""
    return {
        "id": answer.id,
        "question": answer.question,
        "standalone_question": answer.standalone_question,
        "kind": answer.kind,
        "filters": render_filters(answer.filters),
        "verdict": answer.verdict,
        "reason": answer.reason,
        "text": answer.text,
        "segments": [render_segment(segment) for segment in answer.segments],
        "suggestions": list(answer.suggestions),
        "confidence": round(answer.confidence, 4),
        "claims": [
            {
                "text": claim.text,
                "verdict": claim.verdict,
                "score": round(claim.score, 4),
                "reason": claim.reason,
                "citations": list(claim.citations),
            }
            for claim in answer.claims
        ],
        "citations": [render_citation_object(citation) for citation in answer.citations],
        "conflicts": [
            {
                "summary": conflict.summary,
                "sides": [{"quote": side.quote, "citation": side.citation} for side in conflict.sides],
            }
            for conflict in answer.conflicts
        ],
        "nearest": [render_citation_object(citation) for citation in answer.nearest],
        "passages": _render_passages(answer.passages),
        "timings_ms": dict(answer.timings_ms),
        "models": dict(answer.models),
        "usage": dict(answer.usage),
    }


def render_filters(filters: Filters) -> dict[str, Any]:
    """Return the filters as a JSON object; a day that isn't set is ""."""
    return {
        "publishers": list(filters.publishers),
        "published_from": filters.published_from.isoformat() if filters.published_from else "",
        "published_to": filters.published_to.isoformat() if filters.published_to else "",
        "articles": list(filters.articles),
    }


def parse_filters(data: Mapping[str, Any]) -> Filters:
    """Return the filters of a JSON object that `render_filters` made; a missing field allows all.

    Raises:
        ValueError: a day isn't written `2024-07-03`.
    """
    first, last = (data.get(name) or "" for name in ("published_from", "published_to"))
    return Filters(
        publishers=tuple(data.get("publishers", ())),
        published_from=date.fromisoformat(first) if first else None,
        published_to=date.fromisoformat(last) if last else None,
        articles=tuple(data.get("articles", ())),
    )


def render_segment(segment: Segment) -> dict[str, Any]:
    """Return a segment as a JSON object; `claim` is its place in `claims`, or null."""
    return {
        "text": segment.text,
        "citations": list(segment.citations),
        "claim": segment.claim,
        "starts_line": segment.starts_line,
    }


def render_citation_object(citation: Citation) -> dict[str, Any]:
    """Return a citation as a JSON object."""
    return {
        "number": citation.number,
        "article_id": citation.article_id,
        "version": citation.version,
        "title": citation.title,
        "publisher": citation.publisher,
        "published": citation.published,
        "source": citation.source,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        "carried_by": citation.carried_by,
    }


def render_search(result: SearchResult) -> dict[str, Any]:
    """Return the search result as a JSON object."""
    return {
        "id": result.id,
        "question": result.question,
        "passages": _render_passages(result.passages),
        "timings_ms": dict(result.timings_ms),
    }


def parse_answer(data: Mapping[str, Any]) -> Answer:
    """Return the answer of a JSON object that `render_answer` made.

    Articles come back without their text, which the object doesn't hold. An object without segments gets its whole text
    as the only one.

    Raises:
        KeyError: a field of the contract is missing.
    """
    return Answer(
        id=data["id"],
        question=data["question"],
        standalone_question=data["standalone_question"],
        kind=data.get("kind", "fact"),
        filters=parse_filters(data.get("filters", {})),
        verdict=data["verdict"],
        reason=data["reason"],
        text=data["text"],
        segments=tuple(map(parse_segment, data.get("segments", [{"text": data["text"], "citations": []}]))),
        suggestions=tuple(data.get("suggestions", ())),
        confidence=data.get("confidence", 0.0),
        claims=tuple(Claim(**{**claim, "citations": tuple(claim["citations"])}) for claim in data["claims"]),
        citations=tuple(Citation(**{"version": 1, **citation}) for citation in data["citations"]),
        conflicts=tuple(
            Conflict(summary=conflict["summary"], sides=tuple(ConflictSide(**side) for side in conflict["sides"]))
            for conflict in data["conflicts"]
        ),
        nearest=tuple(Citation(**{"version": 1, **citation}) for citation in data.get("nearest", [])),
        passages=tuple(_parse_passage(passage) for passage in data["passages"]),
        timings_ms=data["timings_ms"],
        models=data["models"],
        usage=data.get("usage", {}),
    )


def _render_passages(passages: Sequence[Passage]) -> list[dict[str, Any]]:
    return [
        {
            "article_id": passage.article.id,
            "source": passage.article.source,
            "title": passage.article.title,
            "start": passage.chunk.start,
            "end": passage.chunk.end,
            "text": passage.chunk.text,
            "header": table_header(passage.article.text, passage.chunk.start),
            "score": round(passage.score, 6),
            "rank": passage.rank,
            "dense_rank": passage.dense_rank,
            "lexical_rank": passage.lexical_rank,
            "article_rank": passage.article_rank,
            "matched_words": list(passage.matched_words),
        }
        for passage in passages
    ]


def parse_segment(data: Mapping[str, Any]) -> Segment:
    """Return the segment of a JSON object that `render_segment` made."""
    return Segment(**{**data, "citations": tuple(data["citations"])})


def _parse_passage(data: Mapping[str, Any]) -> Passage:
    article = Article(id=data["article_id"], source=data["source"], title=data.get("title", ""), text="")
    chunk = Chunk(
        id=f"{article.id}:{data['start']}-{data['end']}",
        article_id=article.id,
        version=1,
        position=0,
        start=data["start"],
        end=data["end"],
        text=data["text"],
    )
    return Passage(
        chunk=chunk,
        article=article,
        score=data["score"],
        rank=data["rank"],
        dense_rank=data.get("dense_rank"),
        lexical_rank=data.get("lexical_rank"),
        article_rank=data.get("article_rank"),
        matched_words=tuple(data.get("matched_words", ())),
    )
