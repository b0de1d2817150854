"""Dates as people and machines write them, converted to ISO 8601 with the precision that was given."""

from __future__ import annotations

import re
from datetime import date, datetime

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_ZONES = {
    **{"EST": "-05:00", "EDT": "-04:00", "CST": "-06:00", "CDT": "-05:00", "MST": "-07:00", "MDT": "-06:00"},
    **{"PST": "-08:00", "PDT": "-07:00", "CEST": "+02:00", "CET": "+01:00", "EET": "+02:00", "EEST": "+03:00"},
    **{"MSK": "+03:00", "JST": "+09:00", "AEST": "+10:00", "AEDT": "+11:00"},
}
"""Offsets of time zones; the American ones are those of RFC 5322. BST and IST each name several zones, so a time with
one of them has no zone."""
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,? )?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_CLOCK = (
    r"(?:(?:,| at| -| \||T| –)? ?(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d+)?)?"
    rf"(?: ?(?P<half>[ap])\.?m\.?)?(?: ?\(?(?P<zone>Z|UTC|GMT|[+-]\d{{2}}:?\d{{2}}|{'|'.join(_ZONES)}|[BI]ST)\b\)?)?)?"
)
_YEAR = r"(?P<year>\d{4})"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"{_YEAR}(?:(?P<mark>[-/.])(?P<month>\d{{1,2}})(?:(?P=mark)(?P<day>\d{{1,2}}){_CLOCK})?)?",
        r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})",
        rf"{_WEEKDAY}{_MONTH} {_DAY},? {_YEAR}{_CLOCK}",
        rf"{_WEEKDAY}{_DAY}(?: of)?[ -]{_MONTH},?[ -]{_YEAR}{_CLOCK}",
        rf"{_MONTH},? {_YEAR}",
        r"(?P<first>\d{1,2})(?P<mark>[-/.])(?P<other>\d{1,2})(?P=mark)(?P<year>\d{4})",
    )
)

_DATE_TEXT = (
    rf"(?:\d{{4}}-\d{{2}}(?:-\d{{2}}(?:[T ]\d{{2}}:\d{{2}}(?::\d{{2}}(?:\.\d+)?)?"
    r"(?:Z|[+-]\d{2}:?\d{2}| UTC| GMT)?)?)?"
    r"|\d{4}/\d{2}/\d{2}"
    rf"|{_WEEKDAY}{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}"
    rf"|{_WEEKDAY}\d{{1,2}}(?:st|nd|rd|th)? {_MONTH},? \d{{4}})"
).replace("(?P<month>", "(?:")
_CLOCK_TEXT = (
    r"(?:(?:,| at| -| \|)? \d{1,2}:\d{2}(?::\d{2})?(?: ?[ap]\.?m\.?)?"
    rf"(?: (?:UTC|GMT|{'|'.join(_ZONES)}|[BI]ST)| [+-]\d{{2}}:?\d{{2}})?)?"
)
_LABEL = r"(?:publication date|date published|date|dated|published(?: on| at)?|posted(?: on)?)"
_GLUED = re.compile(
    rf"\s*(?:date (?P<iso>\d{{4}}-\d{{2}}(?:-\d{{2}})?)|{_LABEL} ?: ?(?P<any>{_DATE_TEXT}{_CLOCK_TEXT}))"
    r"(?:[.|]? +|\s*\n|\s*\Z)",
    re.IGNORECASE,
)
_UPDATED = rf"(?:last )?(?:updated|modified)(?: on| at)? ?:? ?(?P<updated>{_DATE_TEXT}{_CLOCK_TEXT})"
_LINE = re.compile(
    rf"(?:{_LABEL} ?:? ?)?(?P<date>{_DATE_TEXT}{_CLOCK_TEXT})\.?(?: ?[|•·,(-]? ?{_UPDATED}\)?)?", re.IGNORECASE
)
_UPDATED_LINE = re.compile(rf"\(?{_UPDATED}\.?\)?", re.IGNORECASE)
_LINES_READ = 4

