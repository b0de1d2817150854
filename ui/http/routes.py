"""The HTTP API: asking, searching and reading articles. Every error is `{"error": sentence}`."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Annotated, Any

import anyio
from anyio.to_thread import run_sync
from fastapi import APIRouter, FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, StreamingResponse
from starlette.exceptions import HTTPException

from rag.chatbot import Chatbot, last_answer
from rag.errors import (
    ArticleNotFoundError,
    FootnoteError,
    IndexMismatchError,
    LibraryLockedError,
    ModelError,
    StoppedError,
)
from rag.events import Event
from rag.serialization import render_answer, render_search
from rag.stopping import Stream
from ui.errors import SAFE_SENTENCE, render_error
from ui.http.event_data import render_article_data, render_event
from ui.http.requests import AskRequest, Question, SearchRequest, TopK

STATUS: dict[type[FootnoteError], int] = {
    ArticleNotFoundError: 404,
    LibraryLockedError: 409,
    IndexMismatchError: 503,
    ModelError: 503,
    StoppedError: 499,
}
"""HTTP status of our errors; 500 for those not listed. 499 is nginx's status for a client that disconnected."""

ANSWERS_AT_ONCE = 1
"""The embedded language model answers one question at a time; several would slow each other down."""

API_ROUTES = ("/api/*", "/health")
"""The paths of the API. A path that ends in `*` means all paths that start with it."""

JsonObject = dict[str, Any]


def add_api(app: FastAPI, bot: Chatbot) -> None:
    """Add the routes under `/api` and `/health`, and the handlers of errors, to an application."""
    app.include_router(_build_router(bot))
    app.add_exception_handler(FootnoteError, _known_error)
    app.add_exception_handler(RequestValidationError, _wrong_request)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _unknown_error)


def _build_router(bot: Chatbot) -> APIRouter:
    router = APIRouter()
    answering = anyio.CapacityLimiter(ANSWERS_AT_ONCE)

    @router.post("/api/ask")
    async def ask(body: AskRequest, request: Request) -> JsonObject:
        """Return the checked answer to a question, or an abstention. It is stopped if the client disconnects."""
        events = _ask(bot, body)
        watching = asyncio.create_task(_stop_when_gone(request, events))
        try:
            return render_answer(await run_sync(last_answer, events, limiter=answering))
        finally:
            watching.cancel()
            events.stop()

    @router.post("/api/ask/stream", response_class=StreamingResponse)
    async def ask_stream(body: AskRequest) -> StreamingResponse:
        """Return the answer as server-sent events: understood, passages, citations, token, claim, answer; or error."""
        return StreamingResponse(
            _stream(bot, body, answering),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    @router.get("/api/search")
    def search(question: Annotated[Question, Query()], top_k: Annotated[TopK | None, Query()] = None) -> JsonObject:
        """Return the passages found for a question."""
        return render_search(bot.search(question, top_k))

    @router.post("/api/search")
    def search_by_post(body: SearchRequest) -> JsonObject:
        """Return the passages found for a question."""
        return render_search(bot.search(body.question, body.top_k, filters=body.filters.filters(), as_of=body.as_of))

    @router.get("/api/articles")
    def articles() -> JsonObject:
        """Return all articles of the library, without their texts."""
        return {"articles": [render_article_data(article) for article in bot.articles()]}

    @router.get("/api/articles/{article_id}")
    def article(article_id: str, version: Annotated[int | None, Query(ge=1)] = None) -> JsonObject:
        """Return one article with its text, in its current version or the one asked for."""
        return render_article_data(bot.article(article_id, version), text=True)

    @router.get("/health")
    async def health() -> JsonObject:
        """Return the status of the server, and the models that it answers with."""
        return {"status": "ok", "models": dict(bot.models)}

    @router.api_route("/api/{_path:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"], include_in_schema=False)
    async def unknown(_path: str) -> JsonObject:
        raise HTTPException(404, "There is no such address; /api/openapi.json lists those that there are.")

    return router


def _ask(bot: Chatbot, body: AskRequest) -> Stream[Event]:
    return bot.stream(
        body.question,
        body.turns(),
        standalone_question=body.standalone_question,
        kind=body.kind,
        filters=body.filters.filters(),
        as_of=body.as_of,
    )


async def _stop_when_gone(request: Request, events: Stream[Event]) -> None:
    """Stop the events once the client closes its connection. Its body must have been read before."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
    events.stop()


async def _stream(bot: Chatbot, body: AskRequest, answering: anyio.CapacityLimiter) -> AsyncIterator[str]:
    """Yield server-sent events. When the client disconnects, this is cancelled, which stops the models at once."""
    events = _ask(bot, body)
    async with answering:
        try:
            while (event := await run_sync(next, events, None, abandon_on_cancel=True)) is not None:
                yield _sse(event.kind, render_event(event))
        except Exception as exc:
            # The status is sent already, so the error is an event.
            yield _sse("error", {"error": render_error(exc, "streaming an answer")})
        finally:
            with anyio.CancelScope(shield=True):
                await run_sync(events.close)


def _sse(kind: str, data: JsonObject) -> str:
    return f"event: {kind}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


async def _known_error(_request: Request, exc: Exception) -> JSONResponse:
    status = next((code for kind, code in STATUS.items() if isinstance(exc, kind)), 500)
    return JSONResponse({"error": str(exc)}, status)


async def _unknown_error(_request: Request, _exc: Exception) -> JSONResponse:
    return JSONResponse({"error": SAFE_SENTENCE}, 500)  # the server logs it


async def _wrong_request(_request: Request, exc: Exception) -> JSONResponse:
    assert isinstance(exc, RequestValidationError)
    wrong = [f"{'.'.join(str(part) for part in error['loc'][1:])}: {error['msg']}" for error in exc.errors()]
    return JSONResponse({"error": "; ".join(wrong)}, 422)


async def _http_error(_request: Request, exc: Exception) -> JSONResponse:
    assert isinstance(exc, HTTPException)
    return JSONResponse({"error": str(exc.detail)}, exc.status_code, headers=exc.headers)
