"""Filters as conditions on the catalog's rows."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from rag.library import rows, schema
from rag.records import Filters

DAY_CHARS = 10
"""The length of `2024-07-03`; what follows in a date of publication is a time of day."""


def select_matching(filters: Filters) -> sa.Select[Any]:
    """Return the query for the rows of the articles, in their current version, that the filters allow."""
    return rows.select_current().where(*_conditions(filters))


def select_ids(filters: Filters) -> sa.Select[Any]:
    """Return the query for the ids of these articles."""
    return select_matching(filters).with_only_columns(schema.versions.c.article_id)


def _conditions(filters: Filters) -> list[sa.ColumnElement[bool]]:
    """Return what a row must satisfy. A date that is known by its month or year matches if a day of it is allowed."""
    table = schema.versions.c
    found: list[sa.ColumnElement[bool]] = []
    if filters.articles:
        found.append(table.article_id.in_(filters.articles))
    if filters.publishers:
        found.append(sa.func.lower(table.publisher).in_([name.lower() for name in filters.publishers]))
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
