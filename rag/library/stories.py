"""Stories: articles that are copies of each other, syndicated or lightly edited, found by the phrases they share.

A signature (MinHash) stands for the phrases of a text: two signatures agree in as large a share of their places as
the texts have phrases in common. Bands of places (LSH) are the keys under which a text that is alike is found.
Source: Broder, "On the resemblance and containment of documents", 1997; Leskovec, Rajaraman and Ullman, "Mining of
Massive Datasets", chapter 3. Signatures are kept in the catalog, so what they are made of must never change.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from rag.records import Article

SHINGLE_WORDS = 5
"""Words of a phrase: long enough that two reports of the same event share few of them by chance."""

SAME_STORY_MIN = 0.3
"""From here on, two articles are copies. `python -m eval.training.copy_threshold` on 430 news articles: copies with one
word of ten changed resemble their original by .42 (median; 5th percentile .35), cut to half by .50 (.29), with the
agency's line and end added by .95; the most alike of 92,235 pairs of different articles by .01."""

MIN_PHRASES = 50
"""A text with fewer is a notice, such as a score or a closing price, and different ones are worded alike."""

N_PLACES = 128
N_BANDS = 64
SHARED_BANDS_MIN = 2
"""Bands of two places, of which copies share at least two: so do 98.2% of the pairs of a resemblance of .3, 99.8% at
.35, and 1.1% at .05, which phrases that a publisher prints everywhere come to (binomial, 64 draws of .3² and so on)."""

_WORD = re.compile(r"\w+")
_GENERATOR = np.random.Generator(np.random.PCG64(1997))
_FACTORS = _GENERATOR.integers(0, 2**63, N_PLACES, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
_SUMMANDS = _GENERATOR.integers(0, 2**63, N_PLACES, dtype=np.uint64)


def shingles(text: str) -> frozenset[str]:
    """All phrases of `SHINGLE_WORDS` words in a text; of a shorter text, the text itself; of a blank one, none."""
    words = _WORD.findall(text.casefold())
    if not words:
        return frozenset()
    n_phrases = max(1, len(words) - SHINGLE_WORDS + 1)
    return frozenset(" ".join(words[i : i + SHINGLE_WORDS]) for i in range(n_phrases))


def resemblance(text: str, other: str) -> float:
    """The share of the phrases of both texts that stand in both, 0 to 1."""
    one, two = shingles(text), shingles(other)
    return len(one & two) / len(one | two) if one and two else 0.0


def signature(text: str) -> bytes:
    """The MinHash of a text: `N_PLACES` numbers of 32 bits; b"" for a text of fewer than `MIN_PHRASES` phrases."""
    phrases = shingles(text)
    if len(phrases) < MIN_PHRASES:
        return b""
    digests = [
        int.from_bytes(hashlib.blake2b(phrase.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")
        for phrase in phrases
    ]
    smallest = np.full(N_PLACES, 2**32 - 1, dtype=np.uint64)
    for first in range(0, len(digests), 4096):
        batch = np.array(digests[first : first + 4096], dtype=np.uint64)
        # Multiply-shift (Dietzfelbinger et al., 1997): the high half of a product modulo 2**64.
        hashed = (batch[:, None] * _FACTORS + _SUMMANDS) >> np.uint64(32)
        smallest = np.minimum(smallest, hashed.min(axis=0))
    return smallest.astype("<u4").tobytes()


def signature_resemblance(one: bytes, other: bytes) -> float:
    """What two signatures say of the resemblance of their texts, 0 to 1, with a standard error of at most 0.045."""
    return float(np.mean(_places(one) == _places(other))) if one and other else 0.0


def bands(of: bytes) -> list[int]:
    """The keys of a signature, one a band, as signed integers of 64 bits; texts that are alike share some."""
    if not of:
        return []
    parts = _places(of).reshape(N_BANDS, -1)
    digests = [hashlib.blake2b(bytes([n]) + part.tobytes(), digest_size=8).digest() for n, part in enumerate(parts)]
    return [int.from_bytes(digest, "little", signed=True) for digest in digests]


def find_originals(articles: Sequence[Article], stories: Mapping[str, str]) -> dict[str, str]:
    """The original's id of every article that is a copy: the one that was published first, of undated ones the first.

    Args:
        articles: in the order in which undated ones are preferred.
        stories: the story by article id; articles that are not in it have no copies.
    """
    told: dict[str, list[Article]] = defaultdict(list)
    for article in articles:
        if article.id in stories:
            told[stories[article.id]].append(article)
    originals: dict[str, str] = {}
    for copies in told.values():
        original = min(copies, key=lambda article: article.published or "9999")
        originals |= {article.id: original.id for article in copies if article is not original}
    return originals


def _places(of: bytes) -> NDArray[np.uint32]:
    return np.frombuffer(of, dtype="<u4")
