"""Selection: chooses windows that say different things, and the sentences that say most of an article."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rag.models.embeddings import EmbeddingModel
from rag.records import Article, Window
from rag.text.windows import article_sentences
from rag.text.words import content_stems


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """How windows are chosen that say different things: maximal marginal relevance (Carbonell and Goldstein 1998).

    Attributes:
        relevance: the weight of a window's worth, against its similarity to what is chosen already.
        floor: the least worth, scaled from 0 for the worst to 1 for the best.
    """

    relevance: float
    floor: float = 0.0


KEY_SENTENCES = Balance(relevance=0.7)
"""Three sentences that `key_sentences` chooses from 195 news articles of BUMP have a ROUGE-1 of .380 with the reference
summary; the first three sentences have .377. The articles have no title, so the weight of titles is set by hand."""

ON_A_TOPIC = Balance(relevance=0.9, floor=0.75)
"""On 155 questions of CLAPnq (dev), at most eight sentences chosen so, with the weights of `gathering.diverse`, have an
F1 of .69 with those that people marked as the answer (precision .61, recall .78, 4.0 sentences). With a floor of .5 it
is .60 (.45, .93, 6.3 sentences), without one .51."""

ON_A_TOPIC_AND_NEAR = Balance(relevance=0.9, floor=0.5)
"""The same with more recall: for what may be said in other words than the question's, and for sentences of many
articles."""

SAME_MIN = 0.9
"""From this cosine similarity on, set by hand, two sentences say the same, and one of them is left out."""

SENTENCES_READ = 150
"""The sentences of a long article that are compared, from its start."""

LEAD_WEIGHT = 0.5
LEAD_SENTENCES = 5.0
"""News tells the most important first: the weight of a sentence's place, which falls to a third in five sentences."""


def embed_texts(embeddings: EmbeddingModel, texts: Sequence[str]) -> np.ndarray:
    """Return unit vectors of shape `(n_texts, width)`; a text that the model can't tell apart gets zeros."""
    if not texts:
        return np.zeros((0, 1))
    vectors = np.asarray(embeddings.embed_documents(list(texts)), dtype=np.float64)
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(norms == 0, 1.0, norms))


def choose_diverse(worth: Sequence[float], vectors: np.ndarray, n_wanted: int, balance: Balance) -> list[int]:
    """Return the positions of at most `n_wanted` items, in the order in which they were chosen.

    Each is the one with the best balance of its worth (scaled to 0 to 1) and of its difference from those before it.
    """
    if not len(worth):
        return []
    low, high = min(worth), max(worth)
    scaled = [(value - low) / (high - low) if high > low else 1.0 for value in worth]
    similar = vectors @ vectors.T
    chosen: list[int] = []
    left = [at for at, value in enumerate(scaled) if value >= balance.floor]
    while left and len(chosen) < n_wanted:
        nearest = {at: max((float(similar[at, other]) for other in chosen), default=0.0) for at in left}
        best = max(left, key=lambda at: balance.relevance * scaled[at] - (1 - balance.relevance) * nearest[at])
        chosen.append(best)
        left = [at for at in left if at != best and similar[at, best] < SAME_MIN]
    return chosen


def centrality(vectors: np.ndarray, groups: Sequence[str]) -> list[float]:
    """Return the similarity of each vector to the mean of its group's, such as the sentences of one article."""
    found = [0.0] * len(groups)
    for group in set(groups):
        members = [at for at, other in enumerate(groups) if other == group]
        mean = vectors[members].mean(axis=0)
        mean = mean / (np.linalg.norm(mean) or 1.0)
        for at in members:
            found[at] = float(vectors[at] @ mean)
    return found


def introduces(window: Window) -> bool:
    """Return whether a window only introduces what follows it, as "The union asked for four things:" does."""
    return window.quote.endswith(":")


def key_sentences(article: Article, embeddings: EmbeddingModel, n_wanted: int) -> list[Window]:
    """Return the sentences that say most of an article: its point first, then others in the article's order.

    A sentence is worth its similarity to the title and to the article as a whole, and more near the start.
    """
    sentences = [
        window
        for window in article_sentences(article, 0, len(article.text))[:SENTENCES_READ]
        if len(content_stems(window.quote, article.language)) > 3 and not introduces(window)
    ]
    if not sentences:
        return article_sentences(article, 0, len(article.text))[:n_wanted]
    vectors = embed_texts(embeddings, [window.quote for window in sentences])
    centre = vectors.mean(axis=0)
    title = embed_texts(embeddings, [article.title or sentences[0].quote])[0]
    worth = [
        float(vector @ title) / 4
        + float(vector @ centre) / (4 * (float(np.linalg.norm(centre)) or 1.0))
        + LEAD_WEIGHT * math.exp(-place / LEAD_SENTENCES)
        for place, vector in enumerate(vectors)
    ]
    point, *others = choose_diverse(worth, vectors, n_wanted, KEY_SENTENCES)
    return [sentences[point], *(sentences[at] for at in sorted(others))]
