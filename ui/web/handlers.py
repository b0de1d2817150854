"""What the page does when someone asks, stops or opens an article; nothing of its layout."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

from rag.chatbot import Chatbot
from rag.errors import ArticleNotFoundError, StoppedError
from rag.events import Event, TokenWritten
from rag.stopping import Stream
from ui.errors import tell
from ui.limits import QUESTION_CHARS_MAX
from ui.web.article_view import render_article, render_articles, render_missing_article
from ui.web.conversation import Turns, TurnView, advance, begin_turn, history

REDRAW_S = 0.06
"""Shortest time between two redraws of a draft: fast enough to read along, slow enough for any browser."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Running:
    """An answer that is being made, and the page that waits for it."""

    session: str
    events: Stream[Event]


class Handlers:
    """Holds the chatbot that the page talks to."""

    def __init__(self, bot: Chatbot) -> None:
        """Takes the chatbot, which the caller closes."""
        self._bot = bot
        self._running: dict[str, _Running] = {}
        self._stopping: set[str] = set()

    def begin(self, turns: Turns, question: str, asked_as: str | None = None) -> Turns:
        """The conversation with the question waiting; a blank question changes nothing."""
        question = question.strip()[:QUESTION_CHARS_MAX]
        return begin_turn(turns, question, asked_as) if question else turns

    def begin_again(self, turns: Turns, number: int, standalone_question: str) -> Turns:
        """The conversation with the question of turn `number` waiting again, in other words."""
        if not 1 <= number <= len(turns):
            return turns
        asked_as = standalone_question.strip()[:QUESTION_CHARS_MAX]
        return self.begin(turns, turns[number - 1].question, asked_as or None)

    def answer(self, turns: Turns, session: str = "") -> Iterator[Turns]:
        """The conversation as its last turn, if it's waiting, grows into an answer, or is stopped, or fails.

        Closing the iterator closes the chatbot's stream too, which stops the models. `session` names the page that
        waits, for `leave`.
        """
        if not turns or turns[-1].stage != "waiting":
            return
        earlier = turns[:-1]
        for turn in self._grow(replace(turns[-1], stage="searching"), earlier, session):
            yield (*earlier, turn)

    def stop(self, turns: Turns) -> None:
        """Stops the chatbot's stream for the last turn, whatever it is at, so that the iterator that answers it ends.

        The iterator itself tells of it: told from elsewhere, it could be overtaken by what was written before.
        """
        if not turns or turns[-1].finished:
            return
        key = turns[-1].key
        self._stopping.add(key)  # before looking for the stream, which looks here once it can be found
        if running := self._running.get(key):
            running.events.stop()

    def leave(self, session: str) -> None:
        """Stops the answers that a page waits for, since it was closed."""
        for running in tuple(self._running.values()):
            if running.session == session:
                running.events.stop()

    def show_article(self, article_id: str, version: int, start: int, end: int) -> str:
        """The article as HTML with the span marked, or a sentence that it's gone."""
        try:
            return render_article(self._bot.article(article_id, version or None), start, end)
        except ArticleNotFoundError:
            return render_missing_article(article_id)

    def list_articles(self) -> str:
        """The library's articles as HTML."""
        return render_articles(self._bot.articles())

    def _grow(self, turn: TurnView, earlier: Turns, session: str) -> Iterator[TurnView]:
        """The turn at each step; a failure is a step too, the last."""
        yield turn
        drawn_at = 0.0
        events = self._bot.stream(turn.question, history(earlier), standalone_question=turn.asked_as)
        self._running[turn.key] = _Running(session=session, events=events)
        if turn.key in self._stopping:
            events.stop()
        try:
            for event in events:
                turn = advance(turn, event)
                if isinstance(event, TokenWritten):
                    if time.monotonic() - drawn_at < REDRAW_S:
                        continue
                    drawn_at = time.monotonic()
                yield turn
        except StoppedError:
            yield replace(turn, stage="stopped")
        except Exception as exc:
            yield replace(turn, stage="failed", error=tell(exc, "answering a question"))
        finally:
            self._running.pop(turn.key, None)
            self._stopping.discard(turn.key)
            events.close()
