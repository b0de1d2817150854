"""Conflicts between sentences that say it in words of their own: each is read for its answer, and the answers compared.

A network tells which value of a sentence answers the question (`rag.readings`). Whether two values can both be true,
and whether the sentences speak of the same time and scope, is for exact rules; in doubt there is no conflict.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.conflicts import EVENT_NEWS_DAYS, Disagreement, find_correction, is_other_event
from rag.dates import TimeSpan, parse_published
from rag.evidence import previous_sentence, surroundings
from rag.namesakes import are_namesakes, asks_for_one, find_names, tells_of_several
from rag.points import Point, base, bases, opens_with_reference, same_time
from rag.ports import AnswerReader
from rag.readings import Reading, find_values, read
from rag.records import Evidence
from rag.scopes import clause_of, same_restrictions
from rag.signals import coverage, is_date_word, missing_names, names
from rag.subjects import same_further_names
from rag.values import Quantity
from rag.words import words

ANSWERS_MIN = 0.35
"""Least probability that its value answers, for each of two sentences."""

UNNAMED_COVERAGE_MIN = 0.8
"""Share of the question's words that a sentence holds where the question has no names."""

READ_MAX = 12
"""So many sentences of other articles are read, those with most of the question's words."""

NEWS_APART_DAYS = 365
"""A time that is news in its article and one that isn't, so far apart, are two events of one kind."""

_MOMENT = re.compile(
    r"\b(?:so far|climbed|risen|rose to|rises|rising|by (?:the )?\w+day|missing|unaccounted|recovered|still|latest"
    r"|now stands|has grown|revised|cut to|reduced|on appeal|increased)\b",
    re.IGNORECASE,
)
"""Tells how things stood at one moment, or that they have changed."""
_AHEAD = re.compile(r"\b(?:will|shall|due|set|plan\w*|expect\w*|scheduled|shuts|opens|starts|begins|closes)\b", re.I)
_POLL = re.compile(r"\b(?:surveys?|polls?|pollsters?|forecasts?|sees)\b", re.IGNORECASE)
_PARTS = frozenset(
    base(word)
    for word in """child children woman women man men girl boy student teacher soldier police officer civilian foreigner
    tourist worker contractor crew passenger firefighter pilgrim minor adult nurse doctor driver resident official rebel
    fighter senator delegate""".split()
)
"""Those who may be a part of those counted."""
_RIVALS = tuple(
    tuple(base(word) for word in group.split())
    for group in (
        "kill injure rescue evacuate arrest infect",
        "open reopen close shut demolish renovate",
        "build rebuild renovate restore demolish",
        "begin end",
        "born die marry",
        "elect re-elect reelect appoint",
        "arrive leave",
    )
)
"""Groups of events of which one isn't the other."""
_DURATIONS = frozenset(base(word) for word in "year month week day hour minute second night decade century".split())


def find_paraphrased(
    point: Point, first: Evidence, others: Sequence[Evidence], reader: AnswerReader
) -> list[Disagreement]:
    """Where a cited sentence disagrees with others on the point, whatever words they use; at most one an article.

    Args:
        point: what is asked.
        first: the sentence that was cited.
        others: sentences of other articles, none a copy of its own.
        reader: tells how likely a value answers.
    """
    near = [other for other in others if find_values(point, other) and _is_near(point, other)]
    near.sort(key=lambda other: coverage(point.question, other.quote), reverse=True)
    readings = read(point, [first, *near[:READ_MAX]], reader) if near else []
    if not readings or readings[0].evidence is not first or readings[0].probability < ANSWERS_MIN:
        return []
    one, *readings = readings
    found: dict[str, Disagreement] = {}
    for other in sorted(readings, key=lambda reading: reading.probability, reverse=True):
        article_id = other.evidence.article.id
        if other.probability >= ANSWERS_MIN and article_id not in found and (said := _disagree(point, one, other)):
            found[article_id] = said
    return list(found.values())


def _is_near(point: Point, sentence: Evidence) -> bool:
    """Whether a sentence names something of what the question names, and its surroundings all of it."""
    said = sentence.quote
    if opens_with_reference(said):
        said = f"{previous_sentence(sentence)} {said}"
    asked = set(names(point.question))
    if not asked:
        return coverage(point.question, said) >= UNNAMED_COVERAGE_MIN
    return not missing_names(point.question, surroundings(sentence)) and len(missing_names(point.question, said)) < len(
        asked
    )


