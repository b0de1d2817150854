"""Stated values: the quantities and days that sentences of different stories give for what is asked.

They are compared only where sentences are on all that the question names, so that two facts aren't taken for one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.records import Article, Window
from rag.text.names import names
from rag.text.numbers import number_mentions
from rag.text.questions import asked_kind
from rag.text.times import find_times, parse_published, render_span
from rag.text.windows import previous_sentence
from rag.text.words import FUNCTION_WORDS, content_stems, stem

TIME = "time"
"""The unit of days, months and years."""

_UNIT = re.compile(r"[\s-]?(?P<sign>%)|[\s-](?P<word>[^\W\d_]+)")
_CURRENCY = re.compile(r"[$€£¥]")


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedValue:
    """A value that a sentence states.

    Attributes:
        written: its words in the sentence, such as "40 million crowns".
        unit: the stem of the word behind the number, a currency sign, or `TIME`.
        value: the number, or for a time its name, such as "May 2022".
    """

    written: str
    unit: str
    value: float | str
    window: Window


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueSides:
    """What stories state for one question: the first value of each with the same unit, the oldest story first.

    Attributes:
        shared: the value that all of them state, somewhere in their sentences; None where there is none.
    """

    values: Sequence[StatedValue]
    shared: StatedValue | None


def compare_values(
    question: str, topic: str, windows: Sequence[Window], stories: Mapping[str, str]
) -> ValueSides | None:
    """Return what the stories state for a question; None where fewer than two state a value of the same unit.

    Args:
        question: a unit that it names goes first.
        topic: its words on a topic; sentences that lack one of them aren't compared.
        windows: sentences of the articles, best first.
        stories: the story by article id; copies of one story count once.
    """
    stated = [value for window in windows if _is_on(topic, window) for value in read_values(window)]
    by_unit: dict[str, dict[str, list[StatedValue]]] = {}
    for value in stated:
        story = stories.get(value.window.article.id, value.window.article.id)
        by_unit.setdefault(value.unit, {}).setdefault(story, []).append(value)
    shared_units = [unit for unit, by_story in by_unit.items() if len(by_story) > 1]
    unit = _unit_asked(question, shared_units)
    return _sides(list(by_unit[unit].values())) if unit else None


def read_values(window: Window) -> list[StatedValue]:
    """Return the values of a sentence in order: numbers with a unit, and times of at most a month."""
    article, quote = window.article, window.quote
    times = find_times(quote, parse_published(article.published), article.language)
    found: list[tuple[int, StatedValue]] = []
    for time in times:
        if (named := render_span(time)) and not named.isdecimal():
            written = quote[time.start : time.end]
            found.append((time.start, StatedValue(written=written, unit=TIME, value=named, window=window)))
    for mention in number_mentions(quote, article.language):
        if any(mention.start < time.end and time.start < mention.end for time in times):
            continue
        unit, end = _read_unit(quote, mention.start, mention.end, article)
        if unit:
            written = quote[mention.start : end]
            found.append((mention.start, StatedValue(written=written, unit=unit, value=mention.value, window=window)))
    return [value for _, value in sorted(found, key=lambda item: item[0])]


def _read_unit(quote: str, start: int, end: int, article: Article) -> tuple[str, int]:
    """Return the unit of a number and where it ends; "" for a number without one."""
    if sign := _CURRENCY.match(quote, start):
        return sign.group(), end
    match = _UNIT.match(quote, end)
    if match is None:
        return "", end
    if match["sign"]:
        return "percent", match.end()
    word = match["word"].lower()
    return ("", end) if word in FUNCTION_WORDS else (stem(word, article.language), match.end())


def _is_on(topic: str, window: Window) -> bool:
    """Return whether a sentence, with the one before it and the title, has all the topic's words.

    Names may be anywhere in the article.
    """
    article, before = window.article, previous_sentence(window)
    near = f"{article.title}\n{before.quote if before else ''}\n{window.quote}"
    named = {stem(name.lower(), article.language) for name in names(f"About {topic}", article.language)}
    wanted = set(content_stems(topic, article.language))
    lacking = wanted - set(content_stems(near, article.language))
    return bool(wanted) and lacking <= named & set(content_stems(article.text, article.language))


def _unit_asked(question: str, units: Sequence[str]) -> str:
    """Return the unit that a question asks for, or else that of the best sentence; "" for none."""
    if asked_kind(question) == "time":
        return TIME if TIME in units else ""
    asked = set(content_stems(question))
    counted = [unit for unit in units if unit != TIME]
    return next((unit for unit in units if unit in asked), next(iter([*counted, *units]), ""))


def _sides(by_story: Sequence[Sequence[StatedValue]]) -> ValueSides:
    """Return the first value of each story, the oldest first, and the value that all of them state."""
    common = set.intersection(*({value.value for value in values} for values in by_story))
    shared = next((value for value in by_story[0] if value.value in common), None)
    firsts = [
        next((value for value in values if shared is not None and value.value == shared.value), values[0])
        for values in by_story
    ]
    firsts.sort(key=lambda value: (value.window.article.published == "", value.window.article.published))
    return ValueSides(values=firsts, shared=shared)
