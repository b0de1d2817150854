"""Hybrid retrieval: dense scores (cosine similarity) and lexical ones (BM25), fused, reranked, spread over articles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from rag.library.lexical_words import lexical_words
from rag.library.library import Library
from rag.ports import Reranker
from rag.records import Filters, Passage
from rag.text.tables import readable_text
from rag.text.words import stem, words

DENSE_WEIGHT = 0.4
CHUNK_WEIGHT = 0.1
ARTICLE_WEIGHT = 0.5
"""The weights of similarity, BM25 of the chunk and BM25 of its whole article, each scaled to 0 to 1.

Chosen on six development sets (nDCG@10 of articles; in brackets BM25 of whole articles with k1 .9 and b .4, dense, and
reciprocal rank fusion of the two): TIME .771 (.688, .712, .746), SQuAD 2.0 .981 (.986, .930, .964), claims of WiCE over
the 346 pages that they cite .973 (.955, .909, .949), and over these and 800 Wikipedia pages .953 (.952, .873, .937),
Wikinews questions of QAMR .947 (.955, .734, .878), BoolQ over 800 pages .983 (.947, .987, .981). With .5 and .4 the
Wikinews and WiCE sets lose .006 to .010, and BoolQ gains .005. Convex combination: Bruch, Gai and Ingber, "An Analysis
of Fusion Functions for Hybrid Retrieval", TOIS 2023."""

PASSAGES_READ = 60
"""How many of the best fused chunks are read from the catalog, to choose the passages from."""

REPEAT_COST = 0.1
"""The cost to a passage's score of each better passage of the same article or of its copies.

Without it, half of ten passages repeat an article. With .1, ten passages of TIME come from 6.9 articles instead of 4.9,
and nDCG@10 of articles is .748 instead of .696. Of 283 claims of WiCE, 97.9% have a supporting sentence among eight
passages, and 97.5% without a cost. With .15, the figures are .759 and 97.2%."""

Scores = Mapping[str, float]


def scale(found: Sequence[tuple[str, float]]) -> dict[str, float]:
    """Return the scores by id, scaled from 0 (the least) to 1 (the best); all are 1 where they are equal."""
    if not found:
        return {}
    values = [score for _, score in found]
    low, high = min(values), max(values)
    return {id_: (score - low) / (high - low) if high > low else 1.0 for id_, score in found}


def fuse(dense: Scores, lexical: Scores, articles: Scores, article_of: Mapping[str, str]) -> list[tuple[str, float]]:
    """Return chunk ids with the weighted sum of their scores (0 to 1), best first, ties by id.

    Args:
        dense: scaled similarity by chunk id.
        lexical: scaled BM25 by chunk id.
        articles: scaled BM25 by article id.
        article_of: the article of each chunk; chunks without one are left out.
    """
    fused = {
        id_: DENSE_WEIGHT * dense.get(id_, 0.0)
        + CHUNK_WEIGHT * lexical.get(id_, 0.0)
        + ARTICLE_WEIGHT * articles.get(article_of[id_], 0.0)
        for id_ in {*dense, *lexical}
        if id_ in article_of
    }
    return sorted(fused.items(), key=lambda item: (-item[1], item[0]))


def spread(passages: Sequence[Passage], top_k: int, per_article: int, stories: Mapping[str, str]) -> list[Passage]:
    """Return the best passages, spread over several stories, ranked from 1.

    A passage that another copy of its article has in the same words is left out. Each further passage of a story costs
    some of its score, so that it comes later.

    Args:
        passages: best first.
        top_k: the largest number of passages.
        per_article: the largest number of passages of one story.
        stories: the story of each article by its id; copies of each other have the same.
    """
    n_articles = Counter(stories[article_id] for article_id in {passage.article.id for passage in passages})
    seen: Counter[str] = Counter()
    printed_by: dict[tuple[str, str], str] = {}
    kept: list[Passage] = []
    for passage in passages:
        story = stories[passage.article.id]
        if n_articles[story] > 1:
            wording = (story, " ".join(words(passage.chunk.text)))
            if printed_by.setdefault(wording, passage.article.id) != passage.article.id:
                continue
        if seen[story] < per_article:
            kept.append(replace(passage, score=passage.score - REPEAT_COST * seen[story]))
        seen[story] += 1
    kept.sort(key=lambda passage: -passage.score)  # stable: equal scores keep their order
    return [replace(passage, rank=rank) for rank, passage in enumerate(kept[:top_k], start=1)]


