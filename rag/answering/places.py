"""Places: which articles of a list a question asks for, such as the second one, or the three newest."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.answering.library_answers import SEVERAL, wants_several
from rag.answering.topics import blank_times
from rag.text.languages import ENGLISH
from rag.text.numbers import NumberMention, number_mentions

PLACED = frozenset({"newest", "oldest", "place"})
"""What a summary may be asked of by the place of an article; see `KindGuess.ask`."""


_SECOND = re.compile(r"\bsecond\b", re.IGNORECASE)
"""The one ordinal that `number_mentions` doesn't read, since in articles it is mostly a unit of time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A run of articles in a list.

    Attributes:
        first: the place of its first article, from 1.
        n_articles: how many articles it has.
    """

    first: int = 1
    n_articles: int = 1

    @property
    def last(self) -> int:
        """Return the place of its last article."""
        return self.first + self.n_articles - 1


def read_place(question: str, ask: str) -> Place:
    """Return the place that a question names; without one, the first.

    "The second newest article" is at place 2, and "the three newest articles" are at places 1 to 3. A number behind a
    single article is its place too ("article 3"), unless the question asks for the newest or the oldest one.
    """
    timeless = blank_times(question)
    mentions = number_mentions(timeless) + [
        NumberMention(written=match.group(), value=2, start=match.start(), end=match.end())
        for match in _SECOND.finditer(timeless)
    ]
    mentions.sort(key=lambda mention: mention.start)
    ordinals = [int(mention.value) for mention in mentions if _is_ordinal(mention)]
    counts = [int(mention.value) for mention in mentions if not _is_ordinal(mention)]
    if wants_several(question):
        return Place(first=max([1, *ordinals[:1]]), n_articles=max(1, (counts or [SEVERAL])[0]))
    named = ordinals or (counts if ask == "place" else [])
    return Place(first=max([1, *named[:1]]))


def blank_numbers(question: str) -> str:
    """Return the question with spaces in place of its numbers, so that "2nd" is no word on a topic."""
    for mention in number_mentions(question):
        question = f"{question[: mention.start]}{' ' * (mention.end - mention.start)}{question[mention.end :]}"
    return question


def _is_ordinal(mention: NumberMention) -> bool:
    """Return whether a number is written as a place: "second", "2nd"."""
    written = mention.written.lower()
    return (
        written == "second"
        or written in ENGLISH.ordinals
        or (written[0].isdigit() and written.endswith(("st", "nd", "rd", "th")))
    )