_MONTH_YEAR = rf"{_MONTH},? \d{{4}}".replace("(?P<month>", "(?:")
_NAME = r"[^\W\d_a-zß-öø-ÿ][\w.'’-]*"
_PLACE = rf"{_NAME}(?: {_NAME}){{0,3}}(?:, {_NAME}(?: {_NAME})?)?"
_DATELINE = re.compile(
    rf"\s*\(?{_PLACE}(?: ?\([^()\n]{{1,40}}\))?(?:, | ?[(/|–—-] ?)(?P<date>(?i:{_DATE_TEXT}{_CLOCK_TEXT}))\)?"
    r"(?: ?\([^()\n]{1,40}\))?(?:[.:] ?| ?[–—] ?| - ?| ?\Z)"
)
"""A dateline: place and date before the first sentence, such as `LUND, 3 July 2024 (Wire) – It rained.`"""
_MARK = r"(?:\s*[|·•;]\s*|\s+[–—/-]\s+|,\s+|\s{2,}|\t)"
_FIELD = re.compile(
    rf"(?:\A|{_MARK})\(?(?P<date>{_DATE_TEXT}{_CLOCK_TEXT}|{_MONTH_YEAR})\)?(?=\Z|{_MARK})", re.IGNORECASE
)
_LABELLED = re.compile(rf"{_LABEL} ?:? ?(?P<date>{_DATE_TEXT}{_CLOCK_TEXT})\b", re.IGNORECASE)
_HEAD_CHARS_MAX = 120
"""Longest line above the text, with a title, a publisher or a date; a longer one is text."""


def parse_date(value: object) -> str:
    """Return the date in ISO 8601, as precise as given: `2024`, `2024-07`, `2024-07-03`, `2024-07-03T10:30+05:00`.

    Takes strings, `date`, `datetime` and a year as a number. The order of day and month in `03/07/2024` is unknown, so
    it gives the year alone. Anything that is not a date, or a day that does not exist, gives "". Midnight without a
    time zone is a day without a time.
    """
    if isinstance(value, datetime):
        return _render(value, "minute")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return ""
    text = " ".join(value.split())
    for form in _FORMS:
        if match := form.fullmatch(text):
            return _parse_match(match)
    return ""


def later_date(updated: str, published: str) -> str:
    """Return the date of an update if it is later than the publication, else ""; many sites state the same date twice.

    Dates are in the form of `parse_date`. An update is not later if it only repeats the day or the year of the
    publication, without a time.
    """
    if not updated or not published:
        return updated
    if published.startswith(updated):
        return ""
    try:
        moments = [datetime.fromisoformat(date) for date in (updated, published)]
        if all(len(date) > len("2024-07-03") for date in (updated, published)):
            return updated if moments[0] > moments[1] else ""
    except (ValueError, TypeError):  # a month or a year alone, or only one of the two with a time zone
        pass
    known = min(len(updated), len(published), len("2024-07-03"))
    return "" if updated[:known] < published[:known] else updated


def cut_dateline(text: str) -> tuple[str, str, str]:
    """Return the text without its date lines, and the dates of publication and of update in ISO 8601, "" if not stated.

    A date line is `date 2024-07-03` or `Published: July 3, 2024` before the first sentence, or a line of its
    own among the first four that holds nothing but a date, with or without such a label and with or without the
    date of an update behind it, or in a line of its own. Several lines that are nothing but dates are the headings of a
    timeline, and are kept. If no line is a date alone, `find_dateline` looks for the date, and all lines are kept.
    """
    text, updated = _cut_updated(text)
    if match := _GLUED.match(text):
        published = parse_date(match["iso"] or match["any"])
        if published:
            return text[match.end() :], published, later_date(updated, published)
    lines = text.split("\n")
    dated = [(at, match) for at, line in enumerate(lines) if (match := _LINE.fullmatch(line.strip()))]
    if len(dated) == 1 and dated[0][0] in _first_filled(lines) and (published := parse_date(dated[0][1]["date"])):
        at, match = dated[0]
        updated = parse_date(match["updated"]) or updated
        return "\n".join(lines[:at] + lines[at + 1 :]), published, later_date(updated, published)
    published = "" if dated else find_dateline(text)
    return text, published, later_date(updated, published)