class HybridSearch:
    """The passage search of a library; implements the port `PassageSearch`."""

    def __init__(self, library: Library, reranker: Reranker | None = None) -> None:
        self._library = library
        self._reranker = reranker

    def search(self, question: str, top_k: int, filters: Filters = Filters()) -> list[Passage]:  # noqa: B008
        """Return at most `top_k` passages, best first; the settings limit how many are of one article or its copies."""
        settings = self._library.settings
        n_candidates = max(settings.candidates, top_k)
        allowed, chunks = self._library.catalog.allowed(filters) if filters else (None, None)
        dense = self.dense(question, n_candidates, chunks)
        lexical = self._library.catalog.search_chunks(_terms(question), n_candidates, allowed)
        articles = self._library.catalog.search_articles(_terms(question), n_candidates, allowed)
        article_of = self._library.catalog.articles_of([id_ for id_, _ in [*dense, *lexical]])
        fused = fuse(scale(dense), scale(lexical), scale(articles), article_of)
        passages = self._passages(fused[: max(PASSAGES_READ, 4 * top_k)], dense, lexical, articles)
        if self._reranker is not None:
            passages = self._rerank(question, passages, self._reranker)
        stories = self._library.catalog.stories_of([passage.article.id for passage in passages])
        kept = spread(passages, top_k, settings.passages_per_article, stories)
        return [replace(passage, matched_words=_matched_words(question, passage)) for passage in kept]

    def dense(self, question: str, top_k: int, among: Sequence[str] | None = None) -> list[tuple[str, float]]:
        """Return chunk ids with the cosine similarity of their vectors to the question's, best first."""
        return self._library.vectors.search(self._library.embeddings.embed_query(question), top_k, among)

    def lexical(self, question: str, top_k: int) -> list[tuple[str, float]]:
        """Return chunk ids with BM25 over the question's content words, best first."""
        return self._library.catalog.search_chunks(_terms(question), top_k)

    def articles(self, question: str, top_k: int) -> list[tuple[str, float]]:
        """Return article ids with BM25 over the question's content words, best first."""
        return self._library.catalog.search_articles(_terms(question), top_k)

    def _passages(
        self,
        fused: Sequence[tuple[str, float]],
        dense: Sequence[tuple[str, float]],
        lexical: Sequence[tuple[str, float]],
        articles: Sequence[tuple[str, float]],
    ) -> list[Passage]:
        found = self._library.catalog.chunks([id_ for id_, _ in fused])
        dense_ranks, lexical_ranks, article_ranks = (_ranks(each) for each in (dense, lexical, articles))
        kept = [(id_, score) for id_, score in fused if id_ in found]
        return [
            Passage(
                chunk=found[id_][0],
                article=found[id_][1],
                score=score,
                rank=rank,
                dense_rank=dense_ranks.get(id_),
                lexical_rank=lexical_ranks.get(id_),
                article_rank=article_ranks.get(found[id_][1].id),
            )
            for rank, (id_, score) in enumerate(kept, start=1)
        ]

    def _rerank(self, question: str, passages: Sequence[Passage], reranker: Reranker) -> list[Passage]:
        """Return the best fused passages by the reranker's score, then the others, scored below the worst of them."""
        head, rest = passages[: self._library.settings.rerank], passages[self._library.settings.rerank :]
        scores = reranker.score(question, [readable_text(passage.article, passage.chunk) for passage in head])
        scored = [replace(passage, score=score) for passage, score in zip(head, scores, strict=True)]
        worst = min(scores, default=0.0)
        below = [replace(passage, score=worst * passage.score) for passage in rest]
        return [*sorted(scored, key=lambda passage: (-passage.score, passage.chunk.id)), *below]


def _ranks(found: Sequence[tuple[str, float]]) -> dict[str, int]:
    return {id_: rank for rank, (id_, _) in enumerate(found, start=1)}


def _matched_words(question: str, passage: Passage) -> tuple[str, ...]:
    there = {
        stem(word)
        for word in lexical_words(f"{passage.article.title}\n{readable_text(passage.article, passage.chunk)}")
    }
    return tuple(word for word in dict.fromkeys(lexical_words(question)) if stem(word) in there)


def _terms(question: str) -> list[str]:
    return list(dict.fromkeys(lexical_words(question)))
