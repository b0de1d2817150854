"""Rows of tables as lines of canonical text, cells parted by ` | `."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

EMPTY = "–"
"""What stands in the place of an empty cell."""


def render_row(cells: Iterable[object]) -> str:
    """The cells on one line, empty ones at the end left out; "" for a row of empty cells.

    An empty cell between others leaves its place, so that columns can be told apart.
    """
    words = [render_cell(cell) for cell in cells]
    while words and not words[-1]:
        words.pop()
    return " | ".join(word or EMPTY for word in words)


def render_cell(value: object) -> str:
    """A cell's value on one line, whole numbers without a decimal point, days without a clock."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime.datetime):
        midnight = (value.hour, value.minute, value.second) == (0, 0, 0)
        return value.date().isoformat() if midnight else value.isoformat(sep=" ", timespec="minutes")
    return " ".join(str(value).split())
