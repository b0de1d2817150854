"""Quantities of a text as intervals with units, so that rounded, bounded and exact ones can be compared."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace

from rag.dates import TimeSpan
from rag.signals import NumberMention, number_mentions
from rag.words import FUNCTION_WORDS, WORD, stem

ROUGHLY = 0.15
"""How far "about" reaches, and the most that a rounded number may be off, as a share of the number."""

_CURRENCIES = {"$": "dollar", "€": "euro", "£": "pound", "¥": "yen"} | {
    word: word.removesuffix("s") for word in "dollars euros pounds yen francs roubles rubles rupees yuan krona".split()
}
_CURRENCIES |= {word.removesuffix("s"): unit for word, unit in _CURRENCIES.items() if len(word) > 1}
_UNITS: dict[str, tuple[str, float]] = (
    {"%": ("percent", 1), "percent": ("percent", 1)}
    | dict.fromkeys(("metre", "metres", "meter", "meters"), ("metre", 1))
    | dict.fromkeys(("kilometre", "kilometres", "kilometer", "kilometers", "km"), ("metre", 1000))
    | dict.fromkeys(("mile", "miles"), ("metre", 1609.344))
    | dict.fromkeys(("foot", "feet"), ("metre", 0.3048))
    | dict.fromkeys(("centimetre", "centimetres", "centimeters", "cm"), ("metre", 0.01))
    | dict.fromkeys(("kilo", "kilos", "kilogram", "kilograms", "kg"), ("kilogram", 1))
    | dict.fromkeys(("tonne", "tonnes"), ("kilogram", 1000))
    | dict.fromkeys(("degree", "degrees"), ("degree", 1))
)
"""Units of measure: what they measure in, and how much of it."""

_NEARLY = re.compile(
    r"\b(?:nearly|almost|close to|just under|just below|not quite|up to|at most|no more than|fewer than|less than"
    r"|under|below) $",
    re.IGNORECASE,
)
_AT_MOST = re.compile(r"(?:up to|at most|no more than|fewer than|less than|under|below) $", re.IGNORECASE)
_AT_LEAST = re.compile(
    r"\b(?:more than|over|at least|upwards of|above|no fewer than|no less than|not less than|exceeding|beyond|topped"
    r"|exceeded|surpassed|passed) $",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"(?:\b(?:about|around|some|roughly|approximately|an estimated|estimated|circa|or so|in the region of) |~ ?)$",
    re.IGNORECASE,
)
_CURRENCY_BEFORE = re.compile(r"(?:US|A|C)?([$€£¥])\s?$")
_MORE_AFTER = re.compile(r" (?:or more|plus|and more)\b|\+", re.IGNORECASE)
_RANGE = re.compile(r"\s?[-–]\s?|\s(?:to|and|or)\s")
_NEGATED = re.compile(r"\b(?:not|rather than|instead of)(?: (?:in|on|at|by|of|the|about|some)){0,2} $", re.IGNORECASE)
_PER = re.compile(
    r"(?:[ -][a-z]+){0,2} (?:an?|per|each|every) "
    r"(share|day|week|month|year|hour|minute|night|person|head|seat|ticket|litre|liter|kilo|kilogram|tonne|barrel|mile)\b",
    re.IGNORECASE,
)
_FRACTION = re.compile(
    r"\b(?:(?P<part>two|three|a|one)[ -](?P<whole>third|quarter|fifth)s?|(?P<half>half))\b(?: (?:an? )?)?",
    re.IGNORECASE,
)
_PLENTY = re.compile(r"\b(?:(?P<times>tens|hundreds) of )?(?P<scale>dozens|scores|hundreds|thousands|millions)\b", re.I)
_SCALES = {"dozens": 12.0, "scores": 20.0, "hundreds": 100.0, "thousands": 1e3, "millions": 1e6}
_WHOLES = {"third": 3, "quarter": 4, "fifth": 5}
_PARTS = {"two": 2, "three": 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number of a text with what it may stand for.

    Attributes:
        low, high: the values that it may stand for; 38 exactly, 3,000 with what rounding hides, "over 100" up to ∞.
        unit: what a measure is counted in ("dollar", "percent", "metre"), or "" for things that are counted.
        per: "share" in "$34 a share"; or "".
        nouns: stems of the up to three words behind it, for things that are counted.
        start, end: half-open place in the text.
        written: as written, with its unit of measure.
    """

    low: float
    high: float
    unit: str
    per: str
    nouns: tuple[str, ...]
    start: int
    end: int
    written: str

    def meets(self, other: Quantity) -> bool:
        """Whether both may stand for the same value."""
        return self.low <= other.high and other.low <= self.high


