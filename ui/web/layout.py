"""The layout of the page: its Gradio components and their places. `ui/web/page.py` connects them to what they do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from ingest.readers.formats import READABLE
from rag.records import Filters
from ui.web.article_view import render_no_article
from ui.web.conversations_view import render_find
from ui.web.filters_view import render_using
from ui.web.page_view import (
    render_counter,
    render_masthead,
    render_notice,
    render_side_tabs,
    render_upload,
    render_welcome,
)

ASSETS_PATH = "footnote-assets"
"""Path under which the application serves the folder `assets`, relative to the page."""

SCRIPT = f'<script src="{ASSETS_PATH}/page.js"></script>'

EVENTS = (
    *("show_article", "ask_again", "ask_example", "retry", "rate"),
    *("open_conversation", "new_conversation", "find_conversations", "rename_conversation"),
    *("delete_conversation", "undelete_conversation", "choose_filters", "choose_article"),
)
"""What the buttons and fields in the page's HTML ask for; see `assets/page.js`."""

FILE_TYPES = [*sorted(READABLE), ".zip", ".tar", ".tgz", ".gz", ".bz2", ".xz"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """The components of the conversation: earlier turns, the live one, and the composer.

    Attributes:
        address: the id of the conversation in the page's address when it is loaded.
        conversation: the id of the open conversation; "" until its first question.
        opened: the name of the open conversation, from which the script sets the address.
        filters: the articles that the next question may use.
        using: the line that names them.
        choice: the form that chooses them.
    """

    address: gr.Textbox
    conversation: gr.State
    turns: gr.State
    filters: gr.State
    opened: gr.HTML
    welcome: gr.HTML
    past: gr.HTML
    live: gr.HTML
    using: gr.HTML
    choice: gr.HTML
    question: gr.Textbox
    ask: gr.Button
    stop: gr.Button
    clear: gr.Button


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """The components beside the conversation. `upload` is None where the page takes no files.

    Attributes:
        search: the words that the list of conversations is searched for.
        find: the search field.
        notice: what happened to a conversation, such as that it was deleted.
        conversations: the list of them.
    """

    search: gr.State
    find: gr.HTML
    notice: gr.HTML
    conversations: gr.HTML
    articles: gr.HTML
    article: gr.HTML
    upload: gr.HTML | None


def lay_out(models: Mapping[str, str], examples: Sequence[str], *, uploads: bool) -> tuple[Talk, Side]:
    """Add the page's components to the open `gr.Blocks`, and return them."""
    gr.HTML(render_masthead() + render_notice(models), elem_id="fn-top", **_plain())
    with gr.Row(elem_id="fn-page", equal_height=False):
        with gr.Column(elem_id="fn-talk", scale=3, min_width=280):
            talk = _lay_out_talk(examples)
        with gr.Column(elem_id="fn-side", scale=2, min_width=280):
            side = _lay_out_side(uploads)
    return talk, side


def _lay_out_talk(examples: Sequence[str]) -> Talk:
    address = gr.Textbox(visible=False)
    conversation, turns, filters = gr.State(""), gr.State(()), gr.State(Filters())
    opened = gr.HTML("", elem_id="fn-opened", **_clickable("footnote.bindOpened(element, watch, trigger);"))
    welcome = gr.HTML(render_welcome(examples), elem_id="fn-welcome", **_clickable())
    past = gr.HTML("", elem_id="fn-past", **_clickable("footnote.bindFocus(element, watch);"))
    live = gr.HTML(
        "", elem_id="fn-live", **_clickable("footnote.bindLive(element, watch); footnote.bindFocus(element, watch);")
    )
    with gr.Column(elem_id="fn-bottom"):
        choice = gr.HTML("", elem_id="fn-choice", **_clickable("footnote.bindChoice(element, trigger);"))
        using = gr.HTML(
            render_using(Filters()), elem_id="fn-using", **_clickable("footnote.bindFocus(element, watch);")
        )
        question, ask, stop, clear = _lay_out_composer()
    return Talk(
        address=address,
        conversation=conversation,
        turns=turns,
        filters=filters,
        opened=opened,
        welcome=welcome,
        past=past,
        live=live,
        using=using,
        choice=choice,
        question=question,
        ask=ask,
        stop=stop,
        clear=clear,
    )


def _lay_out_composer() -> tuple[gr.Textbox, gr.Button, gr.Button, gr.Button]:
    with gr.Row(elem_id="fn-composer"):
        question = gr.Textbox(
            label="Your question",
            placeholder="Ask about your articles",
            lines=1,
            max_lines=6,
            container=False,
            autofocus=True,
            elem_id="fn-question",
            scale=1,
            html_attributes=gr.InputHTMLAttributes(autocomplete="off", enterkeyhint="send"),
        )
        ask = gr.Button("Ask", elem_id="fn-ask", scale=0, min_width=72)
        stop = gr.Button("Stop", elem_id="fn-stop", scale=0, min_width=72, visible=False)
        clear = gr.Button("New", elem_id="fn-new", scale=0, min_width=64)
    gr.HTML(render_counter(), elem_id="fn-counter", **_plain("footnote.bindCounter(element);"))
    return question, ask, stop, clear


def _lay_out_side(uploads: bool) -> Side:
    upload = None
    gr.HTML(render_side_tabs(), elem_id="fn-tabs", **_plain("footnote.bindTabs(element);"))
    with gr.Column(elem_id="fn-conversations", elem_classes="fn-pane"):
        search = gr.State("")
        find = gr.HTML(render_find(), elem_id="fn-finding", **_clickable("footnote.bindFind(element, trigger);"))
        notice = gr.HTML("", elem_id="fn-notice", **_clickable("footnote.bindNotice(element, watch);"))
        conversations = gr.HTML(
            "", elem_id="fn-kept", **_clickable("footnote.bindConversations(element, watch, trigger);")
        )
    with gr.Column(elem_id="fn-library", elem_classes="fn-pane"):
        if uploads:
            script = "footnote.bindUpload(element, trigger); /* 'files_added' */"
            upload = gr.HTML(render_upload(FILE_TYPES), elem_id="fn-added", **_plain(script))
        articles = gr.HTML("", elem_id="fn-articles", **_clickable())
    with gr.Column(elem_id="fn-article", elem_classes="fn-pane"):
        article = gr.HTML(render_no_article(), **_clickable("footnote.bindArticle(element, watch);"))
    return Side(
        search=search,
        find=find,
        notice=notice,
        conversations=conversations,
        articles=articles,
        article=article,
        upload=upload,
    )


def _plain(on_load: str = "") -> dict[str, Any]:
    """Return the settings of an HTML component without Gradio's style. `page.js` is loaded before `on_load` runs."""
    return {"apply_default_css": False, "padding": False, "head": SCRIPT, "js_on_load": on_load or None}


def _clickable(more: str = "") -> dict[str, Any]:
    """Return the settings of an HTML component whose buttons do what their `data-` attributes say.

    Gradio finds the events of a component by their names in the comment.
    """
    events = " ".join(f"'{name}'" for name in EVENTS)
    return _plain(f"footnote.bind(element, trigger); {more} /* {events} */")
