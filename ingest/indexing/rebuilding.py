"""Rebuilding: the chunks, lexical rows and vectors of a library are made anew from the articles in its catalog."""

from __future__ import annotations

from collections.abc import Sequence

from tqdm import tqdm

from ingest.indexing.chunks import Chunker
from ingest.indexing.writing import BATCH_CHUNKS
from rag.library.library import REBUILDING, Library
from rag.records import Article, Chunk


def rebuild(library: Library, progress: bool = False) -> int:
    """Chunk and embed all articles of the catalog anew; return the number of chunks."""
    chunker = Chunker(library.embeddings, library.settings.chunk_tokens, library.settings.chunk_overlap_sentences)
    with library.writing():
        library.catalog.set_fingerprint(REBUILDING)
        library.vectors.clear()
        n_chunks = 0
        ids = [article.id for article in library.catalog.articles()]
        pending: list[tuple[Article, list[Chunk]]] = []
        for id_ in tqdm(ids, desc="Rebuild", unit="article", delay=1, disable=not progress):
            article = library.catalog.article(id_)
            pending.append((article, chunker.chunk(article)))
            if sum(len(chunks) for _, chunks in pending) >= BATCH_CHUNKS:
                n_chunks += _reindex(library, chunker, pending)
                pending = []
        n_chunks += _reindex(library, chunker, pending)
        library.catalog.set_fingerprint(library.fingerprint)
    return n_chunks


def _reindex(library: Library, chunker: Chunker, articles: Sequence[tuple[Article, list[Chunk]]]) -> int:
    """Make the vectors and lexical rows of articles anew; return the number of their chunks."""
    ids = [chunk.id for _, chunks in articles for chunk in chunks]
    texts = [
        chunker.embedding_text(article, chunk.text, chunk.start) for article, chunks in articles for chunk in chunks
    ]
    library.vectors.upsert(ids, library.embeddings.embed_documents(texts))
    library.catalog.reindex(articles)
    return len(ids)