def _disagree(point: Point, one: Reading, other: Reading) -> Disagreement | None:
    corrects = find_correction(one.evidence, other.evidence)
    if (corrects is None and not _same_matter(point, one, other)) or not _differ(point, one, other):
        return None
    return Disagreement(
        first=one.evidence,
        second=other.evidence,
        said=(one.value.written, other.value.written),
        corrects=corrects,
    )


def _same_matter(point: Point, one: Reading, other: Reading) -> bool:
    """Whether two sentences speak of the same event, time and scope, as far as their words tell."""
    first, second = one.evidence, other.evidence
    if not same_restrictions(point, first.quote, second.quote):
        return False
    if not same_further_names(point, first.quote, second.quote):
        return False
    if any(_tells_rival(point, reading) for reading in (one, other)):
        return False
    for text in (first.quote, second.quote):
        if _POLL.search(text) or (isinstance(one.value.what, Quantity) and _MOMENT.search(text)):
            return False
    a, b = one.value.what, other.value.what
    if isinstance(b, Quantity) and (_is_placed(point, one, other) or _is_placed(point, other, one)):
        return False
    if isinstance(a, TimeSpan) and isinstance(b, TimeSpan):
        if _is_news(a, first) != _is_news(b, second) and not a.meets(b, NEWS_APART_DAYS):
            return False
        return not (is_other_event(first, a, second, b) or _is_later(a, second) or _is_later(b, first))
    return same_time(point, first, second)


def _tells_rival(point: Point, reading: Reading) -> bool:
    """Whether the clause of a value tells of the rival of what is asked, and not of that: injured, not killed."""
    held = bases(clause_of(reading.evidence.quote, (reading.value.start, reading.value.end)))
    return any(
        asked in point.required and asked not in held and held & set(group) for group in _RIVALS for asked in group
    )


def _is_placed(point: Point, one: Reading, other: Reading) -> bool:
    """Whether a quantity stands beside a name that neither the question nor the other article holds."""
    told = {*words(point.question), *words(f"{other.evidence.article.title} {other.evidence.article.text}")}
    named = {word for name, start in find_names(one.evidence.quote) if start for word in words(name)}
    return any(not is_date_word(word) for word in named - told)


def _is_news(span: TimeSpan, evidence: Evidence) -> bool:
    published = parse_published(evidence.article.published)
    return published is not None and span.meets(published, EVENT_NEWS_DAYS)


def _is_later(span: TimeSpan, evidence: Evidence) -> bool:
    """Whether a time lies behind the publication of another sentence, which so can't have spoken of it."""
    published = parse_published(evidence.article.published)
    return published is not None and span.first > published.last and not _AHEAD.search(evidence.quote)


def _differ(point: Point, one: Reading, other: Reading) -> bool:
    """Whether two values can't both be true, nor any of the second sentence be the first."""
    a, b = one.value.what, other.value.what
    others = [value.what for value in find_values(point, other.evidence)]
    if isinstance(a, TimeSpan) and isinstance(b, TimeSpan):
        return not any(isinstance(c, TimeSpan) and a.meets(c, int(a.is_loose or c.is_loose)) for c in others)
    if isinstance(a, Quantity) and isinstance(b, Quantity):
        return _comparable(point, a, b) and not any(isinstance(c, Quantity) and a.meets(c) for c in others)
    if isinstance(a, str) and isinstance(b, str):
        several = any(tells_of_several(reading.evidence.quote) for reading in (one, other))
        told = are_namesakes(a, b) or _mentions(other.evidence, a) or _mentions(one.evidence, b)
        return asks_for_one(point) and not several and not told
    return False


def _comparable(point: Point, one: Quantity, other: Quantity) -> bool:
    """Whether two quantities measure or count the same: both dollars, both years, neither only a part of the people."""
    return (
        one.unit == other.unit
        and one.per == other.per
        and _nouns(one, 1) & _DURATIONS == _nouns(other, 1) & _DURATIONS
        and _nouns(one, 3) & _PARTS - point.required == _nouns(other, 3) & _PARTS - point.required
    )


def _nouns(quantity: Quantity, n: int) -> set[str]:
    return {base(noun) for noun in quantity.nouns[:n]}


def _mentions(evidence: Evidence, name: str) -> bool:
    """Whether the article of a sentence holds the last word of a name: who is passed over there isn't denied."""
    return words(name)[-1] in words(f"{evidence.article.title} {evidence.article.text}")
