"""Copies: whether two texts with many phrases in common are one text, edited, or two reports on the same pattern.

Two weekly price reports share most of their phrases, as a copy and its original do. The differences decide. A copy has
the numbers and names of its original in the same places; another report on the same pattern has other ones there.
Two letters that share only a frame, such as an opening, each have many words that the other lacks; of two copies, only
the longer one does.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Set
from dataclasses import dataclass
from functools import lru_cache

CHANGED_SHARE = 0.25
"""The share of numbers, or of names, that differ in the same places, from which two texts are different reports.

`python -m eval.training.copy_threshold`: of 435 pairs of reports of each of five patterns at most .9% are taken for
copies; of 150 articles of TIME with one word of ten changed 96.6% are still linked, of all that were edited less,
all."""

CHANGED_MIN = 2
"""The least number of differences: a single other number is a correction."""

OWN_SHARE = 0.2
"""The share of words that the other text lacks, from which two texts share only a frame.

It is .2 and more in 95% of the pairs of letters with a frame of 94 words and two paragraphs of different articles. It
is at most .2 where both of two copies of an article of 400 words add one to three paragraphs of their own."""

CHARS_MAX = 100_000

_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|\w+|[.!?]")
_ENDS = frozenset(".!?")

Place = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """The words of a text, and its numbers and names by the words beside them.

    Attributes:
        words: all words, in lower case.
        numbers: the numbers by their place, which is the word before and the word after; in a place, `#` replaces a
            number and `@` a name.
        names: likewise the words with a capital that don't begin a sentence.
    """

    words: frozenset[str]
    numbers: Mapping[Place, Set[str]]
    names: Mapping[Place, Set[str]]


@lru_cache(maxsize=1024)  # in a long series of reports, each new one is compared with all before
def pattern(text: str) -> Pattern:
    """Return the words of a text, and its numbers and names by their places; a blank text has none.

    Of a very long text, only the beginning is read.
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
    """Return whether two texts that share many phrases are copies, and not two reports on the same pattern."""
    own = min(_share_missing(one.words, other.words), _share_missing(other.words, one.words))
    return own < OWN_SHARE and not is_other_report(one, other)


def is_other_report(one: Pattern, other: Pattern) -> bool:
    """Return whether two texts have other numbers, or other names, in the places that both have."""
    return _are_others(one.numbers, other.numbers) or _are_others(one.names, other.names)


def _kind(token: str, before: str) -> str:
    """Return `#` for a number, `@` for a word with a capital within a sentence, and "" for all else."""
    if token[0].isdigit():
        return "#"
    return "@" if len(token) > 1 and token[0].isupper() and before not in _ENDS else ""


def _share_missing(words: Set[str], there: Set[str]) -> float:
    """Return the share of words that are not in the other set; 0 for no words."""
    return len(words - there) / len(words) if words else 0.0


def _are_others(one: Mapping[Place, Set[str]], other: Mapping[Place, Set[str]]) -> bool:
    """Return whether numbers, or names, differ in many of the places that both texts have."""
    changed = kept = 0
    for place in one.keys() & other.keys():
        kept += len(one[place] & other[place])
        changed += min(len(one[place] - other[place]), len(other[place] - one[place]))
    return changed >= CHANGED_MIN and changed >= CHANGED_SHARE * (changed + kept)
