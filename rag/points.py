"""Points: what a question asks for, and whether two sentences speak of it, and of the same time.

Everything here leans to no: two sentences that might speak of different things are taken to do so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from rag.dates import TimeSpan, find_times, parse_published
from rag.evidence import previous_sentence
from rag.questions import asked_kind
from rag.records import Evidence
from rag.signals import missing_names, names
from rag.words import content_words, stem, words

PointKind = Literal["time", "count", "amount", "dimension", "name", "status"]

DATED_SLACK_DAYS = 60
"""An undated sentence may speak of a time so far from its publication."""

_DIMENSIONS = {
    "long": "metre",
    "high": "metre",
    "tall": "metre",
    "deep": "metre",
    "wide": "metre",
    "far": "metre",
    "heavy": "kilogram",
    "hot": "degree",
    "cold": "degree",
}
_HOW = re.compile(rf"\bhow (?P<dimension>{'|'.join(_DIMENSIONS)})\b", re.IGNORECASE)
_HOW_MANY = re.compile(r"\bhow many (?P<things>[^?]*)", re.IGNORECASE)
_SHARE = re.compile(
    r"\b(?:what|which) (?:percentage|percent|share|proportion|fraction)\b|\bhow much\b|\bby how much\b", re.IGNORECASE
)
_WHO = re.compile(
    r"^\W*(?:(?:in|by|to|from) )?"
    r"(?:who\b|(?:which|what) (?:city|country|town|company|firm|team|club|person|man|woman)\b)",
    re.IGNORECASE,
)
_YES_NO = re.compile(r"^\W*(?:did|does|do|is|are|was|were|has|have|had|will)\b", re.IGNORECASE)
_PRESENT = re.compile(r"\b(?:do|does|is|are|has|have)\b(?! (?:\w+ ){0,5}been\b)", re.IGNORECASE)
_ASKING_WORDS = frozenset(
    """exactly actually currently now latest many much percentage percent share proportion fraction number year years
    date day days month months week weeks hours ago time money city country town company firm team club person name say
    said""".split()
)
_IRREGULAR = dict(
    pair.split("/")
    for pair in (
        "won/win began/begin begun/begin sank/sink sunk/sink paid/pay built/build wrote/write written/write left/leave "
        "sold/sell bought/buy gave/give given/give took/take taken/take became/become came/come went/go gone/go "
        "got/get gotten/get made/make met/meet held/hold led/lead lost/lose rose/rise risen/rise fell/fall fallen/fall "
        "broke/break broken/break chose/choose chosen/choose drew/draw drove/drive ate/eat fought/fight found/find "
        "flew/fly grew/grow grown/grow hid/hide hit/hit knew/know lent/lend sent/send spent/spend spoke/speak "
        "spoken/speak stood/stand stole/steal struck/strike swore/swear sworn/swear told/tell thought/think "
        "threw/throw thrown/throw woke/wake wore/wear withdrew/withdraw shot/shoot shut/shut dug/dig bore/bear "
        "born/born ran/run sang/sing swam/swim taught/teach brought/bring caught/catch burnt/burn lain/lie lay/lie "
        "died/die dying/die dies/die"
    ).split()
)
_ALIKE = (
    "found establish create form",
    "kill die dead",
    "injure wound hurt",
    "begin start launch",
    "open inaugurate",
    "buy acquire",
    "cut axe slash",
    "resign quit",
    "pass adopt approve",
    "build construct",
    "award give",
    "company firm",
)
"""Words that say the same of an event, as far as its time and its numbers go."""

FOREVER_DAYS = 1_000_000
_FIRST_ALIKE = {stem(word): stem(words.split()[0]) for words in _ALIKE for word in words.split()}
_PERSONS = frozenset({stem("people"), stem("person")})
_REFERS = re.compile(r"\W*(?:he|she|it|they|its|his|her|their|th(?:e|is|at|ese|ose) [a-z])", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """What a question asks for.

    Attributes:
        required: stems that a sentence on this point holds.
        names: those of them that are names.
        things: stems of what is counted, for a count.
        unit: unit of a dimension, or "".
        is_present: whether it asks how things stand, which changes.
    """

    kind: PointKind
    question: str
    required: frozenset[str]
    names: frozenset[str] = frozenset()
    things: frozenset[str] = frozenset()
    unit: str = ""
    is_present: bool = False


def base(word: str) -> str:
    """The stem of a lower-case word: of irregular verbs that of the infinitive, of words alike that of the first."""
    plain = stem(_IRREGULAR.get(word, word))
    return _FIRST_ALIKE.get(plain, plain)


def is_irregular_past(word: str) -> bool:
    """Whether a lower-case word is a past form, of an irregular verb, that differs from its infinitive."""
    return _IRREGULAR.get(word, word) != word


ONE_OFF = frozenset(
    base(verb) for verb in "founded direct design write compose invent paint build discover first".split()
)
"""What is done to a thing once, or only one can be."""


def parse_point(question: str) -> Point | None:
    """The point that a question asks for; None where no rule can tell."""
    kind: PointKind
    things: frozenset[str] = frozenset()
    unit, dropped = "", set(_ASKING_WORDS)
    times = find_times(question)
    if asked_kind(question) == "time":
        kind = "time"
    elif _YES_NO.search(question) and " or " in question and len(times) > 1:
        kind = "time"
        dropped |= {word for span in times for word in words(question[span.start : span.end])}
    elif many := _HOW_MANY.search(question):
        kind = "count"
        things = frozenset(_counted(many["things"]))
    elif re.search(r"\bhow old\b", question, re.IGNORECASE):
        kind, things = "count", frozenset({base("years")})
        dropped.add("old")
    elif how := _HOW.search(question):
        kind, unit = "dimension", _DIMENSIONS[how["dimension"].lower()]
        dropped.add(how["dimension"].lower())
    elif _SHARE.search(question):
        kind = "amount"
    elif _WHO.search(question):
        kind = "name"
    elif _YES_NO.search(question):
        kind = "status"
    else:
        return None
    required = frozenset(base(word) for word in content_words(question) if word not in dropped)
    if things & _PERSONS:
        required -= _PERSONS
    if len(required) < 2:
        return None
    return Point(
        kind=kind,
        question=question,
        required=required,
        names=frozenset(base(word.lower()) for word in names(question)) & required,
        things=things,
        unit=unit,
        is_present=_PRESENT.search(question) is not None,
    )


def bases(text: str) -> set[str]:
    """The bases of all content words of a text."""
    return {base(word) for word in content_words(text)}


def speaks_of(point: Point, evidence: Evidence) -> bool:
    """Whether a sentence holds every content word of the question, of names also the acronym or what it stands for.

    Where it opens with a word such as "it" or "the bloc", names may stand in the sentence before or in the title.
    """
    missing = point.required - bases(evidence.quote)
    if not missing or not missing <= point.names:
        return not missing
    if missing <= _held_names(point, evidence.quote):
        return True
    around = f"{evidence.quote}\n{evidence.article.title}\n{previous_sentence(evidence)}"
    return opens_with_reference(evidence.quote) and missing <= bases(around) | _held_names(point, around)


def opens_with_reference(text: str) -> bool:
    """Whether a sentence opens with a word such as "it" or "the bloc", which the sentence before explains."""
    return _REFERS.match(text) is not None


def _held_names(point: Point, text: str) -> set[str]:
    """The bases of the question's names that a text holds in any form."""
    missing = missing_names(point.question, text)
    return {base(name.lower()) for name in names(point.question) if name not in missing}


