"""The web page: connects the events of its components to the handlers, and is mounted in an application."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # gradio reads it when it is imported

import gradio as gr
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from rag.chatbot import Chatbot
from ui.web.conversation import Turns
from ui.web.handlers import Handlers
from ui.web.layout import ASSETS_PATH, Side, Talk, lay_out
from ui.web.turn_view import render_turn, render_turns

ASSETS_DIR = Path(__file__).parent / "assets"
STYLESHEETS = ("base.css", "layout.css", "turn.css", "article.css")
HEAD = '<meta name="color-scheme" content="light dark">' + "".join(
    f'<link rel="stylesheet" href="{ASSETS_PATH}/{name}">' for name in STYLESHEETS
)

QUEUE_MAX = 64
"""Questions that may wait in the queue. Further ones are refused at once."""

PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
"""Settings of all events: they are no public API, and the conversation itself shows their progress."""

AT_ONCE: dict[str, Any] = {**PRIVATE, "queue": False}
"""Settings of quick events, which never wait for an answer that is being written."""

ANSWERING: dict[str, Any] = {**PRIVATE, "concurrency_limit": 1, "concurrency_id": "answer"}
"""Settings of answering: the language model answers one question at a time, and the others wait in the queue."""

EVENTS_PATH = "/gradio_api/"
"""Prefix of the paths of Gradio's own API."""

ROUTES = (
    "/",
    f"/{ASSETS_PATH}/*",
    "/assets/*",
    "/static/*",
    "/theme.css",
    "/favicon.ico",
    "/manifest.json",
    "/gradio_api/app_id",
    "/gradio_api/queue/join",
    "/gradio_api/queue/data",
    "/gradio_api/run/predict",
    "/gradio_api/cancel",
    "/gradio_api/reset",
    "/gradio_api/heartbeat/*",
)
"""The paths that the page needs. Gradio's other routes read, fetch and write files, and aren't served."""


def build_page(bot: Chatbot, *, uploads: bool = False, examples: Sequence[str] = ()) -> gr.Blocks:
    """Return the page for a chatbot.

    Args:
        bot: the chatbot that answers; the caller closes it.
        uploads: whether the page has a button that adds files.
        examples: questions that the empty page offers to ask.
    """
    handlers = Handlers(bot)
    page = gr.Blocks(title="Footnote", analytics_enabled=False, fill_width=True)
    with page:
        talk, side = lay_out(bot.models, examples, uploads=uploads)
        _connect_talk(talk, handlers)
        _connect_side(page, talk, side, handlers)
        _connect_closing(page, handlers)
    # With `api_open`, an answer could be started past the queue.
    page.queue(max_size=QUEUE_MAX, api_open=False)
    return page


def mount_page(app: FastAPI, page: gr.Blocks) -> None:
    """Mount the page at `/` of an application, and its files beside it."""
    # Gradio checks the paths in a request only once this is set, and mounting doesn't set it.
    page.has_launched = True
    app.mount(f"/{ASSETS_PATH}", StaticFiles(directory=ASSETS_DIR))
    gr.mount_gradio_app(
        app,
        page,
        path="/",
        theme=_build_theme(),
        head=HEAD,
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        show_error=False,
        mcp_server=False,
        ssr_mode=False,
        pwa=False,
    )


def _build_theme() -> gr.themes.Base:
    """Return Gradio's plainest theme with our background and font, which is seen until `assets` is loaded."""
    sans = ["Footnote Sans", "system-ui", "sans-serif"]
    return gr.themes.Base(font=sans, font_mono=["ui-monospace", "monospace"]).set(
        body_background_fill="#faf8f3",
        body_background_fill_dark="#171614",
        body_text_color="#1d1b18",
        body_text_color_dark="#ece7dd",
    )


def _connect_talk(talk: Talk, handlers: Handlers) -> None:
    """Connect asking, asking again, stopping and starting a new conversation."""

    def begin(turns: Turns, question: str) -> list[Any]:
        return _begun(turns, handlers.begin(turns, question))

    def begin_example(turns: Turns, event: gr.EventData) -> list[Any]:
        return _begun(turns, handlers.begin(turns, str(event.question)))

    def begin_again(turns: Turns, event: gr.EventData) -> list[Any]:
        return _begun(turns, handlers.begin_again(turns, int(event.turn), str(event.standalone), str(event.kind)))

    def answer(turns: Turns, request: gr.Request) -> Iterator[list[Any]]:
        for grown in handlers.answer(turns, request.session_hash or ""):
            yield [grown, render_turn(grown[-1])]

    def stop(turns: Turns) -> Any:
        handlers.stop(turns)
        return gr.update(value="Stopping", interactive=False)

    def clear() -> list[Any]:
        return [(), "", "", gr.update(visible=True), "", *_buttons(running=False)]

    buttons = [talk.ask, talk.stop, talk.clear]
    whole = [talk.turns, talk.past, talk.live, talk.welcome, talk.question, *buttons]
    typed = [talk.turns, talk.question]
    begun = [
        talk.question.submit(begin, typed, whole, **AT_ONCE),
        talk.ask.click(begin, typed, whole, **AT_ONCE),
        talk.welcome.ask_example(begin_example, [talk.turns], whole, **AT_ONCE),
        talk.past.ask_example(begin_example, [talk.turns], whole, **AT_ONCE),
        talk.live.ask_example(begin_example, [talk.turns], whole, **AT_ONCE),
        talk.past.ask_again(begin_again, [talk.turns], whole, **AT_ONCE),
        talk.live.ask_again(begin_again, [talk.turns], whole, **AT_ONCE),
    ]
    answers = [event.then(answer, [talk.turns], [talk.turns, talk.live], **ANSWERING) for event in begun]
    for event in answers:
        event.then(lambda: _buttons(running=False), None, buttons, **AT_ONCE)
    talk.stop.click(stop, [talk.turns], [talk.stop], **AT_ONCE)
    talk.clear.click(clear, None, whole, **AT_ONCE)


def _connect_side(page: gr.Blocks, talk: Talk, side: Side, handlers: Handlers) -> None:
    """Connect opening articles and listing them. The list is renewed when files were added."""

    def show_article(event: gr.EventData) -> str:
        return handlers.show_article(str(event.article_id), int(event.version), int(event.start), int(event.end))

    for part in (talk.past, talk.live, side.articles):
        part.show_article(show_article, None, [side.article], **AT_ONCE)
    page.load(handlers.list_articles, None, [side.articles], **AT_ONCE)
    if side.upload:
        side.upload.files_added(handlers.list_articles, None, [side.articles], **AT_ONCE)


def _connect_closing(page: gr.Blocks, handlers: Handlers) -> None:
    """Connect closing the tab to stopping its answers.

    Gradio calls `leave` when the page's heartbeat, a stream that is open as long as the page is, disconnects.
    """

    def leave(request: gr.Request) -> None:
        handlers.leave(request.session_hash or "")

    page.unload(leave)


def _begun(before: Turns, after: Turns) -> list[Any]:
    """Return the updates of the page after a question was asked, or no updates where the question was blank."""
    if after is before:
        return [gr.skip()] * 8
    past, live = render_turns(after[:-1]), render_turn(after[-1])
    return [after, past, live, gr.update(visible=False), "", *_buttons(running=True)]


def _buttons(*, running: bool) -> list[Any]:
    """Return the updates of the buttons Ask, Stop and New. Either Stop is visible, or the other two are."""
    stop = gr.update(visible=running, value="Stop", interactive=True)
    return [gr.update(visible=not running), stop, gr.update(visible=not running)]
