"""The list of kept conversations as HTML: opened, renamed, saved and deleted from there. All text is escaped."""

from __future__ import annotations

from html import escape

from rag.library.conversation_records import ConversationPage, ConversationSummary
from rag.transcripts import TRANSCRIPTS, UNTITLED, TranscriptFormat
from ui.limits import SEARCH_CHARS_MAX, TITLE_CHARS_MAX
from ui.web.markup import render_date
from ui.web.own_conversations import OpenConversation

EXPORT_PATH = "/footnote-conversations/"
"""Start of the addresses under which conversations are saved as files, as `…/ID.md`."""

FORMAT_NAMES: dict[TranscriptFormat, str] = {"markdown": "Markdown", "html": "Web page", "json": "JSON"}

LISTED_AT_FIRST = 30
"""Conversations that the list shows, and how many more it shows each time that more are asked for."""


def render_find() -> str:
    """Return the field that searches the conversations, and the button that begins a new one."""
    return (
        '<div class="fn-find"><label class="fn-sr" for="fn-find">Search the conversations</label>'
        f'<input type="search" id="fn-find" placeholder="Search" maxlength="{SEARCH_CHARS_MAX}" autocomplete="off">'
        '<button type="button" class="fn-plain" data-new>New</button></div>'
    )


def render_conversations(page: ConversationPage, open_id: str, search: str = "") -> str:
    """Return the list of conversations.

    Args:
        page: the first conversations that were found, in the order in which they are shown.
        open_id: the id of the one that is open, or "".
        search: the words that they were found by.
    """
    shown = [each for each in page.conversations if each.n_turns or each.title]
    if not shown:
        return f'<p class="fn-empty">{_none_found(search)}</p>'
    items = "".join(_render_item(each, each.id == open_id) for each in shown)
    n_more = page.total - len(page.conversations)
    limit = len(page.conversations) + LISTED_AT_FIRST
    more = (
        f'<button type="button" class="fn-quiet" data-limit="{limit}">Show more ({n_more:,})</button>' if n_more else ""
    )
    return f'<ul class="fn-conversations">{items}</ul>{more}'


def render_deleted(conversation_id: str, title: str) -> str:
    """Return the notice of a deleted conversation, with the button that restores it."""
    return (
        f"<p>Deleted <q>{escape(title or UNTITLED)}</q>. "
        f'<button type="button" class="fn-quiet" data-undelete="{escape(conversation_id)}">Undo</button></p>'
    )


def render_gone() -> str:
    """Return the notice that a conversation doesn't exist."""
    return "<p>This conversation was deleted, or never existed. Here is a new one.</p>"


def render_opened(opened: OpenConversation) -> str:
    """Return the name of the open conversation for screen readers. The script sets the page's address by it."""
    title = opened.title or ("A new conversation" if not opened.id else UNTITLED)
    return (
        f'<p class="fn-sr" data-conversation="{escape(opened.id)}" data-title="{escape(opened.title)}">'
        f"{escape(title)}</p>"
    )


def _none_found(search: str) -> str:
    if search.strip():
        return f"No conversation mentions <q>{escape(search)}</q>."
    return "Your questions and their answers are kept here, until you delete them."


def _render_item(each: ConversationSummary, is_open: bool) -> str:
    title = escape(each.title or UNTITLED)
    current = ' aria-current="page"' if is_open else ""
    questions = "1 question" if each.n_turns == 1 else f"{each.n_turns} questions"
    day = each.updated[:10]
    return (
        f'<li><a href="?conversation={escape(each.id)}" data-open="{escape(each.id)}"{current}>{title}</a>'
        f'<p class="fn-origin"><time datetime="{escape(day)}">{escape(render_date(day))}</time> · {questions}</p>'
        f"{_render_more(each.id, title)}</li>"
    )


def _render_more(conversation_id: str, title: str) -> str:
    """Return what can be done with a conversation. Its title is escaped already."""
    key = escape(conversation_id)
    saves = " ".join(
        f'<a href="{EXPORT_PATH[1:]}{key}.{TRANSCRIPTS[form].ending}" download>{name}</a>'
        for form, name in FORMAT_NAMES.items()
    )
    return (
        f'<details class="fn-more"><summary><span class="fn-sr">More on {title}</span>'
        '<span aria-hidden="true">…</span></summary><div>'
        f'<label for="title-{key}">Title</label>'
        f'<input id="title-{key}" value="{title}" maxlength="{TITLE_CHARS_MAX}" autocomplete="off">'
        f'<p><button type="button" class="fn-quiet" data-rename="{key}">Rename</button> '
        f'<button type="button" class="fn-quiet" data-delete="{key}">Delete</button></p>'
        f"<p>Save as {saves}</p></div></details>"
    )
