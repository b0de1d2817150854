"""Rows of tables as lines of canonical text, their cells separated by ` | `."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

EMPTY = "–"
"""The sign for an empty cell between others."""


def render_row(cells: Iterable[object]) -> str:
    """Return the cells on one line, without empty ones at the end; "" for a row of empty cells.

    An empty cell between others becomes a dash, so that every cell stays in its column.
    """
    words = [render_cell(cell) for cell in cells]
    while words and not words[-1]:
        words.pop()
    return " | ".join(word or EMPTY for word in words)


def render_cell(value: object) -> str:
    """Return a cell's value on one line; whole numbers have no decimal point, and midnight is left out of dates."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime.datetime):
        midnight = (value.hour, value.minute, value.second) == (0, 0, 0)
        return value.date().isoformat() if midnight else value.isoformat(sep=" ", timespec="minutes")
    return " ".join(str(value).split())