def same_time(point: Point, first: Evidence, second: Evidence) -> bool:
    """Whether two sentences may speak of the same time, by the times that they name and their publication."""
    if point.kind == "name" and point.required & ONE_OFF:
        return True
    one, other = _when(first), _when(second)
    published = [parse_published(item.article.published) for item in (first, second)]
    slack = 0 if one and other else DATED_SLACK_DAYS
    ones = one or [span for span in published[:1] if span]
    others = other or [span for span in published[1:] if span]
    if (one or other) and ones and others and not any(a.meets(b, slack) for a in ones for b in others):
        return False
    if one and other:
        return True
    return published_within(first, second, _lifetime_days(point))


def published_within(first: Evidence, second: Evidence, days: int) -> bool:
    """Whether two articles were published no more than so many days apart; true where one has no date."""
    one, other = parse_published(first.article.published), parse_published(second.article.published)
    return one is None or other is None or one.meets(other, days)


def counts_things(point: Point, nouns: Sequence[str]) -> bool:
    """Whether the words behind a number name what the question counts; of people, also only what befell them."""
    if point.things & {base(noun) for noun in nouns}:
        return True
    return bool(point.things & _PERSONS) and bool(nouns) and base(nouns[0]) in point.required


def _lifetime_days(point: Point) -> int:
    """How long what an undated sentence says may be taken to be about the same event or state."""
    if point.unit == "metre":
        return FOREVER_DAYS
    if point.kind == "status":
        return 30
    if point.is_present or point.kind in ("name", "dimension"):
        return 180
    return 3 * 365 if point.kind == "amount" else 365


def _counted(things: str) -> list[str]:
    """Stems of the words behind "how many", up to the first that isn't content."""
    found = []
    kept = content_words(things)
    for word in words(things):
        if word not in kept:
            break
        found.append(base(word))
    return found[:2]


def _when(evidence: Evidence) -> Sequence[TimeSpan]:
    """The times that a sentence names; "by Monday" speaks of Monday here."""
    spans = find_times(evidence.quote, parse_published(evidence.article.published))
    return [
        replace(
            span,
            first=span.last if span.first == date.min else span.first,
            last=span.first if span.last == date.max else span.last,
        )
        for span in spans
    ]
