"""Readings: which value of a sentence answers a question, by a network that reads "Question? Value." against it.

It needs no word in common with the question: "the disaster claimed 23 lives" answers how many people died.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.dates import TimeSpan, find_times, parse_published
from rag.namesakes import find_names
from rag.points import Point, PointKind
from rag.ports import AnswerReader
from rag.records import Evidence
from rag.values import Quantity, find_quantities, without_negated
from rag.words import words

VALUES_MAX = 4
"""A sentence with more values of the kind is a list or a table, and isn't read."""

_LIMIT_OF_AGE = re.compile(r"\b(?:younger|older) than $")

QUANTITY_KINDS: frozenset[PointKind] = frozenset({"count", "amount", "dimension"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A time, quantity or name of a sentence, as it is written there, and where (half-open)."""

    what: TimeSpan | Quantity | str
    written: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The value of a sentence that answers best, and how likely it does, 0 to 1."""

    evidence: Evidence
    value: Value
    probability: float


def find_values(point: Point, evidence: Evidence) -> list[Value]:
    """The values of a sentence that are of the kind asked for, in order; not those that the question holds itself."""
    text = evidence.quote
    times = find_times(text, parse_published(evidence.article.published))
    if point.kind == "time":
        spans = without_negated(text, times)
        return [_value(text, span, span.start, span.end) for span in spans]
    if point.kind in QUANTITY_KINDS:
        asked = {quantity.low for quantity in find_quantities(point.question, find_times(point.question))}
        found = [item for item in find_quantities(text, times) if item.low not in asked]
        found = [item for item in found if not _LIMIT_OF_AGE.search(text[: item.start])]
        return [_value(text, item, item.start, _noun_end(text, item)) for item in found]
    if point.kind == "name":
        asked_words = set(words(point.question))
        named = [(name, start) for name, start in find_names(text) if not set(words(name)) & asked_words]
        return [_value(text, name, start, start + len(name)) for name, start in named]
    return []


def read(point: Point, sentences: Sequence[Evidence], reader: AnswerReader) -> list[Reading]:
    """The best reading of each sentence that holds values of the kind asked for, in order."""
    held = [(sentence, find_values(point, sentence)) for sentence in sentences]
    kept = [(sentence, values) for sentence, values in held if 0 < len(values) <= VALUES_MAX]
    pairs = [(f"{point.question} {value.written}.", sentence.quote) for sentence, values in kept for value in values]
    probabilities = iter(reader.read(pairs))
    readings = []
    for sentence, values in kept:
        rated = [(next(probabilities), value) for value in values]
        probability, value = max(rated, key=lambda item: item[0])
        readings.append(Reading(evidence=sentence, value=value, probability=probability))
    return readings


def _value(text: str, what: TimeSpan | Quantity | str, start: int, end: int) -> Value:
    return Value(what=what, written=text[start:end], start=start, end=end)


def _noun_end(text: str, quantity: Quantity) -> int:
    """Where a quantity ends with the noun right behind it: "six years", "71 wounded"."""
    noun = re.match(r"[ -](?!of\b|on\b|in\b|at\b|and\b|to\b|or\b|was\b|were\b)[a-z]+", text[quantity.end :])
    return quantity.end + (noun.end() if noun and not quantity.unit else 0)
