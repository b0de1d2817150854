"""Stories: articles that are copies of each other, syndicated or lightly edited, found by the phrases they share."""

from __future__ import annotations

import re

SHINGLE_WORDS = 5
"""Words of a phrase: long enough that two reports of the same event share few of them by chance."""

_WORD = re.compile(r"\w+")


def shingles(text: str) -> frozenset[str]:
    """All phrases of `SHINGLE_WORDS` words in a text; of a shorter text, the text itself; of a blank one, none."""
    words = _WORD.findall(text.casefold())
    if not words:
        return frozenset()
    n_phrases = max(1, len(words) - SHINGLE_WORDS + 1)
    return frozenset(" ".join(words[i : i + SHINGLE_WORDS]) for i in range(n_phrases))


def resemblance(text: str, other: str) -> float:
    """The share of the phrases of both texts that stand in both, 0 to 1 (Broder, "On the resemblance …", 1997)."""
    one, two = shingles(text), shingles(other)
    return len(one & two) / len(one | two) if one and two else 0.0
