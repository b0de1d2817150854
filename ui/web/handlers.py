"""What the page does when someone asks, stops or opens an article. The layout is in `ui/web/layout.py`."""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import dataclass, replace

from rag.chatbot import Chatbot
from rag.errors import ArticleNotFoundError, StoppedError
from rag.events import Event, TokenWritten
from rag.records import KINDS, Filters, Kind
from rag.stopping import Stream
from ui.errors import render_error
from ui.limits import QUESTION_CHARS_MAX
from ui.web.article_view import render_article, render_articles, render_missing_article
from ui.web.conversation import Turns, TurnView, advance, begin_turn, history

REDRAW_S = 0.06
"""Shortest time between two redraws of a draft: fast enough to read along, slow enough for any browser."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Running:
    """An answer that is being made, with the session of the page that waits for it."""

    session: str
    events: Stream[Event]


class Handlers:
    """The actions of the page on a chatbot."""

    def __init__(self, bot: Chatbot) -> None:
        """Keep the chatbot, which the caller closes."""
        self._bot = bot
        self._running: dict[str, _Running] = {}
        self._stopping: set[str] = set()

    def begin(
        self,
        turns: Turns,
        question: str,
        asked_as: str | None = None,
        wants: Kind | None = None,
        *,
        filters: Filters = Filters(),  # noqa: B008 - it is frozen
        n_earlier: int | None = None,
    ) -> Turns:
        """Return the conversation with the question waiting. A blank question, or one too long, changes nothing.

        The page counts the characters, and says how many there may be.
        """
        question = question.strip()
        if not question or len(question) > QUESTION_CHARS_MAX:
            return turns
        return begin_turn(turns, question, asked_as, wants, filters=filters, n_earlier=n_earlier)

    def begin_again(
        self,
        turns: Turns,
        number: int,
        standalone_question: str,
        kind: str = "",
        *,
        filters: Filters = Filters(),  # noqa: B008 - it is frozen
    ) -> Turns:
        """Return the conversation with the question of turn `number` waiting again, as reworded by the user.

        `kind` is the kind of answer that the user chose; "" leaves it to the chatbot.
        """
        asked_as = standalone_question.strip()
        if not 1 <= number <= len(turns) or len(asked_as) > QUESTION_CHARS_MAX:
            return turns
        wants = next((each for each in KINDS if each == kind), None)
        return self.begin(turns, turns[number - 1].question, asked_as or None, wants, filters=filters)

    def retry(self, turns: Turns, number: int) -> Turns:
        """Return the conversation with the question of turn `number` waiting again, chosen and understood as before."""
        if not 1 <= number <= len(turns):
            return turns
        turn = turns[number - 1]
        return self.begin(
            turns, turn.question, turn.asked_as, turn.wants, filters=turn.filters, n_earlier=turn.n_earlier
        )

    def answer(self, turns: Turns, session: str = "") -> Generator[Turns]:
        """Yield the conversation each time its last turn changes, until that is answered, stopped or failed.

        Nothing is yielded if the last turn isn't waiting. Closing the iterator closes the chatbot's stream, which stops
        the models. `session` identifies the page that waits, for `leave`.
        """
        if not turns or turns[-1].stage != "waiting":
            return
        earlier = turns[:-1]
        try:
            for turn in self._grow(replace(turns[-1], stage="understanding"), earlier, session):
                yield (*earlier, turn)
        finally:
            self._stopping.discard(turns[-1].key)

    def stop(self, turns: Turns) -> None:
        """Stop the answer of the last turn, at whatever step it is.

        The iterator of `answer` then yields the stopped turn as its last. If another event of the page showed it, an
        earlier update could arrive later and replace it.
        """
        if turns and not turns[-1].finished:
            self.stop_turn(turns[-1].key)

    def stop_turn(self, key: str) -> None:
        """Stop the answer of a turn that isn't finished, also of one that waits."""
        self._stopping.add(key)  # first, since the stream may start in between, and looks here when it starts
        if running := self._running.get(key):
            running.events.stop()

    def is_stopping(self, key: str) -> bool:
        """Return whether a turn was stopped and hasn't finished."""
        return key in self._stopping

    def leave(self, session: str) -> None:
        """Stop the answers that a closed page was waiting for."""
        for running in tuple(self._running.values()):
            if running.session == session:
                running.events.stop()

    def show_article(self, article_id: str, version: int, start: int, end: int) -> str:
        """Return the article as HTML with the span marked, or a sentence that it was removed."""
        try:
            return render_article(self._bot.article(article_id, version or None), start, end)
        except ArticleNotFoundError:
            return render_missing_article(article_id)

    def list_articles(self) -> str:
        """Return the list of the library's articles as HTML."""
        return render_articles(self._bot.articles())

    def _grow(self, turn: TurnView, earlier: Turns, session: str) -> Generator[TurnView]:
        """Yield the turn after each step. A failure is the last step."""
        yield turn
        drawn_at = 0.0
        events = self._bot.stream(
            turn.question,
            history(earlier[: turn.n_earlier]),
            standalone_question=turn.asked_as,
            kind=turn.wants,
            filters=turn.filters,
        )
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
            yield replace(turn, stage="failed", error=render_error(exc, "answering a question"))
        finally:
            self._running.pop(turn.key, None)
            events.close()
