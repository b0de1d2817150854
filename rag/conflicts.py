"""Conflicts: sentences of different articles that answer a question in ways that cannot all be true.

No model is asked. A false conflict is worse than a missed one, so a rule that is in doubt sees none.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from rag.dates import TimeSpan, find_times, parse_published
from rag.namesakes import answering_names, are_namesakes
from rag.points import (
    Point,
    base,
    bases,
    counts_things,
    parse_point,
    published_within,
    same_time,
    speaks_of,
)
from rag.records import Evidence
from rag.scopes import same_complements, same_scope
from rag.signals import has_negation, is_date_word
from rag.subjects import same_subject
from rag.values import Quantity, find_quantities, without_negated
from rag.words import words

EVENT_NEWS_DAYS = 90
EVENTS_APART_DAYS = 180
"""Two times that each lie so near their own article's date, in articles so far apart, are two events of one kind."""

_CORRECTS = re.compile(
    r"\bcorrect(?:ion|ions|ed|s)?\b|\bearlier version\b|\bfor the record\b|\bclarification|\berratum\b", re.IGNORECASE
)
_PAIRS = "approve/reject pass/reject accept/reject accept/refuse confirm/deny win/lose rise/fall raise/lower"
_OPPOSITES = tuple(
    (base(one), base(other)) for pair in _PAIRS.split() for one, other in (pair.split("/"), pair.split("/")[::-1])
)
_REJECTS = re.compile(r"\b(?:reject(?:s|ed)?|refuse[sd]?|den(?:y|ies|ied))\b", re.IGNORECASE)
_DENYING = frozenset({"not", "never"} | {other for _, other in _OPPOSITES})
NEGATED_VERB = re.compile(
    r"(?:\bnot|n['’]t|\bnever)(?! (?:only|least|just|yet)\b) (?:(?:been|be|ever|have) )*(\w+)", re.I
)
"""A verb that is denied, as its only group: "did not resign", "was never released"."""
_STANDS = re.compile(r"\W*(?:has|have|is|are)\b", re.IGNORECASE)
"""Asks how things stand now."""
_NOT_CLAUSE = re.compile(r",.*$", re.DOTALL)
"""What follows the first comma: who says so, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """Two sentences of different articles that cannot both be true.

    Attributes:
        first: the sentence that was cited.
        said: what each says, in its own words: "1987", "$2.1bn", "did not".
        corrects: whether `second` or `first` corrects the other as the later word of the same publisher; or None.
    """

    first: Evidence
    second: Evidence
    said: tuple[str, str]
    corrects: Evidence | None = None


def find_disagreements(question: str, cited: Iterable[Evidence], others: Sequence[Evidence]) -> list[Disagreement]:
    """Where a cited sentence disagrees with others on what the question asks; at most one for each other article."""
    point = parse_point(question)
    if point is None:
        return []
    found: dict[str, Disagreement] = {}
    for first in cited:
        for second in others:
            if second.article.id not in found and (disagreement := _disagree(point, first, second)):
                found[second.article.id] = disagreement
    return list(found.values())


def find_disagreement(question: str, first: Evidence, second: Evidence) -> Disagreement | None:
    """How two sentences disagree on what the question asks; None where both may be true."""
    point = parse_point(question)
    return _disagree(point, first, second) if point else None


def _disagree(point: Point, first: Evidence, second: Evidence) -> Disagreement | None:
    if first.article.id == second.article.id or not (_speaks(point, first) and _speaks(point, second)):
        return None
    corrects = find_correction(first, second)
    if corrects is None and not (
        same_scope(point, first.quote, second.quote)
        and same_subject(point, first.quote, second.quote)
        and (point.kind == "time" or same_time(point, first, second))
    ):
        return None
    said = _COMPARE[point.kind](point, first, second, corrects)
    return Disagreement(first=first, second=second, said=said, corrects=corrects) if said else None


def find_correction(first: Evidence, second: Evidence) -> Evidence | None:
    """The one of two sentences that corrects the other: same publisher, published later, and says so."""
    if not first.article.publisher or first.article.publisher != second.article.publisher:
        return None
    dates = (first.article.published, second.article.published)
    if not all(dates) or dates[0] == dates[1]:
        return None
    later = first if dates[0] > dates[1] else second
    return later if _CORRECTS.search(f"{later.article.title}\n{later.quote}") else None


def _compare_times(
    point: Point, first: Evidence, second: Evidence, corrects: Evidence | None
) -> tuple[str, str] | None:
    one, other = _answering_time(point, first), _answering_time(point, second)
    if one is None or other is None or one.meets(other, slack_days=int(one.is_loose or other.is_loose)):
        return None
    if corrects is None and not _same_complements(point, first, one, second, other):
        return None
    if corrects is None and is_other_event(first, one, second, other):
        return None
    return first.quote[one.start : one.end], second.quote[other.start : other.end]


def is_other_event(first: Evidence, one: TimeSpan, second: Evidence, other: TimeSpan) -> bool:
    """Whether two times, each news in its own article, are those of two events: see `EVENTS_APART_DAYS`."""
    published = [parse_published(item.article.published) for item in (first, second)]
    news = [
        date is not None and span.meets(date, EVENT_NEWS_DAYS)
        for date, span in zip(published, (one, other), strict=True)
    ]
    return all(news) and not published_within(first, second, EVENTS_APART_DAYS)


def _same_complements(
    point: Point, first: Evidence, one: TimeSpan | Quantity, second: Evidence, other: TimeSpan | Quantity
) -> bool:
    return same_complements(point, first.quote, (one.start, one.end), second.quote, (other.start, other.end))


def _answering_time(point: Point, evidence: Evidence) -> TimeSpan | None:
    """The time in a sentence that answers: the only one in a clause that tells of the event, or says nothing else."""
    text = evidence.quote
    spans = without_negated(text, find_times(text, parse_published(evidence.article.published)))
    fitting = []
    for start, end in _clauses(text, spans):
        inside = [span for span in spans if start <= span.start < end]
        if not inside:
            continue
        rest = text[start : inside[0].start] + text[inside[-1].end : end]
        event = (bases(rest) & point.required) - point.names
        if event or not bases(rest) - {"not"}:
            fitting.append((len(event), inside))
    best = max((held for held, _ in fitting), default=0)
    answering = [span for held, inside in fitting if held == best for span in inside]
    return answering[0] if len(answering) == 1 else None


def _clauses(text: str, spans: Sequence[TimeSpan]) -> list[tuple[int, int]]:
    """The clauses of a sentence as far as its marks and conjunctions tell them; those inside a date don't."""
    found = re.finditer(r"[,;:()–—]| (?:and|but|after|before|while|when|until) ", text)
    marks = [match.start() for match in found if not any(span.start <= match.start() < span.end for span in spans)]
    edges = [0, *marks, len(text)]
    return [(start, end) for start, end in itertools.pairwise(edges) if start < end]


