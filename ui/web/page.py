"""The web page: built from its layout and its events, and mounted in an application."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # gradio reads it when it is imported

import gradio as gr
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from rag.chatbot import Chatbot
from ui.web.connecting import connect
from ui.web.conversations_view import EXPORT_PATH
from ui.web.layout import ASSETS_PATH, lay_out

ASSETS_DIR = Path(__file__).parent / "assets"
STYLESHEETS = ("base.css", "layout.css", "turn.css", "article.css")
HEAD = '<meta name="color-scheme" content="light dark">' + "".join(
    f'<link rel="stylesheet" href="{ASSETS_PATH}/{name}">' for name in STYLESHEETS
)

QUEUE_MAX = 64
"""Questions that may wait in the queue. Further ones are refused at once."""

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
    f"{EXPORT_PATH}*",
)
"""The paths that the page needs. Gradio's other routes read, fetch and write files, and aren't served."""


def build_page(bot: Chatbot, *, uploads: bool = False, examples: Sequence[str] = ()) -> gr.Blocks:
    """Return the page for a chatbot.

    Args:
        bot: the chatbot that answers; the caller closes it.
        uploads: whether the page has a button that adds files.
        examples: questions that the empty page offers to ask.
    """
    page = gr.Blocks(title="Footnote", analytics_enabled=False, fill_width=True)
    with page:
        talk, side = lay_out(bot.models, examples, uploads=uploads)
        connect(page, talk, side, bot)
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
