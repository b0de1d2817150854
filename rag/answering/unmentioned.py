"""The reason of an abstention, which lists names, dates and numbers of the question that no article mentions.

They are looked up in the whole library, not only in the passages found. Acronyms, round numbers and months without a
year aren't listed, since an article may have them in another form. Names are recognised by their capital letters, so
they are listed only for English questions about English articles.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.ports import Holdings
from rag.records import Window
from rag.text.names import is_date_word, names
from rag.text.numbers import number_mentions
from rag.text.times import TimeSpan, find_times
from rag.text.words import FUNCTION_WORDS, WORD

NOT_STATED = "The articles do not say this."

MENTIONS_MAX = 3
"""The most that a reason lists, so that it stays short."""

YEARS_MAX = 10
"""For a longer span of time, only the years that are written in the question are looked up."""

NAME_OPENING_CHARS = 4
NAME_ENDING_CHARS = 3
"""A name is found by its first letters, at least four and all but the last three: "Parisian" finds "Paris"."""

ROUND = 100
"""Multiples of it aren't listed, since they have many forms: "2,000", "two thousand", "2k"."""

_POSSESSIVE = re.compile(r"['’]s?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A name, date or number of a question, as written there, and its half-open span."""

    written: str
    start: int
    end: int


def say_missing(question: str, nearest: Window, holdings: Holdings) -> str:
    """Return the reason why there is no answer, one or two short sentences.

    Args:
        question: the standalone question.
        nearest: the nearest window; the language is that of its article.
        holdings: looks words and years up in the whole library.
    """
    lacking = missing_mentions(question, nearest.article.language, holdings)
    return f"{NOT_STATED} No article in the library mentions {_either(lacking)}." if lacking else NOT_STATED


def missing_mentions(question: str, language: str, holdings: Holdings) -> list[str]:
    """Return the names, dates and numbers of a question that no article holds, in order; at most `MENTIONS_MAX`.

    `language` is that of the articles, as ISO 639-1, or "" if it isn't known.
    """
    times = find_times(question)
    found = [_mention(question, time.start, time.end) for time in times if not _is_dated(question, time, holdings)]
    found += [number for number in _numbers(question, times) if not holdings.holds(f"{number.written}*")]
    if language.partition("-")[0] in ("", "en") and _reads_english(question):
        found += [name for name in _names(question, times) if not _holds_name(name.written, holdings)]
    ordered = sorted(found, key=lambda mention: mention.start)
    return list(dict.fromkeys(mention.written for mention in ordered))[:MENTIONS_MAX]


def _mention(text: str, start: int, end: int) -> Mention:
    return Mention(written=text[start:end], start=start, end=end)


def _is_dated(question: str, time: TimeSpan, holdings: Holdings) -> bool:
    """Return whether an article holds a year of the time, or was published in such a year."""
    years: Sequence[int] = range(time.first.year, time.last.year + 1)
    if len(years) > YEARS_MAX:
        years = [int(year) for year in re.findall(r"\d{4}", question[time.start : time.end])]
    return not years or any(holdings.holds(f"{year}*") or holdings.is_dated_in(year) for year in years)


def _numbers(question: str, times: Sequence[TimeSpan]) -> Iterator[Mention]:
    """Yield the whole numbers that are written in plain digits and have no other usual form."""
    for number in number_mentions(question):
        is_plain = number.written.isdecimal() and len(number.written) > 1 and number.value % ROUND != 0
        if is_plain and not _meets(times, number.start, number.end):
            yield _mention(question, number.start, number.end)


def _names(question: str, times: Sequence[TimeSpan]) -> Iterator[Mention]:
    """Yield the names, adjacent ones as one; none in a headline, where all words are capitalised."""
    if _is_headline(question):
        return
    named = set(names(question))
    run: list[re.Match[str]] = []
    for match in [*WORD.finditer(question), None]:
        if match and run and match.group() in named and question[run[-1].end() : match.start()] in (" ", "-"):
            run.append(match)
            continue
        if run and not _meets(times, run[0].start(), run[-1].end()):
            end = run[-1].start() + len(_POSSESSIVE.sub("", run[-1].group()))
            yield _mention(question, run[0].start(), end)
        run = [match] if match and match.group() in named and not is_date_word(match.group()) else []


def _holds_name(name: str, holdings: Holdings) -> bool:
    """Return whether an article holds a word of the name or its initials; an acronym always counts as held."""
    parts = WORD.findall(name)
    if any(part.isupper() for part in parts):
        return True  # an article may have its full name
    initials = "".join(part[0] for part in parts)
    others = [initials] if len(parts) > 1 else []
    return any(map(holdings.holds, [*map(_opening, parts), *others]))


def _opening(word: str) -> str:
    """Return the word for a lookup; a long one without its ending and with `*`, which matches any ending."""
    if len(word) < NAME_OPENING_CHARS:
        return word
    return f"{word[: max(NAME_OPENING_CHARS, len(word) - NAME_ENDING_CHARS)]}*"


def _is_headline(question: str) -> bool:
    """Return whether function words are capitalised too, as in a headline; "I" and "May" don't count."""
    inner = [match.group() for match in WORD.finditer(question) if match.start() > 0]
    return any(word.istitle() and word.lower() in FUNCTION_WORDS - {"i", "may"} for word in inner)


def _reads_english(question: str) -> bool:
    """Return whether at least half of the words that aren't capitalised are English function words."""
    found = [match.group() for match in WORD.finditer(question)]
    small = [word for at, word in enumerate(found) if at == 0 or word[0].islower()]
    return bool(small) and 2 * sum(word.lower() in FUNCTION_WORDS for word in small) >= len(small)


def _meets(times: Sequence[TimeSpan], start: int, end: int) -> bool:
    return any(start < time.end and time.start < end for time in times)


def _either(words: Sequence[str]) -> str:
    """Return the words as a choice: `a`, `a or b`, `a, b or c`."""
    return " or ".join([part for part in (", ".join(words[:-1]), words[-1]) if part])
