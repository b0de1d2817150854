"""How long a search takes at several sizes of the library, the question's embedding included.

The vectors of the synthetic articles are random: embedding 20,000 chunks takes many minutes on two cores, and the
meaning of a vector doesn't change the cost of a search. Random vectors are the harder case for an HNSW index.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from eval.bench.figures import Figure, percentile
from eval.bench.synthetic import make_questions, write_articles
from ingest import ingest
from rag.library.library import Library
from rag.models.embeddings import EmbeddingModel, load_embeddings
from rag.retrieval.hybrid import HybridSearch
from rag.settings import load_settings
from rag.wiring import build_library

N_QUESTIONS = 100
N_WARM_UP = 10
N_ARTICLES_FIRST = 50


class _RandomVectors:
    """The embedding model for questions and for counting tokens; chunks get random vectors of length 1."""

    def __init__(self, model: EmbeddingModel) -> None:
        self.name = f"random vectors, questions by {model.name}"
        self.max_tokens = model.max_tokens
        self.count_tokens = model.count_tokens
        self.embed_query = model.embed_query
        self._dimension = len(model.embed_query("a"))
        self._random = np.random.default_rng(0)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        vectors = self._random.normal(size=(len(texts), self._dimension))
        rows: list[list[float]] = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).tolist()
        return rows


def measure_search(rounds: int, sizes: Sequence[int]) -> list[Figure]:
    """Return median and 95th percentile of each round at each size (in chunks, ascending)."""
    figures = []
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings(home=Path(folder) / "home")
        library = build_library(settings, embeddings=_RandomVectors(load_embeddings(settings)))
        try:
            n_articles = 0
            for size in sizes:
                n_articles = grow(library, Path(folder), n_articles, size)
                figures += search_figures(library, n_articles, rounds)
        finally:
            library.close()
    return figures


def search_figures(library: Library, n_articles: int, rounds: int) -> list[Figure]:
    """Return median and 95th percentile of each round of searches in a library of `n_articles` synthetic articles."""
    search, top_k = HybridSearch(library), library.settings.top_k
    questions = make_questions(n_articles, rounds * N_QUESTIONS + N_WARM_UP)
    for question in questions[:N_WARM_UP]:
        search.search(question, top_k)
    medians, slowest = [], []
    for first in range(N_WARM_UP, len(questions), N_QUESTIONS):
        times_ms = [_search_ms(search, question, top_k) for question in questions[first : first + N_QUESTIONS]]
        medians.append(statistics.median(times_ms))
        slowest.append(percentile(times_ms, 0.95))
    name = f"search, {library.vectors.count():,} chunks"
    return [
        Figure(name=f"{name}, median", unit="ms", values=tuple(medians)),
        Figure(name=f"{name}, p95", unit="ms", values=tuple(slowest), aim="under 60"),
    ]


def grow(library: Library, folder: Path, n_articles: int, n_chunks: int) -> int:
    """Ingest synthetic articles until the library has `n_chunks` or a few more; return how many articles it has."""
    while (count := library.vectors.count()) < n_chunks:
        n_more = max(1, n_articles * (n_chunks - count) // count) if count else N_ARTICLES_FIRST
        paths = write_articles(folder / "articles" / str(n_articles), n_articles, n_more)
        ingest([str(path) for path in paths], library=library, progress=True)
        n_articles += n_more
    return n_articles


def _search_ms(search: HybridSearch, question: str, top_k: int) -> float:
    started = time.perf_counter()
    search.search(question, top_k)
    return (time.perf_counter() - started) * 1000
