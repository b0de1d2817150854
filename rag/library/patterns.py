"""Patterns: tells a copy of a text from another report that was written on the same pattern.

Two weekly price reports share most of their phrases, as a copy and its original do. What differs decides: a copy
keeps the numbers and names of its original where they stood, a report on the same pattern has others in their places.
And a text that only shares a frame (a letter's opening, a page's notices) brings words of its own where the other
brings its own too, while one of two copies is at most longer than the other.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Set
from dataclasses import dataclass
from functools import lru_cache

CHANGED_SHARE = 0.25
"""From here on, so many of the numbers, or of the names, in like places are others that it is another report.

`python -m eval.training.copy_threshold`: of 435 pairs of reports of each of five patterns at most .9% are taken for
copies; of 150 articles of TIME with one word of ten changed 96.6% are still linked, of all that were edited less,
all."""

CHANGED_MIN = 2
"""One other number is a correction."""

OWN_SHARE = 0.2
"""From here on, so large a part of the words of both texts is their own that they share only a frame. It is .2 and
more in 95% of the pairs of letters with a frame of 94 words and two paragraphs of different articles, and at most .2
where both of two copies of an article of 400 words add one to three paragraphs of their own."""

CHARS_MAX = 100_000

_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|\w+|[.!?]")
_ENDS = frozenset(".!?")

Place = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """What of a text is compared.

    Attributes:
        words: all of them, in lower case.
        numbers: the numbers by the words beside them; a number or name beside them counts as any other.
        names: as `numbers`, the words with a capital that open no sentence.
    """

    words: frozenset[str]
    numbers: Mapping[Place, Set[str]]
    names: Mapping[Place, Set[str]]


@lru_cache(maxsize=1024)  # in a long series of reports, each new one is compared with all before
def pattern(text: str) -> Pattern:
    """The words of a text, and its numbers and names by their places; a blank text has none.

    Of a very long text, only the beginning counts.
    """
    tokens = _TOKEN.findall(text[:CHARS_MAX])
    kinds = [_kind(token, before) for token, before in zip(tokens, [".", *tokens], strict=False)]
    spoken = [(token.casefold(), kind) for token, kind in zip(tokens, kinds, strict=True) if token not in _ENDS]
    masked = ["", *(kind or word for word, kind in spoken), ""]
    places: dict[str, dict[Place, set[str]]] = {kind: defaultdict(set) for kind in ("#", "@")}
    for (word, kind), place in zip(spoken, zip(masked, masked[2:], strict=False), strict=True):
        if kind:
            places[kind][place].add(word)
    return Pattern(words=frozenset(word for word, _ in spoken), numbers=places["#"], names=places["@"])


def is_copy(one: Pattern, other: Pattern) -> bool:
    """Whether two texts that share many phrases are one, edited, and not two reports written on one pattern."""
    own = min(_share_missing(one.words, other.words), _share_missing(other.words, one.words))
    return own < OWN_SHARE and not is_other_report(one, other)


def is_other_report(one: Pattern, other: Pattern) -> bool:
    """Whether two texts have other numbers, or other names, in the places that both have."""
    return _are_others(one.numbers, other.numbers) or _are_others(one.names, other.names)


def _kind(token: str, before: str) -> str:
    """`#` for a number, `@` for a word with a capital within a sentence, "" for all else."""
    if token[0].isdigit():
        return "#"
    return "@" if len(token) > 1 and token[0].isupper() and before not in _ENDS else ""


def _share_missing(words: Set[str], there: Set[str]) -> float:
    return len(words - there) / len(words) if words else 0.0


def _are_others(one: Mapping[Place, Set[str]], other: Mapping[Place, Set[str]]) -> bool:
    """Whether numbers, or names, differ in many of the places that both texts have."""
    changed = kept = 0
    for place in one.keys() & other.keys():
        kept += len(one[place] & other[place])
        changed += min(len(one[place] - other[place]), len(other[place] - one[place]))
    return changed >= CHANGED_MIN and changed >= CHANGED_SHARE * (changed + kept)
