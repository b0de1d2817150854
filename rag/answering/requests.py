"""What a kind of answer gets and gives: the understood question, a clock, and the outcome."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol, TypedDict

from rag.answering.composing import Composition
from rag.events import Event
from rag.records import Filters, Kind, Passage, Turn, Window
from rag.retrieval.date_wishes import DateWish


class AskOptions(TypedDict, total=False):
    """What a caller may know about a question.

    Attributes:
        standalone_question: the question to search for, instead of one made from the history.
        kind: the kind of answer, instead of the one that the question seems to want.
        filters: the articles that may be used; default: all.
        as_of: the day from which "yesterday" in the question is counted; default: the setting, then today.
    """

    standalone_question: str | None
    kind: Kind | None
    filters: Filters
    as_of: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A question as it was understood.

    Attributes:
        question: the standalone question.
        topic: the question's words on a topic, without words such as "articles" or "summary" that go with any; or "".
        kind: the kind of answer that it wants.
        next_kind: the kind to serve instead if this one finds no answer, where the guess was unsure; or None.
        ask: what exactly it asks of the library, or what sort of talk it is, such as `count` or `greeting`; or "".
        wish: the dates that it asks for.
        filters: the articles that may be used.
        history: earlier turns, oldest first.
        previous_wish: the dates that the question before it asks for.
        said: earlier answers, whose sentences "tell me more" doesn't say again.
        wants_sources: whether the last of them is only to be shown with the articles that say it.
        claims_max: the most claims that the answer may have; None leaves it to the kind.
    """

    question: str
    kind: Kind
    next_kind: Kind | None = None
    topic: str = ""
    ask: str = ""
    wish: DateWish = field(default_factory=DateWish)
    filters: Filters = field(default_factory=Filters)
    history: Sequence[Turn] = ()
    previous_wish: DateWish = field(default_factory=DateWish)
    said: Sequence[str] = ()
    wants_sources: bool = False
    claims_max: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The answer to a request, and what it was made from.

    Attributes:
        passages: the passages found, best first.
        evidence: the windows chosen, best first.
        usage: tokens of the language model by name.
        suggestions: questions that the library answers; for talk.
    """

    composition: Composition
    passages: Sequence[Passage] = ()
    evidence: Sequence[Window] = ()
    usage: Counter[str] = field(default_factory=Counter)
    suggestions: tuple[str, ...] = ()


class Clock:
    """Measures the milliseconds of each stage, from one mark to the next."""

    def __init__(self) -> None:
        self._start = self._last = time.perf_counter()
        self._marks: dict[str, float] = {}

    def mark(self, stage: str) -> None:
        """End a stage; the times of a stage that comes again are added."""
        now = time.perf_counter()
        self._marks[stage] = self._marks.get(stage, 0.0) + (now - self._last) * 1000
        self._last = now

    def mark_once(self, stage: str) -> None:
        """Note the time since the start, at the first call only; no stage ends."""
        self._marks.setdefault(stage, (time.perf_counter() - self._start) * 1000)

    def timings_ms(self) -> dict[str, float]:
        """Return the milliseconds by stage, and the total so far."""
        total = (time.perf_counter() - self._start) * 1000
        return {stage: round(ms, 1) for stage, ms in {**self._marks, "total": total}.items()}


class Answerer(Protocol):
    """Answers the questions of one kind."""

    def answer(self, request: Request, clock: Clock) -> Generator[Event, None, Outcome]:
        """Yield the events of the answer in the making, and return the outcome.

        Raises:
            ModelError: the language model did not answer.
        """
        ...