def is_measure(word: str) -> bool:
    """Whether a word, in lower case, names what measures are counted in: a currency, a unit or percent."""
    return word in _CURRENCIES or word in _UNITS


def find_quantities(text: str, times: list[TimeSpan]) -> list[Quantity]:
    """The quantities of a text, in order, without the numbers of dates, ordinals, and numbers that are negated.

    "Between 30 and 40" is one quantity, from 30 to 40.
    """
    mentions = sorted(_without_dates(number_mentions(text), times), key=lambda mention: mention.start)
    vague = _vague(text)
    found: list[Quantity] = []
    for mention in mentions:
        if any(mention.start < item.end and item.start < mention.end for item in vague):
            continue
        if re.search(r"(?:st|nd|rd|th)$", mention.written.lower()) or mention.written.lower() in _ORDINAL_WORDS:
            continue
        quantity = _quantity(text, mention)
        if found and _RANGE.fullmatch(text[found[-1].end : mention.start]) and _may_range(found[-1], quantity):
            before = found.pop()
            scale = 1.0
            if before.high < quantity.low / 1000:  # "30 to 50 billion": the magnitude stands once
                scale = 10.0 ** (3 * (math.floor(math.log10(quantity.high) / 3)))
            quantity = replace(
                quantity,
                low=min(before.low * scale, quantity.low),
                high=max(before.high * scale, quantity.high),
                unit=quantity.unit or before.unit,
                start=before.start,
                written=text[before.start : quantity.end],
            )
        found.append(quantity)
    return sorted((item for item in [*found, *vague] if not _is_negated(text, item.start)), key=lambda item: item.start)


def without_negated(text: str, times: list[TimeSpan]) -> list[TimeSpan]:
    """The times that aren't said to be wrong: those behind "not in" are left out."""
    return [span for span in times if not _is_negated(text, span.start)]


