"""Scope: the articles that a question names, by a quoted title, by their publisher, or by their dates."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from rag.answering.library_answers import named_publishers
from rag.library.catalog import Catalog
from rag.records import Filters
from rag.retrieval.date_wishes import DateWish

_QUOTED = re.compile(r"[“\"«„](?P<title>[^“”\"«»„]{3,200})[”\"»“]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a question says about which articles to use.

    Attributes:
        filters: the articles that it names.
        question: the question with the quoted title as "this article", since a title's words mislead about its kind.
    """

    filters: Filters
    question: str


def read_scope(question: str, catalog: Catalog) -> Scope:
    """Return the scope of a question: a quoted title of the library, or a publisher of the library that it names."""
    for quoted in _QUOTED.finditer(question):
        titled = catalog.titled(quoted["title"].strip(" .,"))
        if titled:
            rest = f"{question[: quoted.start()]}this article{question[quoted.end() :]}"
            return Scope(filters=Filters(articles=tuple(article.id for article in titled)), question=rest)
    publishers = [name for name, _ in catalog.publishers(Filters()) if name]
    return Scope(
        filters=Filters(publishers=tuple(named_publishers(question, publishers, in_full=True))), question=question
    )


def narrow(filters: Filters, named: Filters) -> Filters:
    """Return the filters of the caller, narrowed by those that the question names; the caller's own go first."""
    return replace(
        named,
        publishers=filters.publishers or named.publishers,
        published_from=filters.published_from or named.published_from,
        published_to=filters.published_to or named.published_to,
        articles=filters.articles or named.articles,
    )


def within_dates(filters: Filters, wish: DateWish) -> Filters:
    """Return the filters, with the time that the question names as the time of publication."""
    spans = [wish.window] if wish.window else list(wish.near)
    if not spans or filters.published_from or filters.published_to:
        return filters
    first, last = min(span.first for span in spans), max(span.last for span in spans)
    return replace(filters, published_from=first, published_to=last)
