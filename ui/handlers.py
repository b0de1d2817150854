"""What the page does when someone asks, stops or opens an article; nothing of its layout."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

from rag.chatbot import Chatbot
from rag.errors import ArticleNotFoundError
from rag.events import TokenWritten
from ui.article_view import render_article, render_articles, render_missing_article
from ui.conversation import Turns, TurnView, advance, begin_turn, history
from ui.errors import tell
from ui.limits import QUESTION_CHARS_MAX

REDRAW_S = 0.06
"""Shortest time between two redraws of a draft: fast enough to read along, slow enough for any browser."""


class Handlers:
    """Holds the chatbot that the page talks to."""

    def __init__(self, bot: Chatbot) -> None:
        """Takes the chatbot, which the caller closes."""
        self._bot = bot
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

    def answer(self, turns: Turns) -> Iterator[Turns]:
        """The conversation as its last turn, if it's waiting, grows into an answer, or is stopped, or fails.

        Closing the iterator closes the chatbot's stream too, which stops the language model.
        """
        if not turns or turns[-1].stage != "waiting":
            return
        earlier = turns[:-1]
        for turn in self._grow(replace(turns[-1], stage="searching"), earlier):
            yield (*earlier, turn)

    def stop(self, turns: Turns) -> None:
        """Has the iterator that answers the last turn close the chatbot's stream at its next event, and end.

        The iterator itself tells of it: told from elsewhere, it could be overtaken by what was written before.
        """
        if turns and not turns[-1].finished:
            self._stopping.add(turns[-1].key)

    def show_article(self, article_id: str, version: int, start: int, end: int) -> str:
        """The article as HTML with the span marked, or a sentence that it's gone."""
        try:
            return render_article(self._bot.article(article_id, version or None), start, end)
        except ArticleNotFoundError:
            return render_missing_article(article_id)

    def list_articles(self) -> str:
        """The library's articles as HTML."""
        return render_articles(self._bot.articles())

    def _grow(self, turn: TurnView, earlier: Turns) -> Iterator[TurnView]:
        """The turn at each step; a failure is a step too, the last."""
        yield turn
        drawn_at = 0.0
        events = self._bot.stream(turn.question, history(earlier), standalone_question=turn.asked_as)
        try:
            for event in events:
                if turn.key in self._stopping:
                    yield replace(turn, stage="stopped")
                    return
                turn = advance(turn, event)
                if isinstance(event, TokenWritten):
                    if time.monotonic() - drawn_at < REDRAW_S:
                        continue
                    drawn_at = time.monotonic()
                yield turn
        except Exception as exc:
            yield replace(turn, stage="failed", error=tell(exc, "answering a question"))
        finally:
            self._stopping.discard(turn.key)
            close = getattr(events, "close", None)
            if close:
                close()
