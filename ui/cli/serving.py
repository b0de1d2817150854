"""The commands chat, which serves the page, and serve, which serves the page and the HTTP API."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui.cli.terminal import is_terminal
from ui.cli.tools import tools_of

if TYPE_CHECKING:
    from rag.chatbot import Chatbot
    from rag.library.library import Library


def _check_host(host: str) -> str:
    """Return the address, if only this machine can reach it."""
    from ui.http.security import NOT_LOOPBACK, is_loopback

    if not is_loopback(host):
        raise typer.BadParameter(f"{host}: {NOT_LOOPBACK}")
    return host


Host = Annotated[
    str,
    typer.Option(callback=_check_host, help="Address of this machine alone to serve on: 127.0.0.1, ::1 or localhost."),
]
Port = Annotated[int, typer.Option(min=0, max=65535, help="Port to serve on; 0 takes a free one.")]


WARM_UP = "What is new?"
"""A question that is searched for before the page is served, since the embedding model's first question is slow."""


def chat(context: typer.Context, host: Host = "127.0.0.1", port: Port = 7860) -> None:
    """Serve the chat page. An empty library is filled with the sample articles first."""
    _serve(context, host, port, api=False)


def serve(context: typer.Context, host: Host = "127.0.0.1", port: Port = 7860) -> None:
    """Serve the chat page and the HTTP API."""
    _serve(context, host, port, api=True)


def _serve(context: typer.Context, host: str, port: int, *, api: bool) -> None:
    typer.echo("Loading the models …", err=True)
    from ui.http.app import build_app
    from ui.http.server import AnnouncingServer
    from ui.web.uploads import add_uploads

    tools = tools_of(context)
    settings = tools.load_settings()
    library = tools.open_library(settings, False)
    try:
        _fill_if_empty(library)
        bot = tools.open_chatbot(settings, library)
        bot.search(WARM_UP)
        app = build_app(
            bot,
            host=host,
            api=api,
            add_files=lambda paths: add_uploads(library, paths),
            examples=_examples(bot),
        )
        with suppress(KeyboardInterrupt):
            AnnouncingServer(app, host, port, _announce).run_until_stopped()
    finally:
        library.close()


def _fill_if_empty(library: Library) -> None:
    n_articles, _ = library.catalog.counts()
    if n_articles:
        return
    from ingest import ingest, sample_sources

    typer.echo("The library is empty, so the sample articles are ingested first.", err=True)
    ingest(sample_sources(), library.settings, library=library, progress=is_terminal())


def _examples(bot: Chatbot) -> tuple[str, ...]:
    """Return the example questions if a sample article is in the library, else none."""
    from ingest import sample_sources
    from ui.web.page_view import EXAMPLES

    samples = {Path(source).resolve() for source in sample_sources()}
    return EXAMPLES if any(Path(article.source).resolve() in samples for article in bot.articles()) else ()


def _announce(address: str) -> None:
    typer.echo(f"Footnote is served on {address}  (Ctrl+C stops it)")
