"""Comparisons: a paragraph for each side, quoted; where no two sides are named, one for each story."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Generator, Sequence
from dataclasses import replace

from langchain_core.messages import HumanMessage, SystemMessage

from rag.answering.collaborators import Collaborators
from rag.answering.composing import Composition, Line, name_of
from rag.answering.gathering import (
    PASSAGES,
    compose_decided,
    decide_topic,
    diverse,
    find_passages,
    in_context,
    numbered,
    windows_of,
)
from rag.answering.parts import add_passages
from rag.answering.requests import Clock, Outcome, Request
from rag.answering.stated_values import ValueSides, compare_values
from rag.checking.claims import quote_claim
from rag.events import CitationsChosen, Event, PassagesFound
from rag.reading.evidence import RankedWindow
from rag.records import Conflict, ConflictSide, Passage, Window
from rag.text.overlap import coverage
from rag.text.times import find_times
from rag.text.windows import surroundings
from rag.text.words import content_stems
from rag.writing.drafts import stream_chat
from rag.writing.prompts import SIDES_PROMPT, as_data

_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_YEARS = re.compile(r"(\d{4})\W+(?:(?:to|and|until) )?(\d{4})")
"""A span of years, such as "2021 to 2023" or "2021-2023"."""

AGREEMENT = "agreement"
"""What is asked where the question is whether articles agree; see `KindGuess.ask`."""

SIDE_TOKENS = 30
SIDES_MAX = 4
SENTENCES_READ = 30
SENTENCES = 3
"""The sentences of a side that are compared, and those that are quoted at most."""


class ComparisonAnswerer:
    """Answers with what the articles say of each side."""

    def __init__(self, collaborators: Collaborators) -> None:
        self._with = collaborators

    def answer(self, request: Request, clock: Clock) -> Generator[Event, None, Outcome]:
        """Yield the passages, the sentences chosen and the claims, and return the comparison.

        Raises:
            ModelError: the language model did not answer.
        """
        passages = find_passages(self._with, request.question, request, PASSAGES)
        yield PassagesFound(standalone_question=request.question, passages=tuple(passages))
        ranked = self._with.evidence.rank(request.question, passages)
        asks_agreement = request.ask == AGREEMENT
        sides = self._name_and_quote(request, passages) if passages and not asks_agreement else []
        values = self._values(request, ranked) if asks_agreement else None
        if values is not None:
            sides = [(name_of(each.window.article), [each.window]) for each in values.values]
        sides = [(name, in_context(windows)) for name, windows in sides or self._stories(ranked)]
        chosen = [window for _, windows in sides for window in windows]
        clock.mark("retrieve")
        clock.mark_once("first_citation")
        yield CitationsChosen(citations=numbered(chosen))

        decision = decide_topic(self._with, request, ranked)
        heading = [Line(label=say_values(values))] if values is not None else []
        lines = [Line(label=f"{name}:", claims=[quote_claim(each) for each in windows]) for name, windows in sides]
        composition = yield from compose_decided(self._with, request, [*heading, *lines], decision, ranked)
        if values is not None and composition.claims:
            composition = add_conflict(composition, values)
        clock.mark("check")
        return Outcome(composition=composition, passages=passages, evidence=chosen, usage=Counter())

    def _name_and_quote(self, request: Request, passages: list[Passage]) -> list[tuple[str, list[Window]]]:
        """Return each side that the question names, with its sentences; none where fewer than two have some.

        The passages of each side are added to `passages`.
        """
        names = self._name_sides(request.question)
        sides: list[tuple[str, list[Window]]] = []
        for name in names:
            asked = without_words(request.question, [other for other in names if other != name])
            found = find_passages(self._with, asked, request, PASSAGES)
            add_passages(passages, found)
            taken = {window for _, windows in sides for window in windows}
            ranked = [each for each in self._with.evidence.rank(asked, found) if each.window not in taken]
            on_side = [each for each in ranked if coverage(name, surroundings(each.window)) == 1.0]
            direct = [each for each in on_side if coverage(name, each.window.quote) > 0] or on_side
            windows = diverse(self._with.embeddings, direct[:SENTENCES_READ], SENTENCES)
            if windows:
                sides.append((name, windows))
        return sides if len(sides) > 1 else []

    def _values(self, request: Request, ranked: Sequence[RankedWindow]) -> ValueSides | None:
        windows = windows_of(ranked)[:SENTENCES_READ]
        return compare_values(request.question, request.topic, windows, self._stories_of(windows))

    def _name_sides(self, question: str) -> list[str]:
        """Return the two things that a question compares, in its own words: two times, or what the model reads."""
        times = named_times(question)
        if len(times) > 1:
            return times[:SIDES_MAX]
        if self._with.llm is None:
            return []
        messages = [SystemMessage(SIDES_PROMPT), HumanMessage(as_data(question))]
        written = "".join(chunk.text for chunk in stream_chat(self._with.llm, messages, SIDE_TOKENS))
        asked = set(content_stems(question))
        sides = [line.strip(" -*•.,;:1234567890)") for line in written.split("\n")]
        return [side for side in dict.fromkeys(sides) if side and set(content_stems(side)) <= asked][:SIDES_MAX]

    def _stories(self, ranked: Sequence[RankedWindow]) -> list[tuple[str, list[Window]]]:
        """Return what each story says, under its article's name and date, the oldest first."""
        by_story: dict[str, list[Window]] = {}
        read = windows_of(ranked)[:SENTENCES_READ]
        stories = self._stories_of(read)
        for window in read:
            by_story.setdefault(stories.get(window.article.id, window.article.id), []).append(window)
        kept = [windows[:2] for windows in list(by_story.values())[:SIDES_MAX]]
        kept.sort(key=lambda windows: windows[0].article.published)
        return [(name_of(windows[0].article), windows) for windows in kept]

    def _stories_of(self, windows: Sequence[Window]) -> dict[str, str]:
        return self._with.library.catalog.stories_of(list({window.article.id for window in windows}))


