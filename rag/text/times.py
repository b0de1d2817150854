"""Times that a text names, as spans of days; relative ones are counted from the day of publication.

These are small rules and no parser such as dateparser, because the precision of a date has to be kept. That parser
reads "last month" as one day in the middle of the month, takes "in 2013 by May" for one date, and needs up to 0.2 s
for a sentence.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from rag.text.languages import ENGLISH, is_english

MONTHS = ENGLISH.months
_WEEKDAYS = ENGLISH.weekdays
_SEASON_MONTHS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "fall": (9, 11)}
_QUARTERS = {"first": 1, "second": 4, "third": 7, "fourth": 10}
_COUNTS = {word: count for count, word in enumerate("a two three four five six seven eight nine ten".split(), 1)} | {
    "an": 1,
    "one": 1,
}
_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}

_MONTH = (
    r"(?P<month>January|February|March|April|May|June|July|August|September|October|November|December"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
)
_YEAR = r"(?P<year>1[5-9]\d\d|20\d\d)"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_COUNTED = r"\d{4} (?:people|children|men|women|(?!was|is|has|as)[a-z]+s)\b"
"""Four digits before a plural are a count ("2000 tons"), unless a word such as "in" comes before them."""

_BEFORE_BARE = r"(?<=\b[Ii]n )|(?<=\b[Oo]f )|(?<=\b[Bb]y )|(?<=\b[Ss]ince )|(?<=\b[Ff]rom )|(?<=\b[Uu]ntil )"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeSpan:
    """A stretch of days, both ends included.

    Attributes:
        start, end: half-open span of the text that names it.
        is_resolved: whether it depends on the day of publication ("last month", "3 June", "on Tuesday").
        is_loose: whether its ends are estimates ("last summer", "two years ago", "yesterday" in another time zone).
    """

    first: date
    last: date
    start: int = 0
    end: int = 0
    is_resolved: bool = False
    is_loose: bool = False

    def meets(self, other: TimeSpan, slack_days: int = 0) -> bool:
        """Return whether the two have a day in common, or lie no more than `slack_days` apart."""
        slack = timedelta(days=slack_days)
        return _shift(self.first, -slack) <= other.last and other.first <= _shift(self.last, slack)


def parse_published(published: str) -> TimeSpan | None:
    """Return the days of an ISO 8601 date, as precise as it is; None for "" and for what isn't a date."""
    match = re.match(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", published)
    if match is None:
        return None
    return _span(*(int(part) if part else None for part in match.groups()))


def find_times(text: str, published: TimeSpan | None = None, language: str = "en") -> list[TimeSpan]:
    """Return the times that a text names, in order.

    A relative time is found only where the date of publication is precise enough for it. In a language other than
    English only ISO dates are found.
    """
    found: list[TimeSpan] = []
    taken: list[tuple[int, int]] = []
    for form, resolve in _FORMS if is_english(language) else _FORMS[:1]:
        for match in form.finditer(text):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            taken.append(match.span())
            span = resolve(match, published)
            if span is not None:
                found.append(_bounded(span, text, match))
    return sorted(found, key=lambda span: span.start)


def render_resolved(text: str, published: str, language: str = "en") -> str:
    """Return the times that depend on the date of publication, spelled out: "May 2022" for "last month".

    They are joined by commas; a text without such a time gives "".
    """
    return ", ".join(
        render_span(span) for span in find_times(text, parse_published(published), language) if span.is_resolved
    )


def render_span(span: TimeSpan) -> str:
    """Return a day, month or year by its name: "Tuesday 2 July 2024", "May 2022", "2021"; "" for any other span."""
    first, last = span.first, span.last
    month = MONTHS[first.month - 1].capitalize()
    if first == last:
        return f"{_WEEKDAYS[first.weekday()].capitalize()} {first.day} {month} {first.year}"
    if (first, last) == _month_ends(first.year, first.month):
        return f"{month} {first.year}"
    return f"{first.year}" if (first, last) == (date(first.year, 1, 1), date(first.year, 12, 31)) else ""


def _shift(day: date, by: timedelta) -> date:
    try:
        return day + by
    except OverflowError:
        return date.max if by > timedelta() else date.min


def _month_ends(year: int, month: int) -> tuple[date, date]:
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def _span(year: int | None, month: int | None = None, day: int | None = None) -> TimeSpan | None:
    """Return the span of a year, month or day; None for one that doesn't exist."""
    if year is None or not 1 <= year <= 9998:
        return None
    try:
        if month is None:
            return TimeSpan(first=date(year, 1, 1), last=date(year, 12, 31))
        if day is None:
            first, last = _month_ends(year, month)
            return TimeSpan(first=first, last=last)
        return TimeSpan(first=date(year, month, day), last=date(year, month, day))
    except ValueError:
        return None


def _bounded(span: TimeSpan, text: str, match: re.Match[str]) -> TimeSpan:
    """Return the span with its place in the text, and without a first or last day behind "before", "by" or "after"."""
    word = re.search(r"\b(before|by|after)(?: the| late| early)? $", text[: match.start()], re.IGNORECASE)
    bound = word[1].lower() if word else ""
    return TimeSpan(
        first=date.min if bound in ("before", "by") else span.first,
        last=date.max if bound == "after" else span.last,
        start=match.start(),
        end=match.end(),
        is_resolved=span.is_resolved,
        is_loose=span.is_loose,
    )


def _resolved(span: TimeSpan | None, *, loose: bool = False) -> TimeSpan | None:
    return TimeSpan(first=span.first, last=span.last, is_resolved=True, is_loose=loose) if span else None


def _day_of(published: TimeSpan | None) -> date | None:
    return published.first if published is not None and published.first == published.last else None


def _month_number(name: str) -> int:
    return next(number for number, month in enumerate(MONTHS, 1) if month.startswith(name[:3].lower()))


def _calendar(match: re.Match[str], published: TimeSpan | None) -> TimeSpan | None:
    """Return the date; where its year is left out, the one nearest to the publication."""
    parts = match.groupdict()
    month = _month_number(parts["month"])
    day = int(parts["day"]) if parts.get("day") else None
    if parts.get("year"):
        return _span(int(parts["year"]), month, day)
    if published is None:
        return None
    middle = published.first + (published.last - published.first) / 2
    near = [_span(middle.year + offset, month, day) for offset in (-1, 0, 1)]
    spans = [span for span in near if span is not None]
    return _resolved(min(spans, key=lambda span: abs(span.first - middle), default=None))


def _iso(match: re.Match[str], _published: TimeSpan | None) -> TimeSpan | None:
    return parse_published(match.group())


def _decade(match: re.Match[str], _published: TimeSpan | None) -> TimeSpan | None:
    first = int(match["decade"])
    return TimeSpan(first=date(first, 1, 1), last=date(first + 9, 12, 31), is_loose=True)


def _years(match: re.Match[str], _published: TimeSpan | None) -> TimeSpan | None:
    first, last = sorted((int(match["year"]), int(match["until"])))
    return TimeSpan(first=date(first, 1, 1), last=date(last, 12, 31))


def _year(match: re.Match[str], _published: TimeSpan | None) -> TimeSpan | None:
    return _span(int(match["year"]))


def _season(match: re.Match[str], _published: TimeSpan | None) -> TimeSpan | None:
    """Return a season of a year with a month to each side, since writers differ on where a season begins."""
    year, months = int(match["year"]), _SEASON_MONTHS.get(match["season"].lower())
    if months is None:  # winter lies in two years
        return TimeSpan(first=date(year - 1, 11, 1), last=date(year + 1, 3, 31), is_loose=True)
    return TimeSpan(
        first=date(year, months[0] - 1, 1), last=_month_ends(year, min(12, months[1] + 1))[1], is_loose=True
    )


def _quarter(match: re.Match[str], published: TimeSpan | None) -> TimeSpan | None:
    """Return a quarter of the year named; without a year, the last such quarter that had begun at publication."""
    first = _QUARTERS[match["quarter"].lower()]
    year = int(match["year"]) if match["year"] else None
    if year is None:
        if published is None:
            return None
        year = published.last.year - (first > published.last.month)
    span = TimeSpan(first=date(year, first, 1), last=_month_ends(year, first + 2)[1])
    return span if match["year"] else _resolved(span)


def _relative_day(match: re.Match[str], published: TimeSpan | None) -> TimeSpan | None:
    day = _day_of(published)
    if day is None:
        return None
    day = _shift(day, timedelta(days={"yesterday": -1, "tomorrow": 1}.get(match["word"].lower(), 0)))
    return _resolved(TimeSpan(first=day, last=day), loose=True)


def _relative_unit(match: re.Match[str], published: TimeSpan | None) -> TimeSpan | None:
    """Return the span of last, this or next week, month, year or season."""
    if published is None:
        return None
    day = _day_of(published)
    if match["which"].lower() == "past":
        days = _DAYS.get(match["unit"].lower())
        return _recent(day, days) if day and days else None
    step = {"this": 0, "next": 1, "coming": 1}.get(match["which"].lower(), -1)
    unit, first = match["unit"].lower(), published.first
    if unit == "year":
        return _resolved(_span(first.year + step)) if published.last.year == first.year else None
    if (first.year, first.month) != (published.last.year, published.last.month):
        return None
    if unit == "month":
        months = first.year * 12 + first.month - 1 + step
        return _resolved(_span(months // 12, months % 12 + 1))
    if unit == "week" and day is not None:
        monday = day - timedelta(days=day.weekday()) + timedelta(weeks=step)
        return _resolved(TimeSpan(first=monday, last=_shift(monday, timedelta(days=6))), loose=True)
    if unit in ("spring", "summer", "autumn", "fall", "winter"):
        year = timedelta(days=365)
        return _resolved(
            TimeSpan(first=_shift(first, -year), last=_shift(published.last, year if step >= 0 else timedelta())),
            loose=True,
        )
    return None


def _recent(day: date, days: int) -> TimeSpan | None:
    return _resolved(TimeSpan(first=_shift(day, timedelta(days=-days)), last=day), loose=True)


def _last_few(match: re.Match[str], published: TimeSpan | None) -> TimeSpan | None:
    day = _day_of(published)
    return _recent(day, _count(match["count"]) * _DAYS[match["unit"].lower()]) if day else None


def _count(word: str) -> int:
    return int(word) if word.isdigit() else _COUNTS[word.lower()]


def _ago(match: re.Match[str], published: TimeSpan | None) -> TimeSpan | None:
    if published is None:
        return None
    unit = timedelta(days=_DAYS[match["unit"].lower()])
    middle = _shift(published.first, -_count(match["count"]) * unit)
    return _resolved(TimeSpan(first=_shift(middle, -unit), last=_shift(middle, unit)), loose=True)


def _weekday(match: re.Match[str], published: TimeSpan | None) -> TimeSpan | None:
    """Return the last such day up to the publication, or the next one where the text is about the future."""
    day = _day_of(published)
    if day is None:
        return None
    wanted = _WEEKDAYS.index(match["weekday"].lower())
    line = match.string
    ahead = (match["which"] or "").lower() in ("next", "coming") or re.search(
        r"\b(?:will|shall|(?:is|are|was|were) (?:to|due to|set to|expected to|planned))\b", line
    )
    days = (wanted - day.weekday()) % 7 if ahead else -((day.weekday() - wanted) % 7)
    day = _shift(day, timedelta(days=days))
    return _resolved(TimeSpan(first=day, last=day), loose=True)


_Resolve = Callable[[re.Match[str], TimeSpan | None], TimeSpan | None]
_FORMS: tuple[tuple[re.Pattern[str], _Resolve], ...] = (
    (re.compile(r"\b\d{4}-\d{2}-\d{2}\b"), _iso),
    (re.compile(rf"\b{_DAY}(?: of)? {_MONTH},? {_YEAR}\b"), _calendar),
    (re.compile(rf"\b{_MONTH} {_DAY},? {_YEAR}\b"), _calendar),
    (re.compile(rf"\b{_MONTH},? (?:of )?{_YEAR}\b"), _calendar),
    (re.compile(rf"\b{_MONTH} {_DAY}(?![\d,.]\d|\w)"), _calendar),
    (re.compile(rf"\b{_DAY}(?: of)? {_MONTH}(?!\w)"), _calendar),
    (re.compile(r"\b(?P<decade>1[5-9]\d0|20\d0)['’]?s\b"), _decade),
    (re.compile(rf"\b(?P<season>spring|summer|autumn|fall|winter)(?: of)? {_YEAR}\b", re.IGNORECASE), _season),
    (
        re.compile(rf"\b(?P<quarter>first|second|third|fourth) quarter(?:(?: of)? {_YEAR})?\b", re.IGNORECASE),
        _quarter,
    ),
    (re.compile(rf"\b{_YEAR}(?: ?[-–] ?| (?:to|and|until) )(?P<until>1[5-9]\d\d|20\d\d)\b"), _years),
    (
        re.compile(
            r"(?:(?<=\b[Tt]he )|(?<=\b[Ii]n )|(?<=\b[Oo]f )|(?<=\b[Ss]ince )|(?<=\b[Bb]y )"
            rf"|(?<![\d$€£¥.,])(?!{_COUNTED}))"
            rf"{_YEAR}(?![\d%]|[.,]\d|-\w| (?:hundred|thousand|million|billion|percent|per|euros?|dollars?)\b)"
        ),
        _year,
    ),
    (re.compile(r"\b(?P<word>yesterday|today|tonight|tomorrow)\b", re.IGNORECASE), _relative_day),
    (
        re.compile(
            r"\b(?P<which>last|past|previous|this|next|coming) "
            r"(?P<unit>week|month|year|spring|summer|autumn|fall|winter)\b",
            re.IGNORECASE,
        ),
        _relative_unit,
    ),
    (
        re.compile(
            r"\b(?:last|past) (?P<count>\d{1,2}|two|three|four|five|six|seven|eight|nine|ten) "
            r"(?P<unit>day|week|month|year)s\b",
            re.IGNORECASE,
        ),
        _last_few,
    ),
    (
        re.compile(
            r"\b(?P<count>\d{1,2}|an?|one|two|three|four|five|six|seven|eight|nine|ten) "
            r"(?P<unit>day|week|month|year)s? ago\b",
            re.IGNORECASE,
        ),
        _ago,
    ),
    (
        re.compile(
            r"\b(?:(?P<which>last|next|this|coming) )?"
            r"(?P<weekday>Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)\b"
        ),
        _weekday,
    ),
    (re.compile(rf"(?:{_BEFORE_BARE}|(?<=\b[Ll]ast )|(?<=\b[Tt]his )){_MONTH}(?![\w’'])"), _calendar),
)
"""The forms in which times are written, the most precise first; each piece of text belongs to the first that fits."""
