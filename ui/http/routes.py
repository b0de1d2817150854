"""The HTTP API, put together from its routers. Every error is a problem (`ui/http/problems.py`)."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.exceptions import HTTPException

from rag.chatbot import Chatbot
from ui.http.answer_queue import AnswerQueue
from ui.http.answering import Answering
from ui.http.articles import build_articles_router
from ui.http.asking import build_asking_router
from ui.http.chat_completions import build_chat_router
from ui.http.conversations import build_conversations_router
from ui.http.metrics import Metrics
from ui.http.monitoring import MONITORING_ROUTES, build_monitoring_router
from ui.http.problems import PROBLEM_TYPE, add_problem_handlers
from ui.http.responses import Problem

OPENAPI_PATH = "/openapi.json"

API_ROUTES = ("/v1/*", OPENAPI_PATH, *MONITORING_ROUTES)
"""The paths of the API. A path that ends in `*` means all paths that start with it."""

DESCRIPTION = (
    "Grounded answers about the articles of a library: every sentence comes with the words of the article that support "
    "it. Every error is a problem (RFC 9457), and every response has the header `X-Request-Id`."
)


def add_api(app: FastAPI, bot: Chatbot, metrics: Metrics) -> None:
    """Add the routes of the API and the handlers of errors to an application, and describe them in OpenAPI."""
    queue = AnswerQueue()
    answering = Answering(bot, queue, metrics)
    metrics.watch("footnote_questions_waiting", "Questions that wait or are being answered", lambda: queue.n_places)
    metrics.watch("footnote_articles", "Articles of the library", lambda: bot.library.catalog.counts()[0])
    app.include_router(build_asking_router(bot, answering))
    app.include_router(build_articles_router(bot))
    app.include_router(build_conversations_router(bot))
    app.include_router(build_chat_router(answering))
    app.include_router(build_monitoring_router(bot, metrics))
    app.add_api_route("/v1/{_path:path}", _unknown, methods=_METHODS, include_in_schema=False)
    add_problem_handlers(app)
    app.openapi = lambda: _describe(app)  # type: ignore[method-assign]  # FastAPI documents this way


_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


async def _unknown(_path: str) -> None:
    raise HTTPException(404, f"There is no such address; {OPENAPI_PATH} lists those that there are.")


def _describe(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI description, in which every error is a problem."""
    if app.openapi_schema:
        return app.openapi_schema
    described = get_openapi(title=app.title, version=app.version, description=DESCRIPTION, routes=app.routes)
    schemas = described["components"]["schemas"]
    schemas["Problem"] = Problem.model_json_schema()
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    problem = {
        "description": "A problem",
        "content": {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for operations in described["paths"].values():
        for operation in operations.values():
            operation["responses"].pop("422", None)
            operation["responses"]["default"] = problem
    app.openapi_schema = described
    return described
