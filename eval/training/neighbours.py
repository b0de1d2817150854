"""Passages that share rare words with a text; near misses are chosen from them."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Sequence


class Neighbours:
    """An inverted index over passages, scored by the idf of shared words."""

    def __init__(self, passages: Sequence[tuple[str, str]], max_df: float = 0.02) -> None:
        """Index `(page, text)` passages; words in more than a share `max_df` of them are ignored."""
        self._passages = passages
        places: dict[str, list[int]] = defaultdict(list)
        for number, (_, text) in enumerate(passages):
            for word in set(re.findall(r"\w+", text.lower())):
                places[word].append(number)
        limit = max(2.0, max_df * len(passages))
        self._places = {word: found for word, found in places.items() if len(found) <= limit}
        self._idf = {word: math.log(len(passages) / len(found)) for word, found in self._places.items()}

    def nearest(self, text: str, k: int) -> list[tuple[str, str]]:
        """Return at most `k` passages that share rare words with `text`, best first, ties by position."""
        scores: dict[int, float] = defaultdict(float)
        for word in set(re.findall(r"\w+", text.lower())):
            for number in self._places.get(word, ()):
                scores[number] += self._idf[word]
        best = sorted(scores, key=lambda number: (-scores[number], number))[:k]
        return [self._passages[number] for number in best]
