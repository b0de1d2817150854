"""What a person can do with a turn as HTML: try it again, edit it, copy it with its sources, and judge its answer."""

from __future__ import annotations

from html import escape

from rag.library.conversation_records import Feedback, FeedbackReason
from rag.rendering import escape_markdown, render_markdown
from ui.limits import NOTE_CHARS_MAX
from ui.web.conversation import TurnView

REASONS: dict[FeedbackReason, str] = {
    "wrong": "It is wrong",
    "unsupported": "The sources don't say it",
    "wrong_citation": "A wrong passage is cited",
    "should_have_answered": "The articles do answer this",
    "should_not_have_answered": "The articles don't answer this",
}
"""Reasons for which an answer is bad, as a person would say them."""


def render_actions(turn: TurnView) -> str:
    """Return the row of actions below a finished turn; "" while its answer is being made."""
    if not turn.finished:
        return ""
    number = turn.number
    actions = (
        f'<button type="button" class="fn-quiet" data-retry="{number}">Try again</button>'
        f'<button type="button" class="fn-quiet" data-edit="{escape(turn.question)}">Edit</button>'
    )
    if turn.answer is not None:
        actions += (
            f'<button type="button" class="fn-quiet" data-copy="{escape(render_copy(turn))}">Copy with sources</button>'
        )
    rating, form = _render_rating(turn) if turn.answer is not None and turn.id else ("", "")
    return f'<div class="fn-actions"><div>{actions}</div>{rating}</div>{form}'


def render_copy(turn: TurnView) -> str:
    """Return question and answer as Markdown, with the quotes as footnotes; "" without an answer."""
    if turn.answer is None:
        return ""
    return f"**{escape_markdown(turn.question)}**\n\n{render_markdown(turn.answer)}\n"


def _render_rating(turn: TurnView) -> tuple[str, str]:
    """Return the buttons Good and Bad, and the form that the second one opens."""
    given, number = turn.feedback, turn.number
    good, bad = (given is not None and given.rating == rating for rating in ("good", "bad"))
    buttons = (
        '<div role="group" aria-label="Is this answer good?">'
        f'<button type="button" class="fn-quiet" data-rate="{number}" data-rating="{"" if good else "good"}" '
        f'aria-pressed="{str(good).lower()}">Good</button>'
        f'<button type="button" class="fn-quiet" data-bad="{number}" aria-expanded="false" '
        f'aria-controls="bad-{number}"{" data-given" if bad else ""}>{_bad(given)}</button></div>'
    )
    form = f'<div class="fn-bad" id="bad-{number}" hidden>{_render_form(number, given if bad else None)}</div>'
    return buttons, form


def _bad(given: Feedback | None) -> str:
    if given is None or given.rating != "bad":
        return "Bad"
    reason = f": {REASONS[given.reason].lower()}" if given.reason else ""
    return f"Bad{escape(reason)}"


def _render_form(number: int, given: Feedback | None) -> str:
    """Return the form in which a person says what is bad about an answer, filled with what was said before."""
    chosen, note = (given.reason, given.note) if given else ("", "")
    options = "".join(
        f'<option value="{value}"{" selected" if value == chosen else ""}>{escape(name)}</option>'
        for value, name in (("", "No reason"), *REASONS.items())
    )
    take_back = (
        f'<button type="button" class="fn-quiet" data-rate="{number}" data-rating="">Take it back</button>'
        if given
        else ""
    )
    return (
        f'<label for="reason-{number}">Why?</label><select id="reason-{number}">{options}</select>'
        f'<label for="note-{number}">A note, if you like</label>'
        f'<textarea id="note-{number}" rows="2" maxlength="{NOTE_CHARS_MAX}">{escape(note)}</textarea>'
        f'<p><button type="button" class="fn-plain" data-rate="{number}" data-rating="bad">Save</button> '
        f"{take_back}</p>"
    )
