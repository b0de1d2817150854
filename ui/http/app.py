"""The web application, put together from the gate, the page with its files, and optionally the HTTP API."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import FastAPI

from rag.chatbot import Chatbot
from rag.errors import SettingsError
from ui.http.articles import ARTICLES_PATH
from ui.http.gate import Gate
from ui.http.metrics import Measured, Metrics
from ui.http.routes import API_ROUTES, OPENAPI_PATH, add_api
from ui.http.security import NOT_LOOPBACK, is_loopback
from ui.limits import FORM_BYTES_MAX, UPLOAD_BYTES_MAX
from ui.web.export_route import add_export_route
from ui.web.page import EVENTS_PATH, ROUTES, build_page, mount_page
from ui.web.upload_route import UPLOAD_PATH, AddFiles, add_upload_route


def build_app(
    bot: Chatbot,
    *,
    host: str = "127.0.0.1",
    api: bool = True,
    add_files: AddFiles | None = None,
    examples: Sequence[str] = (),
) -> FastAPI:
    """Return the application for a chatbot, which the caller closes.

    Args:
        bot: the chatbot that answers.
        host: the loopback address that it will be bound to. Requests for other host names are refused.
        api: whether to add the HTTP API to the page.
        add_files: adds uploaded files to the library; None leaves the upload out.
        examples: questions that the empty page offers to ask.

    Raises:
        SettingsError: other machines could reach the address.
    """
    if not is_loopback(host):
        raise SettingsError(f"{host}: {NOT_LOOPBACK}")
    # FastAPI's documentation pages load scripts from another host, so there are none.
    app = FastAPI(title="Footnote", docs_url=None, redoc_url=None, openapi_url=OPENAPI_PATH if api else None)
    metrics = Metrics()
    app.add_middleware(Measured, metrics=metrics)
    app.add_middleware(
        Gate,
        host=host,
        routes=(*ROUTES, *(API_ROUTES if api else ()), *((UPLOAD_PATH,) if add_files else ())),
        streamed={UPLOAD_PATH: UPLOAD_BYTES_MAX, ARTICLES_PATH: UPLOAD_BYTES_MAX + FORM_BYTES_MAX},
        file_free=EVENTS_PATH,
    )
    if api:
        add_api(app, bot, metrics)
    if add_files:
        add_upload_route(app, add_files)
    add_export_route(app, bot)
    mount_page(app, build_page(bot, uploads=add_files is not None, examples=examples))
    return app