def say_values(values: ValueSides) -> str:
    """Return a sentence on the values of different articles: that they are the same, or which ones they are."""
    if values.shared is not None:
        return f"{len(values.values)} articles give the same: {values.shared.written}."
    return f"The articles differ: {_say_sides(values)}."


def add_conflict(composition: Composition, values: ValueSides) -> Composition:
    """Return the answer with a conflict of the values, the older one first; as it is where all give one value."""
    if values.shared is not None:
        return composition
    sides = tuple(
        ConflictSide(quote=each.written, citation=citation.number)
        for each in values.values
        for citation in composition.citations
        if citation.article_id == each.window.article.id
        and citation.start <= each.window.start
        and each.window.end <= citation.end
    )
    return replace(composition, conflicts=(Conflict(summary=f"{_say_sides(values)}.", sides=sides),))


def _say_sides(values: ValueSides) -> str:
    """Return the values with the days of their articles: "400 people (2022-03-16), 250 people (2022-03-24)"."""
    return ", ".join(
        f"{each.written} ({day})" if (day := each.window.article.published[:10]) else each.written
        for each in values.values
    )


def named_times(question: str) -> list[str]:
    """Return the times that a question names, in its own words; "2021 to 2023" names its two ends.

    Where these are fewer than two, the years are returned that look like times: "2021 versus 2023 sales".
    """
    named: list[str] = []
    for time in find_times(question):
        text = question[time.start : time.end]
        span = _YEARS.fullmatch(text)
        named += span.groups() if span else [text]
    times, years = dict.fromkeys(named), dict.fromkeys(_YEAR.findall(question))
    return list(times if len(times) > 1 or len(years) < 2 else years)


def without_words(question: str, sides: Sequence[str]) -> str:
    """Return the question without the names of other sides, so that passages on one side are found."""
    for side in sides:
        question = question.replace(side, " ")
    return " ".join(question.split())