def _compare_quantities(
    point: Point, first: Evidence, second: Evidence, corrects: Evidence | None
) -> tuple[str, str] | None:
    ones, others = _answering_quantities(point, first), _answering_quantities(point, second)
    if corrects is first:
        ones = _corrected(first, ones, others)
    elif corrects is second:
        others = _corrected(second, others, ones)
    if len(ones) != 1 or len(others) != 1:
        return None
    one, other = ones[0], others[0]
    if corrects is None and not _same_complements(point, first, one, second, other):
        return None
    comparable = one.per == other.per and (one.unit == other.unit or corrects is not None)
    return (one.written, other.written) if comparable and not one.meets(other) else None


def _answering_quantities(point: Point, evidence: Evidence) -> list[Quantity]:
    """The quantities of a sentence that answer: of the things counted, of the unit asked for."""
    asked = {quantity.written for quantity in find_quantities(point.question, [])}
    found = [item for item in _quantities(evidence) if item.written not in asked]
    if point.kind == "count":
        return [item for item in found if counts_things(point, (words(item.written)[-1:] if item.unit else item.nouns))]
    if point.kind == "dimension" and point.unit:
        return [item for item in found if item.unit == point.unit]
    return [item for item in found if item.unit not in ("", "degree")]


def _corrected(evidence: Evidence, answering: list[Quantity], wrong: list[Quantity]) -> list[Quantity]:
    """What a correction says instead: it may name the wrong quantity too, and leave out the unit of the right one."""
    candidates = [*answering, *(item for item in _quantities(evidence) if not item.unit and not item.nouns)]
    return [item for item in candidates if not any(item.low == other.low for other in wrong)]


def _quantities(evidence: Evidence) -> list[Quantity]:
    times = find_times(evidence.quote, parse_published(evidence.article.published))
    return find_quantities(evidence.quote, times)


def _compare_names(
    point: Point, first: Evidence, second: Evidence, corrects: Evidence | None
) -> tuple[str, str] | None:
    ones, others = (answering_names(point, item.quote) for item in (first, second))
    if not ones or not others or any(are_namesakes(one, other) for one in ones for other in others):
        return None
    return " and ".join(ones), " and ".join(others)


def _compare_status(
    point: Point, first: Evidence, second: Evidence, corrects: Evidence | None
) -> tuple[str, str] | None:
    """That one sentence denies what the other affirms, of the same object."""
    affirms = [_affirms(point, item.quote) for item in (first, second)]
    if None in affirms or affirms[0] == affirms[1]:
        return None
    yes, no = (first, second) if affirms[0] else (second, first)
    if corrects is None and _STANDS.match(point.question) and no.article.published < yes.article.published:
        return None  # it may have happened since
    restricted = bases(_NOT_CLAUSE.sub("", no.quote)) - bases(yes.quote) - point.required - _DENYING
    return None if {word for word in restricted if not is_date_word(word)} else (first.quote, second.quote)


def _affirms(point: Point, text: str) -> bool | None:
    """Whether a sentence affirms what is asked; None where it is unclear."""
    missing = point.required - bases(text)
    if missing:
        return False  # it holds the opposite, see `_speaks`
    if any(base(match[1].lower()) in point.required for match in NEGATED_VERB.finditer(text)):
        return False
    return None if has_negation(text) else True


def _speaks(point: Point, evidence: Evidence) -> bool:
    """Whether a sentence is on the point, where yes or no is asked also in the opposite words."""
    if speaks_of(point, evidence):
        return True
    held = bases(evidence.quote)
    missing = point.required - held
    return (
        point.kind == "status"
        and not has_negation(_REJECTS.sub("", evidence.quote))
        and len(missing) == 1
        and any(one in missing and other in held for one, other in _OPPOSITES)
    )


_Compare = Callable[[Point, Evidence, Evidence, Evidence | None], tuple[str, str] | None]
_COMPARE: dict[str, _Compare] = {
    "time": _compare_times,
    "count": _compare_quantities,
    "amount": _compare_quantities,
    "dimension": _compare_quantities,
    "name": _compare_names,
    "status": _compare_status,
}
