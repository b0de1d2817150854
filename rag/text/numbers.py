"""Numbers of a text, written in digits or as number words, with their values.

Each function takes the language of the text (see `rag.text.languages`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.text.languages import ENGLISH, is_english
from rag.text.words import WORD

COUNTING = {**ENGLISH.units, **ENGLISH.tens, "dozen": 12}
_BEHIND_TENS = {**ENGLISH.units, **ENGLISH.ordinals}
_NUMBER = re.compile(
    r"(?<![\w.,])(?:[$€£¥]\s?)?(?P<digits>\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?:\s?-?(?P<scale>hundred|thousand|million|billion|trillion|bn|mn|tn|[kmb](?![\w])))?"
    r"(?:st|nd|rd|th|s)?(?![\w])",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)*(?![\w])")
"""For languages whose thousands separator isn't known: 1.000 and 1,000 have the same value."""
_ASKS_FOR = re.compile(r"\b(?:what|which)\s+$", re.IGNORECASE)
"""Before a number that belongs to the question, as in "which two cities"; the evidence need not repeat it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberMention:
    """A number of a text: as written, its value with the magnitude, and its half-open span."""

    written: str
    value: float
    start: int
    end: int


def numbers(text: str, language: str = "en") -> list[tuple[str, float]]:
    """Return the numbers of a text as pairs (as written, value); `9.55bn` has the value 9.55e9.

    Number words up to ninety-nine are read, with a magnitude behind them ("twenty million"). "One" alone isn't read,
    since it is more often a pronoun. In a language without a table, only digits are read, without their separators.
    """
    return [(mention.written, mention.value) for mention in number_mentions(text, language)]


def number_mentions(text: str, language: str = "en") -> list[NumberMention]:
    """Return the numbers of a text with their spans: those in digits first, then the number words."""
    if not is_english(language):
        return [
            NumberMention(
                written=match.group(),
                value=float(re.sub(r"\D", "", match.group())),
                start=match.start(),
                end=match.end(),
            )
            for match in _DIGITS.finditer(text)
        ]
    found = []
    for match in _NUMBER.finditer(text):
        value = float(match["digits"].replace(",", ""))
        scale = (match["scale"] or "").lower()
        found.append(
            NumberMention(
                written=match.group().strip(),
                value=round(value * ENGLISH.scales.get(scale, 1.0), 6),
                start=match.start(),
                end=match.end(),
            )
        )
    matches = list(WORD.finditer(text.replace("-", " ")))
    tokens = [match.group().lower() for match in matches]
    for i, match in enumerate(matches):
        before = tokens[i - 1] if i else ""
        after = tokens[i + 1] if i + 1 < len(tokens) else ""
        spelled = _word_value(tokens[i], before, after)
        if spelled is not None:
            end = matches[i + 1].end() if after in ENGLISH.scales and tokens[i] in COUNTING else match.end()
            found.append(NumberMention(written=match.group(), value=spelled, start=match.start(), end=end))
    return found


def _word_value(word: str, before: str, after: str) -> float | None:
    value = COUNTING.get(word, ENGLISH.ordinals.get(word))
    if value is None:
        return None
    if word in ENGLISH.tens and 0 < _BEHIND_TENS.get(after, 0) < 10:
        return None  # the next word counts both, as in "twenty-one"
    if before in ENGLISH.tens and 0 < value < 10:
        value += ENGLISH.tens[before]
    elif word == "one" and after not in ENGLISH.scales:
        return None
    return float(value) * (ENGLISH.scales.get(after, 1.0) if word in COUNTING else 1.0)


def number_value(word: str, language: str) -> float | None:
    """Return the value of a word that is a number; None for any other word."""
    found = numbers(word, language)
    return found[0][1] if found else None


def missing_numbers(claim: str, evidence: str, language: str = "en") -> tuple[str, ...]:
    """Return the numbers of the claim whose value the evidence lacks, as written.

    A number right behind "what" or "which" is left out: it belongs to the question ("which two cities").
    """
    there = {value for _, value in numbers(evidence, language)}
    told = [mention for mention in number_mentions(claim, language) if not _ASKS_FOR.search(claim[: mention.start])]
    return tuple(dict.fromkeys(mention.written for mention in told if mention.value not in there))
