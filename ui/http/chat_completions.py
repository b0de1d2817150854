"""The routes that OpenAI's clients call: chat completions and models."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from rag.events import AnswerReady, Event, TokenWritten
from ui.errors import render_error
from ui.http.answering import Answering, Asked
from ui.http.asking import EVENT_STREAM, stream_response
from ui.http.chat_messages import (
    MODEL,
    ChatRequest,
    completion_id,
    render_chunk,
    render_chunks,
    render_completion,
    render_model,
)
from ui.http.owners import Owner
from ui.limits import QUESTION_CHARS_MAX


def build_chat_router(answering: Answering) -> APIRouter:
    """Return the routes `POST /v1/chat/completions` and `GET /v1/models`."""
    router = APIRouter(tags=["OpenAI-compatible"])
    started = int(time.time())

    @router.post(
        "/v1/chat/completions",
        response_model=None,
        responses={200: {"content": {EVENT_STREAM: {"schema": {"type": "string"}}}}},
    )
    async def complete(body: ChatRequest, request: Request, owner: Owner) -> Response:
        """Answer the last message, as OpenAI's clients expect it.

        The content is Markdown with footnotes. `annotations` of the message name the article of each mark, and the
        member `footnote` holds the whole answer. A stream begins with the answer when it was checked; before, it
        sends comments.
        """
        asked = _to_asked(body, owner)
        created, base_url = int(time.time()), str(request.base_url)
        if body.stream:
            usage = body.stream_options is not None and body.stream_options.include_usage
            events = await answering.open_stream(asked)
            return stream_response(_render_stream(events, created, usage=usage, base_url=base_url))
        return JSONResponse(render_completion(await answering.answer(asked, request), created, base_url=base_url))

    @router.get("/v1/models")
    async def models() -> dict[str, Any]:
        """List the only model."""
        return {"object": "list", "data": [render_model(started)]}

    @router.get("/v1/models/{model}")
    async def model(model: str) -> dict[str, Any]:
        """Return the only model."""
        _check_model(model)
        return render_model(started)

    return router


def _to_asked(body: ChatRequest, owner: str) -> Asked:
    _check_model(body.model)
    if not 1 <= len(body.question) <= QUESTION_CHARS_MAX:
        raise HTTPException(
            400,
            f"The last message of the user has {len(body.question):,} characters; a question has 1 to "
            f"{QUESTION_CHARS_MAX:,}. Ask a shorter one; text of your own is added with POST /v1/articles.",
        )
    return Asked(
        question=body.question,
        history=body.history(),
        options=body.footnote.options(),
        chosen=body.footnote.chosen(),
        conversation_id=body.footnote.conversation_id or "",
        owner=owner,
    )


def _check_model(model: str) -> None:
    if model != MODEL:
        raise HTTPException(404, f"There is no model {model!r}. The only one is {MODEL!r}.")


async def _render_stream(
    events: AsyncIterator[Event], created: int, *, usage: bool, base_url: str
) -> AsyncIterator[str]:
    """Yield the chunks. The draft isn't sent, since some of it may turn out to be unsupported."""
    id_ = completion_id(uuid.uuid4().hex)
    yield _sse(render_chunk(id_, created, {"role": "assistant", "content": ""}))
    try:
        async with aclosing(events):  # type: ignore[type-var]  # it is an asynchronous generator
            async for event in events:
                if isinstance(event, AnswerReady):
                    for chunk in render_chunks(event.answer, id_, created, usage=usage, base_url=base_url):
                        yield _sse(chunk)
                elif not isinstance(event, TokenWritten):
                    yield f": {event.kind}\n\n"  # a comment, so that no proxy takes the connection for dead
    except Exception as exc:
        yield _sse({"error": {"message": render_error(exc, "streaming a completion"), "type": "server_error"}})
    yield "data: [DONE]\n\n"


def _sse(data: dict[str, Any]) -> str:
    return f"data: {json.dumps(data, ensure_ascii=False)}\n\n"
