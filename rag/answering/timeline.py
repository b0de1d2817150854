"""Timelines: quotes the sentences that name a time, in the order of these times."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

from rag.answering.collaborators import Collaborators
from rag.answering.composing import Line
from rag.answering.gathering import (
    PASSAGES,
    compose_decided,
    decide_topic,
    diverse,
    find_passages,
    numbered,
    unsaid,
)
from rag.answering.requests import Clock, Outcome, Request
from rag.checking.claims import quote_claim
from rag.events import CitationsChosen, Event, PassagesFound
from rag.reading.selection import Balance
from rag.records import Window
from rag.text.times import TimeSpan, find_times, parse_published, render_span

DATED_READ = 40
EVENTS = 10
"""The dated sentences that are compared, and those that are quoted at most."""


OVER_TIME = Balance(relevance=0.9, floor=0.3)
"""Set by hand: a dated sentence may fit less well than one of an overview, since the date is what was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedWindow:
    """A sentence with the time that it names."""

    window: Window
    time: TimeSpan


class TimelineAnswerer:
    """Answers with dated lines in the order of their dates."""

    def __init__(self, collaborators: Collaborators) -> None:
        self._with = collaborators

    def answer(self, request: Request, clock: Clock) -> Generator[Event, None, Outcome]:
        """Yield the passages, the dated sentences and the claims, and return the timeline."""
        passages = find_passages(self._with, request.question, request, PASSAGES)
        yield PassagesFound(standalone_question=request.question, passages=tuple(passages))
        ranked = unsaid(self._with.evidence.rank(request.question, passages), request.said)
        times = {each.window: time for each in ranked if (time := named_time(each.window)) is not None}
        dated = [each for each in ranked if each.window in times][:DATED_READ]
        chosen = diverse(self._with.embeddings, dated, request.claims_max or EVENTS, OVER_TIME)
        events = sorted(
            (DatedWindow(window=window, time=times[window]) for window in chosen),
            key=lambda event: (event.time.first, event.time.last),
        )
        clock.mark("retrieve")
        clock.mark_once("first_citation")
        yield CitationsChosen(citations=numbered([event.window for event in events]))

        decision = decide_topic(self._with, request, ranked)
        lines = [Line(label=say_time(event), claims=[quote_claim(event.window)]) for event in events]
        composition = yield from compose_decided(self._with, request, lines, decision, ranked)
        clock.mark("check")
        return Outcome(composition=composition, passages=passages, evidence=chosen)


def named_time(window: Window) -> TimeSpan | None:
    """Return the first time that a sentence names as a day, a month or a year; None for none."""
    article = window.article
    times = find_times(window.quote, parse_published(article.published), article.language)
    return next((time for time in times if render_span(time)), None)


def say_time(event: DatedWindow) -> str:
    """Return the label of a dated line: its time, and the sentence's own words where they had to be resolved."""
    time = event.time
    named = render_span(time)
    if not time.is_resolved:
        return f"{named}:"
    return f"{named} (“{event.window.quote[time.start : time.end]}”):"
