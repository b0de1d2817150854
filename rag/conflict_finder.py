"""The conflict finder: looks for disagreement by the question's own words, and by reading sentences for its answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np

from rag.conflicts import Disagreement, find_disagreement, find_disagreements
from rag.paraphrases import find_paraphrased
from rag.points import parse_point, speaks_of
from rag.ports import AnswerReader
from rag.records import Evidence

ALIKE_MIN = 0.4
"""Least cosine similarity of two sentences in words of their own that are taken to speak of the same event."""


class SentenceEmbeddings(Protocol):
    """What the finder needs of an embedding model."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Vectors of shape `(n_texts, dim)`."""
        ...


class ConflictFinder:
    """Finds the sentences of other articles that disagree with those that an answer cites."""

    def __init__(self, embeddings: SentenceEmbeddings, reader: AnswerReader | None) -> None:
        """Without a reader, sentences are compared by the question's own words alone."""
        self._embeddings = embeddings
        self._reader = reader

    def find(
        self,
        question: str,
        cited: Sequence[Evidence],
        others: Sequence[Evidence],
        stories: Mapping[str, str] | None = None,
    ) -> list[Disagreement]:
        """Where a cited sentence disagrees with others on what the question asks; at most one for each other article.

        Two sentences that both use the question's own words are told by rules alone (`rag.conflicts`).

        Args:
            question: what was asked.
            cited: the sentences that the answer cites.
            others: all sentences of the passages, also the cited ones.
            stories: the story by article id; articles of one story are copies, whose words differ by chance.
        """
        found = find_disagreements(question, cited, others)
        point = parse_point(question)
        if point is None or self._reader is None:
            return found
        stories = stories or {}
        for first in cited:
            settled = {item.second.article.id for item in found}
            worded = speaks_of(point, first)
            rest = [
                other
                for other in others
                if other.article.id not in settled
                and _story(other, stories) != _story(first, stories)
                and not (worded and speaks_of(point, other))
            ]
            found += self._alike(find_paraphrased(point, first, rest, self._reader))
        return found

    def disagree(self, question: str, one: Evidence, other: Evidence) -> bool:
        """Whether two sentences of different articles disagree on what the question asks."""
        return find_disagreement(question, one, other) is not None or bool(self.find(question, [one], [other]))

    def _alike(self, found: Sequence[Disagreement]) -> list[Disagreement]:
        """Those whose sentences are alike enough to speak of the same event; corrections say so themselves."""
        if not found:
            return []
        vectors = np.asarray(
            self._embeddings.embed_documents([found[0].first.quote, *(item.second.quote for item in found)])
        )
        vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        alike = vectors[1:] @ vectors[0]
        return [item for item, share in zip(found, alike, strict=True) if item.corrects or share >= ALIKE_MIN]


def _story(evidence: Evidence, stories: Mapping[str, str]) -> str:
    return stories.get(evidence.article.id, evidence.article.id)
