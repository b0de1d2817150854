"""Kinds for which nothing is searched: talk, and questions about the library itself."""

from __future__ import annotations

from collections.abc import Generator

from rag.answering.collaborators import Collaborators
from rag.answering.composing import Composition, render_citation
from rag.answering.library_answers import LibraryAnswer, answer_about_library, read_asked
from rag.answering.requests import Clock, Outcome, Request
from rag.answering.talk import reply_to_talk
from rag.events import CitationsChosen, Event
from rag.records import Citation, Segment


class TalkAnswerer:
    """Answers a greeting, thanks, or "what can you do?" with a line and questions that the library answers."""

    def __init__(self, collaborators: Collaborators) -> None:
        self._with = collaborators

    def answer(self, request: Request, clock: Clock) -> Generator[Event, None, Outcome]:
        """Return the reply; there are no events on the way."""
        reply = reply_to_talk(request.ask, self._with.library.catalog)
        segments = tuple(Segment(text=line, starts_line=True) for line in reply.lines)
        yield from ()
        return Outcome(composition=_certain(segments), suggestions=reply.suggestions)


class LibraryAnswerer:
    """Answers from the catalog, with a footnote into each article that is named."""

    def __init__(self, collaborators: Collaborators) -> None:
        self._with = collaborators

    def answer(self, request: Request, clock: Clock) -> Generator[Event, None, Outcome]:
        """Yield the opening sentences of the articles named, and return the answer."""
        previous = request.history[-1].question if request.history else ""
        asked = read_asked(
            request.question,
            request.wish,
            request.filters,
            self._with.library.catalog,
            previous,
            self._with.topic_words,
            request.previous_wish,
        )
        composition = compose_library_answer(answer_about_library(request.ask, asked))
        clock.mark("retrieve")
        clock.mark_once("first_citation")
        yield CitationsChosen(citations=composition.citations)
        return Outcome(composition=composition)


def compose_library_answer(said: LibraryAnswer) -> Composition:
    """Return the lines as segments; a line that names an article cites its opening sentence."""
    citations: list[Citation] = []
    segments: list[Segment] = []
    for line in said.lines:
        numbers: tuple[int, ...] = ()
        if line.opens is not None:
            citations.append(render_citation(len(citations) + 1, line.opens))
            numbers = (len(citations),)
        segments.append(Segment(text=line.text, citations=numbers, starts_line=True))
    return _certain(tuple(segments), tuple(citations))


def _certain(segments: tuple[Segment, ...], citations: tuple[Citation, ...] = ()) -> Composition:
    return Composition(verdict="answered", reason="", segments=segments, confidence=1.0, citations=citations)
