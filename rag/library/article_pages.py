"""A page of the catalog's articles, searched, filtered and sorted, without their texts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa

from rag.library import rows, schema
from rag.library.filtering import each_author, every_word, select_matching
from rag.records import Article, Filters

ArticleOrder = Literal["newest", "oldest", "title", "source"]

_TABLE = schema.versions.c

_ORDERS: dict[ArticleOrder, Callable[[], tuple[sa.ColumnElement[Any], ...]]] = {
    "newest": lambda: (_TABLE.published.desc(),),
    "oldest": lambda: (_TABLE.published == "", _TABLE.published),
    "title": lambda: (_TABLE.title == "", sa.func.casefold(_TABLE.title)),
    "source": lambda: (_TABLE.source,),
}
"""The orders by name; articles without a date or a title come last, and ties are broken by id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlePage:
    """Some of the articles that were looked for, in their current version with an empty text, and the number of all."""

    articles: tuple[Article, ...]
    total: int


def select_page(
    connection: sa.Connection, filters: Filters, search: str, order: ArticleOrder, limit: int, offset: int
) -> ArticlePage:
    """Return a page of the articles that the filters allow and that have the words of the search."""
    query = select_matching(filters)
    if words := search.split():
        query = query.where(_has_words(words))
    bare = [column for column in schema.versions.c if column.name != "text"]
    total = connection.execute(sa.select(sa.func.count()).select_from(query.subquery())).scalar_one()
    page = query.with_only_columns(*bare, sa.literal("").label("text")).order_by(*_ORDERS[order](), _TABLE.article_id)
    found = connection.execute(page.limit(limit).offset(offset))
    return ArticlePage(articles=tuple(rows.to_article(row) for row in found), total=total)


def _has_words(words: list[str]) -> sa.ColumnElement[bool]:
    """Return the condition that all words are in title and text, or all in title, publisher, authors and source."""
    author = each_author()
    authors = sa.select(sa.func.group_concat(author.c.value, " ")).scalar_subquery()
    named = sa.func.casefold(
        _TABLE.title + " " + _TABLE.publisher + " " + _TABLE.source + " " + sa.func.coalesce(authors, "")
    )
    contained = sa.and_(*(sa.func.instr(named, word.casefold()) > 0 for word in words))
    if not (every := every_word(words)):
        return contained
    held = schema.WITH_WORDS.bindparams(every=every).columns(_TABLE.article_id)
    return sa.or_(_TABLE.article_id.in_(held.scalar_subquery()), contained)