def find_dateline(text: str) -> str:
    """Return the date that the first lines state among other things, in ISO 8601; "" where there is none, or several.

    This is a date between the parts of a line such as `The Daily | 3 July 2024 | page 3`, or the dateline that opens
    the first sentence: `Lund, 3 July 2024. It rained.` Such lines are kept in the text. Datelines further down
    belong to a diary or to letters, and don't date the article.
    """
    lines = [line.strip() for line in text.split("\n")]
    datelines = {match["date"] for line in lines if (match := _DATELINE.match(line))}
    for at in _first_filled(lines):
        line = lines[at]
        if (match := _DATELINE.match(line)) and (found := parse_date(match["date"])):
            return found if len(datelines) == 1 else ""
        if len(line) > _HEAD_CHARS_MAX:
            return ""
        if found := _date_among_fields(line):
            return found
    return ""


def _date_among_fields(line: str) -> str:
    """Return the only date among the parts of a line that is not a sentence; "" without one."""
    if match := _LABELLED.match(line):
        return parse_date(match["date"])
    if line.endswith((".", "!", "?", ":")):
        return ""
    dates = [parse_date(match["date"]) for match in _FIELD.finditer(line)]
    return dates[0] if len(dates) == 1 else ""


def _cut_updated(text: str) -> tuple[str, str]:
    """Return the text without the line among its first that states only an update, and that date or ""."""
    lines = text.split("\n")
    for at in _first_filled(lines):
        if (match := _UPDATED_LINE.fullmatch(lines[at].strip())) and (updated := parse_date(match["updated"])):
            return "\n".join(lines[:at] + lines[at + 1 :]), updated
    return text, ""


def _first_filled(lines: list[str]) -> list[int]:
    return [at for at, line in enumerate(lines) if line.strip()][:_LINES_READ]


def _parse_match(match: re.Match[str]) -> str:
    parts = match.groupdict()
    year = int(parts["year"])
    if not 1000 <= year <= 2999:
        return ""
    if "first" in parts:
        first, other = sorted((int(parts["first"]), int(parts["other"])))
        if first == other or other > 12:
            return _checked(year, first, other)
        return str(year) if first >= 1 else ""
    if parts.get("month") is None:
        return str(year)
    name = parts["month"].lower()
    month = int(name) if name.isdigit() else _MONTHS.index(name[:3]) + 1
    if parts.get("day") is None:
        return f"{year:04}-{month:02}" if 1 <= month <= 12 else ""
    return _checked(year, month, int(parts["day"]), parts)


def _checked(year: int, month: int, day: int, clock: dict[str, str | None] | None = None) -> str:
    try:
        found = date(year, month, day)
        if clock is None or clock.get("hour") is None:
            return found.isoformat()
        hour, minute, second = (int(clock[part] or 0) for part in ("hour", "minute", "second"))
        if half := clock["half"]:
            hour = hour % 12 + (12 if half.lower() == "p" else 0)
        zone = (clock["zone"] or "").upper()
        zone = "+00:00" if zone in ("Z", "UTC", "GMT") else "" if zone in ("BST", "IST") else _ZONES.get(zone, zone)
        moment = datetime.fromisoformat(f"{found.isoformat()}T{hour:02}:{minute:02}:{second:02}{zone}")
    except ValueError:
        return ""
    return _render(moment, "second" if clock["second"] else "minute")


def _render(moment: datetime, precision: str) -> str:
    if moment.tzinfo is None and (moment.hour, moment.minute, moment.second) == (0, 0, 0):
        return moment.date().isoformat()
    return moment.isoformat(timespec="seconds" if precision == "second" or moment.second else "minutes")
