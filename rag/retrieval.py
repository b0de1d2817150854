"""Hybrid retrieval: dense (Chroma) and lexical (FTS5 BM25) candidates, fused, reranked, capped by article."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from rag.library import Library
from rag.ports import Reranker
from rag.records import Passage
from rag.words import content_words, words

RRF_K = 60
"""Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion outperforms Condorcet …", SIGIR 2009."""


def fuse(rankings: Sequence[Sequence[str]], k: int = RRF_K) -> list[tuple[str, float]]:
    """Reciprocal rank fusion: ids with the sum of `1 / (k + rank)`, best first, ties by id."""
    terms: dict[str, list[float]] = {}
    for ranking in rankings:
        for rank, id_ in enumerate(ranking, start=1):
            terms.setdefault(id_, []).append(1.0 / (k + rank))
    scores = {id_: math.fsum(parts) for id_, parts in terms.items()}
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))


class HybridSearch:
    """The passage search of a library; implements the port `PassageSearch`."""

    def __init__(self, library: Library, reranker: Reranker | None = None) -> None:
        self._library = library
        self._reranker = reranker

    def search(self, question: str, top_k: int) -> list[Passage]:
        """At most `top_k` passages, best first; no more of one article, with its copies, than the settings allow."""
        settings = self._library.settings
        n_candidates = max(settings.candidates, top_k)
        dense = self.dense(question, n_candidates)
        lexical = self.lexical(question, n_candidates)
        fused = fuse([dense, lexical])
        passages = self._passages(dict(fused), dense, lexical)
        if self._reranker is not None:
            passages = self._rerank(question, passages, self._reranker)
        stories = self._library.catalog.stories_of([passage.article.id for passage in passages])
        return _cap(passages, top_k, settings.passages_per_article, stories)

    def dense(self, question: str, top_k: int) -> list[str]:
        """Chunk ids by cosine similarity of their vectors to the question's, best first."""
        embedding = self._library.embeddings.embed_query(question)
        return [chunk_id for chunk_id, _ in self._library.vectors.search(embedding, top_k)]

    def lexical(self, question: str, top_k: int) -> list[str]:
        """Chunk ids by BM25 over the question's content words, best first."""
        terms = content_words(question) or words(question)
        return self._library.catalog.search(list(dict.fromkeys(terms)), top_k)

    def _passages(self, scores: Mapping[str, float], dense: Sequence[str], lexical: Sequence[str]) -> list[Passage]:
        found = self._library.catalog.chunks(list(scores))
        dense_ranks = {chunk_id: rank for rank, chunk_id in enumerate(dense, start=1)}
        lexical_ranks = {chunk_id: rank for rank, chunk_id in enumerate(lexical, start=1)}
        kept = [chunk_id for chunk_id in scores if chunk_id in found]
        return [
            Passage(
                chunk=found[chunk_id][0],
                article=found[chunk_id][1],
                score=scores[chunk_id],
                rank=rank,
                dense_rank=dense_ranks.get(chunk_id),
                lexical_rank=lexical_ranks.get(chunk_id),
            )
            for rank, chunk_id in enumerate(kept, start=1)
        ]

    def _rerank(self, question: str, passages: Sequence[Passage], reranker: Reranker) -> list[Passage]:
        """The best fused candidates by the reranker's score, then the rest as they were."""
        head, rest = passages[: self._library.settings.rerank], passages[self._library.settings.rerank :]
        scores = reranker.score(question, [passage.chunk.text for passage in head])
        scored = [replace(passage, score=score) for passage, score in zip(head, scores, strict=True)]
        return [*sorted(scored, key=lambda passage: (-passage.score, passage.chunk.id)), *rest]


def _cap(passages: Sequence[Passage], top_k: int, per_article: int, stories: Mapping[str, str]) -> list[Passage]:
    """The best passages; an article and its copies are one voice, and what two of them print alike comes once."""
    seen: Counter[str] = Counter()
    printed_by: dict[tuple[str, str], str] = {}
    kept = []
    for passage in passages:
        story = stories[passage.article.id]
        wording = (story, " ".join(words(passage.chunk.text)))
        if printed_by.setdefault(wording, passage.article.id) != passage.article.id:
            continue
        seen[story] += 1
        if seen[story] <= per_article:
            kept.append(passage)
    return [replace(passage, rank=rank) for rank, passage in enumerate(kept[:top_k], start=1)]
