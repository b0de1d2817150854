"""How fast articles are taken in, beside the bare embedding model on the same chunks in the same process."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from eval.bench.figures import Figure
from eval.bench.synthetic import write_articles
from ingest import ingest
from ingest.chunking import Chunker, embedding_text
from rag.fetching import minilm_dir
from rag.library import Library
from rag.models import load_embeddings
from rag.settings import load_settings
from rag.wiring import build_library

N_ARTICLES = 60
N_WARM_UP = 64


def measure_ingest(rounds: int) -> list[Figure]:
    """Chunks a second of ingest and of the bare model, their ratio, and how much a second ingest gains."""
    from sentence_transformers import SentenceTransformer

    rates, bare_rates, ratios, speedups = [], [], [], []
    with tempfile.TemporaryDirectory() as folder:
        articles = Path(folder) / "articles"
        write_articles(articles, 0, N_ARTICLES)
        embeddings = load_embeddings(load_settings())
        bare = SentenceTransformer(str(minilm_dir()), device="cpu")
        for number in range(rounds):
            library = build_library(load_settings(home=Path(folder) / f"home-{number}"), embeddings=embeddings)
            try:
                if number == 0:
                    bare.encode(["a few words to warm up"] * N_WARM_UP, show_progress_bar=False)
                first = ingest([str(articles)], library=library)
                second = ingest([str(articles)], library=library)
                texts = _embedded_texts(library)
            finally:
                library.close()
            started = time.perf_counter()
            bare.encode(texts, show_progress_bar=False)
            bare_seconds = time.perf_counter() - started
            rates.append(len(texts) / first.seconds)
            bare_rates.append(len(texts) / bare_seconds)
            ratios.append(bare_seconds / first.seconds)
            speedups.append(first.seconds / second.seconds)
    return [
        Figure(name="ingest", unit="chunks/s", values=tuple(rates)),
        Figure(name="bare SentenceTransformer.encode", unit="chunks/s", values=tuple(bare_rates)),
        Figure(name="ingest against bare encode", unit="ratio", values=tuple(ratios), aim="at least 0.85"),
        Figure(name="second ingest, faster by", unit="times", values=tuple(speedups), aim="at least 20"),
    ]


def _embedded_texts(library: Library) -> list[str]:
    settings = library.settings
    chunker = Chunker(library.embeddings, settings.chunk_tokens, settings.chunk_overlap_sentences)
    return [
        embedding_text(article, chunk.text)
        for article in library.catalog.articles()
        for chunk in chunker.chunk(article)
    ]
