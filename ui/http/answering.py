"""Answering over HTTP: in turn, stopped when the client disconnects, and kept in a conversation if one is named."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import anyio
from anyio.to_thread import run_sync
from fastapi import Request
from starlette.exceptions import HTTPException

from rag.answering.requests import AskOptions
from rag.chatbot import Chatbot, last_answer
from rag.errors import ConversationNotFoundError, StoppedError
from rag.events import AnswerReady, Event
from rag.library.conversation_records import TurnStatus
from rag.records import Answer, Turn
from rag.serialization import render_answer
from rag.stopping import Stream
from rag.transcripts import history_of
from ui.errors import render_error
from ui.http.answer_queue import AnswerQueue
from ui.http.metrics import Metrics

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question that was asked over HTTP.

    Attributes:
        history: earlier turns, oldest first. Those of the conversation are used instead, if one is named.
        options: what the caller knows about the question.
        chosen: the same as JSON values, to be kept with the turn.
        conversation_id: of the conversation that the turn is added to; "" keeps nothing.
        owner: whose conversation it is.
    """

    question: str
    history: tuple[Turn, ...] = ()
    options: AskOptions = field(default_factory=AskOptions)
    chosen: Mapping[str, Any] = field(default_factory=dict)
    conversation_id: str = ""
    owner: str = ""


class Answering:
    """Answers the questions of all routes, one after the other."""

    def __init__(self, bot: Chatbot, queue: AnswerQueue, metrics: Metrics) -> None:
        """Take the chatbot, the queue that all routes share, and the figures that answers are counted in."""
        self._bot = bot
        self._queue = queue
        self._metrics = metrics

    async def answer(self, asked: Asked, request: Request) -> Answer:
        """Return the answer. It is stopped if the client disconnects; the body must have been read before.

        Raises:
            HTTPException: too many questions wait.
            ConversationNotFoundError: the owner has no such conversation.
            ModelError: the language model did not answer.
            StoppedError: the client has disconnected.
        """
        self._queue.refuse_if_full()
        events = await self._start(asked)
        watching = asyncio.create_task(_stop_when_gone(request, events))
        try:
            async with self._queue.turn():
                answer = await run_sync(last_answer, events)
        except Exception as exc:
            await self._keep_failed(asked, exc)
            raise
        finally:
            watching.cancel()
            events.stop()
        await self._keep(asked, "answered", answer)
        return answer

    async def open_stream(self, asked: Asked) -> AsyncIterator[Event]:
        """Return the events of the answer in the making, as `stream` does; errors before the first are raised now.

        Raises:
            HTTPException: too many questions wait.
            ConversationNotFoundError: the owner has no such conversation.
        """
        self._queue.refuse_if_full()
        return self._stream(asked, await self._start(asked))

    async def _stream(self, asked: Asked, events: Stream[Event]) -> AsyncIterator[Event]:
        """Yield the events. When the client disconnects, this is cancelled, which stops the models at once."""
        answer: Answer | None = None
        failure: Exception | None = None
        try:
            async with self._queue.turn():
                while (event := await run_sync(next, events, None, abandon_on_cancel=True)) is not None:
                    if isinstance(event, AnswerReady):
                        answer = event.answer
                    else:
                        yield event
            if answer is not None:
                await self._keep(asked, "answered", answer)
                yield AnswerReady(answer=answer)
        except Exception as exc:
            failure = exc
            raise
        finally:
            with anyio.CancelScope(shield=True):
                await run_sync(events.close)
                if answer is None:
                    await self._keep_failed(asked, failure or StoppedError("The client has disconnected."))

    async def _start(self, asked: Asked) -> Stream[Event]:
        history = asked.history
        if asked.conversation_id:
            conversation = await run_sync(
                lambda: self._bot.conversations.load(asked.conversation_id, owner=asked.owner)
            )
            history = history_of(conversation.turns)
        return self._bot.stream(asked.question, history, **asked.options)

    async def _keep_failed(self, asked: Asked, exc: Exception) -> None:
        if isinstance(exc, HTTPException):  # it was refused, and can be asked again
            return
        status: TurnStatus = "stopped" if isinstance(exc, StoppedError) else "failed"
        error = "" if status == "stopped" else render_error(exc, "answering a question")
        await self._keep(asked, status, None, error)

    async def _keep(self, asked: Asked, status: TurnStatus, answer: Answer | None, error: str = "") -> None:
        """Count the answer, and add the turn to its conversation, unless that was deleted meanwhile."""
        self._metrics.count_answer(status, answer)
        if not asked.conversation_id:
            return
        kept = render_answer(answer) if answer is not None else None
        try:
            await run_sync(
                lambda: self._bot.conversations.add_turn(
                    asked.conversation_id,
                    asked.question,
                    kept,
                    status=status,
                    options=asked.chosen,
                    error=error,
                    owner=asked.owner,
                )
            )
        except ConversationNotFoundError:
            log.info("A conversation was deleted before its answer was made")


async def _stop_when_gone(request: Request, events: Stream[Event]) -> None:
    """Stop the events once the client closes its connection."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
    events.stop()
