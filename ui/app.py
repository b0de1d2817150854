"""The web application: security headers, the page and its files, and the HTTP API where it's wanted."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import FastAPI
from starlette.middleware.trustedhost import TrustedHostMiddleware

from rag.chatbot import Chatbot
from ui.handlers import AddFiles
from ui.http import add_api
from ui.security import SecurityHeaders, allowed_hosts
from ui.web import build_page, mount_page


def build_app(
    bot: Chatbot,
    *,
    host: str = "127.0.0.1",
    api: bool = True,
    add_files: AddFiles | None = None,
    examples: Sequence[str] = (),
) -> FastAPI:
    """The application on a chatbot, which the caller closes.

    Args:
        bot: answers.
        host: the address that it will be bound to; a loopback address answers to its own names only.
        api: whether it has the HTTP API, besides the page.
        add_files: takes uploaded files into the library; None leaves the upload out.
        examples: questions to click in the empty page.
    """
    # FastAPI's documentation pages load scripts from another host, so there are none.
    app = FastAPI(title="Footnote", docs_url=None, redoc_url=None, openapi_url="/api/openapi.json" if api else None)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=allowed_hosts(host))
    app.add_middleware(SecurityHeaders)
    if api:
        add_api(app, bot)
    mount_page(app, build_page(bot, add_files, examples))
    return app
