"""Events and articles as JSON objects. `rag.serialization` renders answers and search results."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rag.events import (
    AnswerReady,
    CitationsChosen,
    ClaimChecked,
    Event,
    PassagesFound,
    QuestionUnderstood,
    TokenWritten,
)
from rag.library.story_links import find_originals
from rag.records import Article, SearchResult
from rag.serialization import render_answer, render_citation_object, render_filters, render_search


def render_event(event: Event) -> dict[str, Any]:
    """Return the event as a JSON object. Its kind isn't part of it; it is `event.kind`."""
    return _RENDER[type(event)](event)


def render_article_list(articles: Sequence[Article], stories: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the articles' metadata as JSON objects. `copy_of` is the id of the article that one copies, or null."""
    originals = find_originals(articles, stories)
    return [render_article_data(article) | {"copy_of": originals.get(article.id)} for article in articles]


def render_article_data(article: Article, *, text: bool = False) -> dict[str, Any]:
    """Return the article's metadata as a JSON object, with its whole text if `text` is set."""
    data = {
        "id": article.id,
        "version": article.version,
        "title": article.title,
        "publisher": article.publisher,
        "authors": list(article.authors),
        "published": article.published,
        "updated": article.updated,
        "source": article.source,
        "url": article.url,
        "language": article.language,
        "note": article.note,
    }
    return data | {"text": article.text} if text else data


def _understood(event: QuestionUnderstood) -> dict[str, Any]:
    return {
        "standalone_question": event.standalone_question,
        "kind": event.wants,
        "filters": render_filters(event.filters),
    }


def _passages(event: PassagesFound) -> dict[str, Any]:
    found = SearchResult(id="", question=event.standalone_question, passages=event.passages)
    return {
        "standalone_question": event.standalone_question,
        "passages": render_search(found)["passages"],
    }


def _citations(event: CitationsChosen) -> dict[str, Any]:
    return {"citations": [render_citation_object(citation) for citation in event.citations]}


def _token(event: TokenWritten) -> dict[str, Any]:
    return {"text": event.text}


def _claim(event: ClaimChecked) -> dict[str, Any]:
    """Return the claim with its own verdict. `settled` is false, since the answer may still be refused."""
    claim = event.claim
    return {
        "settled": False,
        "text": claim.text,
        "verdict": claim.verdict,
        "score": round(claim.score, 4),
        "reason": claim.reason,
    }


def _answer(event: AnswerReady) -> dict[str, Any]:
    return render_answer(event.answer)


_RENDER: dict[type[Event], Callable[[Any], dict[str, Any]]] = {
    QuestionUnderstood: _understood,
    PassagesFound: _passages,
    CitationsChosen: _citations,
    TokenWritten: _token,
    ClaimChecked: _claim,
    AnswerReady: _answer,
}
