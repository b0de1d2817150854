"""The layout of the page: its Gradio components and their places. `ui/web/page.py` connects them to what they do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from ingest.readers.formats import READABLE
from ui.limits import QUESTION_CHARS_MAX
from ui.web.article_view import render_no_article
from ui.web.page_view import render_masthead, render_models, render_side_tabs, render_upload, render_welcome

ASSETS_PATH = "footnote-assets"
"""Path under which the application serves the folder `assets`, relative to the page."""

SCRIPT = f'<script src="{ASSETS_PATH}/page.js"></script>'

FILE_TYPES = [*sorted(READABLE), ".zip", ".tar", ".tgz", ".gz", ".bz2", ".xz"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """The components of the conversation: earlier turns, the live one, and the composer."""

    turns: gr.State
    welcome: gr.HTML
    past: gr.HTML
    live: gr.HTML
    question: gr.Textbox
    ask: gr.Button
    stop: gr.Button
    clear: gr.Button


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """The components beside the conversation. `upload` is None where the page takes no files."""

    articles: gr.HTML
    article: gr.HTML
    upload: gr.HTML | None


def lay_out(models: Mapping[str, str], examples: Sequence[str], *, uploads: bool) -> tuple[Talk, Side]:
    """Add the page's components to the open `gr.Blocks`, and return them."""
    gr.HTML(render_masthead() + render_models(models), elem_id="fn-top", **_plain())
    with gr.Row(elem_id="fn-page", equal_height=False):
        with gr.Column(elem_id="fn-talk", scale=3, min_width=280):
            talk = _lay_out_talk(examples)
        with gr.Column(elem_id="fn-side", scale=2, min_width=280):
            side = _lay_out_side(uploads)
    return talk, side


def _lay_out_talk(examples: Sequence[str]) -> Talk:
    turns = gr.State(())
    welcome = gr.HTML(render_welcome(examples), elem_id="fn-welcome", **_clickable())
    past = gr.HTML("", elem_id="fn-past", **_clickable())
    live = gr.HTML("", elem_id="fn-live", **_clickable("footnote.bindLive(element, watch);"))
    with gr.Row(elem_id="fn-composer"):
        question = gr.Textbox(
            label="Your question",
            placeholder="Ask about your articles",
            lines=1,
            max_lines=6,
            max_length=QUESTION_CHARS_MAX,
            container=False,
            autofocus=True,
            elem_id="fn-question",
            scale=1,
            html_attributes=gr.InputHTMLAttributes(autocomplete="off", enterkeyhint="send"),
        )
        ask = gr.Button("Ask", elem_id="fn-ask", scale=0, min_width=72)
        stop = gr.Button("Stop", elem_id="fn-stop", scale=0, min_width=72, visible=False)
        clear = gr.Button("New", elem_id="fn-new", scale=0, min_width=64)
    return Talk(
        turns=turns,
        welcome=welcome,
        past=past,
        live=live,
        question=question,
        ask=ask,
        stop=stop,
        clear=clear,
    )


def _lay_out_side(uploads: bool) -> Side:
    upload = None
    gr.HTML(render_side_tabs(), elem_id="fn-tabs", **_plain("footnote.bindTabs(element);"))
    with gr.Column(elem_id="fn-library", elem_classes="fn-pane"):
        if uploads:
            script = "footnote.bindUpload(element, trigger); /* 'files_added' */"
            upload = gr.HTML(render_upload(FILE_TYPES), elem_id="fn-added", **_plain(script))
        articles = gr.HTML("", elem_id="fn-articles", **_clickable())
    with gr.Column(elem_id="fn-article", elem_classes="fn-pane"):
        article = gr.HTML(render_no_article(), **_plain("footnote.bindArticle(element, watch);"))
    return Side(articles=articles, article=article, upload=upload)


def _plain(on_load: str = "") -> dict[str, Any]:
    """Return the settings of an HTML component without Gradio's style. `page.js` is loaded before `on_load` runs."""
    return {"apply_default_css": False, "padding": False, "head": SCRIPT, "js_on_load": on_load or None}


def _clickable(more: str = "") -> dict[str, Any]:
    """Return the settings of an HTML component whose buttons open articles or ask questions.

    Gradio finds the events of a component by their names in the comment.
    """
    events = "/* 'show_article' 'ask_again' 'ask_example' */"
    return _plain(f"footnote.bind(element, trigger); {more} {events}")