_PASSED_OVER = frozenset("of were was been are have had".split())
_ORDINAL_WORDS = frozenset("first third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split())


def _is_negated(text: str, start: int) -> bool:
    return _NEGATED.search(re.sub(r"[$€£¥]$", "", text[:start])) is not None


def _without_dates(mentions: list[NumberMention], times: list[TimeSpan]) -> list[NumberMention]:
    return [m for m in mentions if not any(m.start < span.end and span.start < m.end for span in times)]


def _may_range(first: Quantity, second: Quantity) -> bool:
    return first.low <= second.high and (not first.unit or second.unit in ("", first.unit))


def _quantity(text: str, mention: NumberMention) -> Quantity:
    start, end, value = mention.start, mention.end, mention.value
    symbol = re.match(r"[$€£¥]", text[start:])
    if symbol is None and (sign := _CURRENCY_BEFORE.search(text[:start])):
        symbol, start = sign, sign.start()
    before = text[:start]
    unit = _CURRENCIES[symbol.group(symbol.lastindex or 0)] if symbol else ""
    following = [match for match in WORD.finditer(text, end, min(len(text), end + 60))]
    if not unit:
        percent = re.match(r"\s?(?:%|per ?cent\b)", text[end:])
        word = following[0].group().lower() if following else ""
        near = bool(following) and not text[end : following[0].start()].strip(" -\u00a0")
        if percent:
            unit, end = "percent", end + percent.end()
        elif near and word in _CURRENCIES:
            unit, end = _CURRENCIES[word], following[0].end()
        elif near and word in _UNITS:
            (unit, factor), end = _UNITS[word], following[0].end()
            value *= factor
    per = _PER.match(text, end)
    low, high = _reach(before, text[end:], value, mention)
    return Quantity(
        low=low,
        high=high,
        unit=unit,
        per=per[1].lower() if per else "",
        nouns=_nouns(text, end),
        start=start,
        end=end,
        written=text[start:end],
    )


def _nouns(text: str, end: int) -> tuple[str, ...]:
    """Stems of the words behind a number, up to three, as far as its clause reaches."""
    clause = re.match(r"[^,;:.()!?–—]*", text[end:])
    stems = []
    for match in WORD.finditer(clause.group() if clause else ""):
        word = match.group().lower()
        if word in FUNCTION_WORDS and word not in _PASSED_OVER:
            break
        if word not in _PASSED_OVER:
            stems.append(stem(word))
    return tuple(stems[:3])


def _reach(before: str, after: str, value: float, mention: NumberMention) -> tuple[float, float]:
    """The values that a number may stand for, by the words around it and by how round it is."""
    slack = _rounding(mention) * (value / mention.value if mention.value else 1.0)
    if _NEARLY.search(before):
        return (-math.inf if _AT_MOST.search(before) else value * (1 - ROUGHLY)), value + slack
    if _AT_LEAST.search(before) or _MORE_AFTER.match(after):
        return value - slack, math.inf
    if _ABOUT.search(before):
        slack = max(slack, value * ROUGHLY)
    return value - slack, value + slack


def _rounding(mention: NumberMention) -> float:
    """Half of what the last digit that isn't a zero counts, at most `ROUGHLY`; next to nothing below twenty."""
    digits = re.match(r"[$€£¥]?\s?(\d[\d,]*)(?:\.(\d+))?", mention.written)
    if mention.value < 20 and not (digits and digits[2]):
        return 0.01
    if digits and digits[2]:
        scale = mention.value / float(digits[1].replace(",", "") + "." + digits[2]) if mention.value else 1.0
        return 0.5 * 10.0 ** -len(digits[2]) * scale * 1.001
    whole = round(mention.value)
    zeros = len(str(whole)) - len(str(whole).rstrip("0"))
    return min(0.5 * 10.0**zeros, ROUGHLY * mention.value) if zeros else 0.5


def _vague(text: str) -> list[Quantity]:
    """Fractions as percents, "half a million", and open counts such as dozens."""
    found = []
    for match in _FRACTION.finditer(text):
        scale = re.match(r"hundred|thousand|million|billion", text[match.end() :])
        share = 0.5 if match["half"] else _PARTS.get(match["part"].lower(), 1) / _WHOLES[match["whole"].lower()]
        end = match.end() + (scale.end() if scale else 0)
        if scale:
            value = share * {"hundred": 100.0, "thousand": 1e3, "million": 1e6, "billion": 1e9}[scale.group()]
            low, high, unit = value * (1 - ROUGHLY), value * (1 + ROUGHLY), ""
        else:
            low, high, unit = 100 * share - 5, 100 * share + 5, "percent"
        if _AT_LEAST.search(text[: match.start()]):
            high = math.inf
        if _NEARLY.search(text[: match.start()]):
            low = low - 10 if unit else low * (1 - ROUGHLY)
        found.append(_open(text, match.start(), end, low, high, unit))
    for match in _PLENTY.finditer(text):
        times = {"tens": 10.0, "hundreds": 100.0}.get((match["times"] or "").lower(), 1.0)
        found.append(
            _open(text, match.start(), match.end(), times * _SCALES[match["scale"].lower()] * 1.5, math.inf, "")
        )
    return found


def _open(text: str, start: int, end: int, low: float, high: float, unit: str) -> Quantity:
    return Quantity(
        low=low,
        high=high,
        unit=unit,
        per="",
        nouns=_nouns(text, end),
        start=start,
        end=end,
        written=text[start:end].strip(),
    )
