"""Names the span of dates whose articles were searched, in the abstention on a question that asks for a time."""

from __future__ import annotations

from datetime import date

from rag.answering.composing import Composition, change_reason
from rag.retrieval.date_wishes import DateWish
from rag.text.times import TimeSpan, render_span


def say_window(composition: Composition, wish: DateWish) -> Composition:
    """Return the answer; the reason of an abstention also names the span of dates that was searched."""
    if composition.verdict != "abstained" or wish.window is None:
        return composition
    window = f"Only articles published {_render_window(wish.window)} were looked at."
    return change_reason(composition, f"{composition.reason} {window}")


def _render_window(window: TimeSpan) -> str:
    """Return a span of time with its preposition, such as `in May 2024` or `from 2024-05-01 on`."""
    named = render_span(window)
    if named:
        return f"in {named}" if window.first != window.last else f"on {named}"
    if window.first == date.min:
        return f"up to {window.last.isoformat()}"
    if window.last == date.max:
        return f"from {window.first.isoformat()} on"
    return f"from {window.first.isoformat()} to {window.last.isoformat()}"
