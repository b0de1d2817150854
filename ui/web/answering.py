"""Answering in the page: in turn, with the place in the line while it waits, and kept however it ends."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, replace

from anyio.to_thread import run_sync

from ui.web.conversation import Turns, TurnView
from ui.web.handlers import Handlers
from ui.web.own_conversations import OwnConversations
from ui.web.waiting_line import WaitingLine

TOO_MANY = "Too many questions are waiting for an answer. Try again in a minute."


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question that was asked in a page, and where its turn is kept.

    Attributes:
        turns: the conversation, whose last turn it is.
        session: identifies the page.
        own: the conversations of the person who asked.
    """

    turns: Turns
    conversation_id: str
    session: str
    own: OwnConversations

    @property
    def turn(self) -> TurnView:
        """Return the turn of the question."""
        return self.turns[-1]

    def keep(self, turn: TurnView) -> TurnView:
        """Return the finished turn as it is kept."""
        return self.own.add(self.conversation_id, turn)


class Answering:
    """Answers the questions of all pages, one after the other."""

    def __init__(self, handlers: Handlers) -> None:
        """Take what makes the answers."""
        self._handlers = handlers
        self._line = WaitingLine()
        self._expected: dict[str, Asked] = {}
        self._waiting: dict[str, str] = {}

    def expect(self, asked: Asked) -> None:
        """Note the question, so that it is kept even if its answer is never begun."""
        self._expected[asked.turn.key] = asked

    async def answer(self, asked: Asked) -> AsyncGenerator[Turns]:
        """Yield the conversation each time its last turn changes, until that is finished and kept.

        Nothing is yielded if the last turn isn't waiting.
        """
        if not asked.turns or asked.turn.stage != "waiting":
            return
        turn = asked.turn
        self._expected.pop(turn.key, None)
        try:
            with self._line.joined(turn.key):
                async with aclosing(self._steps(asked)) as steps:
                    async for turn in steps:
                        if turn.finished:
                            turn = await run_sync(asked.keep, turn)
                        yield (*asked.turns[:-1], turn)
        finally:
            if not turn.finished:  # the page was closed, and takes no more
                asked.keep(replace(turn, stage="stopped"))

    def settle(self, asked: Asked) -> Turns:
        """Return the conversation with its last turn finished. One whose answer was never begun was refused."""
        if not asked.turns or asked.turn.finished:
            return asked.turns
        self._expected.pop(asked.turn.key, None)
        return (*asked.turns[:-1], asked.keep(replace(asked.turn, stage="failed", error=TOO_MANY)))

    def leave(self, session: str) -> None:
        """Stop the answers that a closed page was waiting for, and keep the questions that weren't begun."""
        self._handlers.leave(session)
        for key in [key for key, waiting in self._waiting.items() if waiting == session]:
            self._handlers.stop_turn(key)
        for asked in [each for each in self._expected.values() if each.session == session]:
            self._expected.pop(asked.turn.key)
            asked.keep(replace(asked.turn, stage="stopped"))

    async def _steps(self, asked: Asked) -> AsyncGenerator[TurnView]:
        """Yield the turn with its place in the line, then as its answer is made."""
        turn = asked.turn
        self._waiting[turn.key] = asked.session
        try:
            async for n_ahead in self._line.ahead(turn.key, lambda: self._handlers.is_stopping(turn.key)):
                yield replace(turn, n_ahead=n_ahead)
        finally:
            self._waiting.pop(turn.key)
        made = self._handlers.answer(asked.turns, asked.session)
        try:
            while (grown := await run_sync(next, made, None)) is not None:
                yield grown[-1]
        finally:
            made.close()
