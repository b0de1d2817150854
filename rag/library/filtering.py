"""Filters as conditions on the catalog's rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from rag.library import rows, schema
from rag.library.lexical_words import spaced
from rag.records import Filters

DAY_CHARS = 10
"""The length of `2024-07-03`; what follows in a date of publication is a time of day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentions:
    """What an article must have besides passing the filters: each of the words, in any ending, and one of the authors.

    Attributes:
        words: plain words, looked for in title and text.
        authors: names, compared without regard to case; none allow all.
    """

    words: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()


ANY = Mentions()


def select_matching(filters: Filters, mentions: Mentions = ANY) -> sa.Select[Any]:
    """Return the query for the rows of the articles, in their current version, that the filters allow."""
    return rows.select_current().where(*_conditions(filters), *_mention_conditions(mentions))


def select_ids(filters: Filters, mentions: Mentions = ANY) -> sa.Select[Any]:
    """Return the query for the ids of these articles."""
    return select_matching(filters, mentions).with_only_columns(schema.versions.c.article_id)


def each_author() -> sa.TableValuedAlias:
    """Return the table of an article's authors, with the column `value`."""
    return sa.func.json_each(schema.versions.c.authors).table_valued("value")


def _mention_conditions(mentions: Mentions) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if mentions.words:
        held = schema.WITH_WORDS.bindparams(every=every_word(mentions.words))
        found.append(schema.versions.c.article_id.in_(held.columns(schema.versions.c.article_id).scalar_subquery()))
    if mentions.authors:
        author = each_author()
        names = [name.casefold() for name in mentions.authors]
        found.append(sa.exists(sa.select(1).select_from(author).where(sa.func.casefold(author.c.value).in_(names))))
    return found


def every_word(words: Sequence[str]) -> str:
    """Return the lexical query for rows with each of the words; each is quoted, so that no character is an operator."""
    bare = (re.sub(r'["\x00]', " ", word).strip() for word in words)
    return " AND ".join(f'"{spaced(word)}"' for word in bare if word)


def _conditions(filters: Filters) -> list[sa.ColumnElement[bool]]:
    """Return what a row must satisfy. A date that is known by its month or year matches if a day of it is allowed."""
    table = schema.versions.c
    found: list[sa.ColumnElement[bool]] = []
    if filters.articles:
        found.append(table.article_id.in_(filters.articles))
    if filters.publishers:
        found.append(sa.func.casefold(table.publisher).in_([name.casefold() for name in filters.publishers]))
    day = sa.func.substr(table.published, 1, DAY_CHARS)
    if filters.published_from is not None or filters.published_to is not None:
        found.append(table.published != "")
    if filters.published_from is not None:
        found.append(day >= _as_precise_as(day, filters.published_from.isoformat()))
    if filters.published_to is not None:
        found.append(day <= _as_precise_as(day, filters.published_to.isoformat()))
    return found


def _as_precise_as(day: sa.ColumnElement[str], limit: str) -> sa.ColumnElement[str]:
    """Return a day cut to the precision of a date: `2024-07` beside `2024-05`, `2024` beside `2024`."""
    return sa.func.substr(sa.literal(limit), 1, sa.func.length(day))
