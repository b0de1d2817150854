"""The routes for asking and searching."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from rag.chatbot import Chatbot
from rag.events import Event
from rag.serialization import render_answer, render_search
from ui.errors import render_error
from ui.http.answering import Answering, Asked
from ui.http.event_data import render_event
from ui.http.owners import Owner
from ui.http.problems import render_problem, request_id_of, status_of
from ui.http.requests import AskRequest, SearchRequest
from ui.http.responses import AnswerObject, SearchObject

EVENT_STREAM = "text/event-stream"

_EVENTS_EXAMPLE = (
    'event: understood\ndata: {"standalone_question": "How many?", "kind": "fact", "filters": {}}\n\n'
    'event: answer\ndata: {"id": "…", "verdict": "answered"}\n\n'
)


def build_asking_router(bot: Chatbot, answering: Answering) -> APIRouter:
    """Return the routes `POST /v1/ask` and `POST /v1/search`."""
    router = APIRouter(tags=["Questions"])

    @router.post(
        "/v1/ask",
        response_model=None,
        responses={
            200: {
                "model": AnswerObject,
                "description": "The answer, or server-sent events that end with it.",
                "content": {EVENT_STREAM: {"schema": {"type": "string"}, "example": _EVENTS_EXAMPLE}},
            }
        },
    )
    async def ask(body: AskRequest, request: Request, owner: Owner) -> Response:
        """Answer a question from the articles, or abstain.

        With `stream`, or `Accept: text/event-stream`, the response is a stream of the events understood, passages,
        citations, token, claim and answer. Nothing is settled before `answer`. An `error` event holds a problem.
        The answer is stopped when the client disconnects.
        """
        asked = Asked(
            question=body.question,
            history=body.turns(),
            options=body.options(),
            chosen=body.chosen(),
            conversation_id=body.conversation_id or "",
            owner=owner,
        )
        if body.stream or EVENT_STREAM in request.headers.get("accept", ""):
            return stream_response(_render_events(await answering.open_stream(asked), request))
        return JSONResponse(render_answer(await answering.answer(asked, request)))

    @router.post("/v1/search", response_model=None, responses={200: {"model": SearchObject}})
    def search(body: SearchRequest) -> dict[str, Any]:
        """Find passages for a question, best first."""
        return render_search(bot.search(body.question, body.top_k, filters=body.filters.filters(), as_of=body.as_of))

    return router


def stream_response(lines: AsyncIterator[str]) -> StreamingResponse:
    """Return a response of server-sent events, which no proxy should hold back."""
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(lines, media_type=EVENT_STREAM, headers=headers)


async def _render_events(events: AsyncIterator[Event], request: Request) -> AsyncIterator[str]:
    """Yield the events as server-sent ones. An error is an event too, since the status is sent already."""
    try:
        async with aclosing(events):  # type: ignore[type-var]  # it is an asynchronous generator
            async for event in events:
                yield _sse(event.kind, render_event(event))
    except Exception as exc:
        sentence = render_error(exc, "streaming an answer")
        yield _sse("error", render_problem(status_of(exc), sentence, request_id=request_id_of(request)))


def _sse(kind: str, data: dict[str, Any]) -> str:
    return f"event: {kind}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
