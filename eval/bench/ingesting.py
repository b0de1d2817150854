"""How fast articles are ingested, beside plain torch on the same chunks, and beside LangChain's tutorial.

All three take turns in one process, so that other work on the machine slows all of them alike.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from langchain_core.embeddings import Embeddings

from eval.bench.figures import Figure
from eval.bench.synthetic import write_articles
from eval.running.baseline import CHUNK_CHARS, OVERLAP_CHARS
from ingest import ingest
from ingest.indexing.chunks import Chunker
from rag.library.library import Library
from rag.models.embeddings import load_embeddings
from rag.models.files import minilm_dir
from rag.settings import load_settings
from rag.wiring import build_library

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

N_ARTICLES = 60
N_WARM_UP = 64


def measure_ingest(rounds: int) -> list[Figure]:
    """Return the rates of embedding and of ingest, their ratios, and how much faster a second ingest is."""
    from sentence_transformers import SentenceTransformer

    ours: dict[str, list[float]] = {"embedding": [], "ingest": [], "again": []}
    plain: dict[str, list[float]] = {"embedding": [], "ingest": []}
    n_chunks = 0
    with tempfile.TemporaryDirectory() as folder:
        articles = Path(folder) / "articles"
        write_articles(articles, 0, N_ARTICLES)
        embeddings = load_embeddings(load_settings())
        plainly = _TorchEmbeddings(SentenceTransformer(str(minilm_dir()), device="cpu"))
        warm_up = ["a few words to warm up"] * N_WARM_UP
        embeddings.embed_documents(warm_up)
        plainly.embed_documents(warm_up)
        for number in range(rounds):
            library = build_library(load_settings(home=Path(folder) / f"home-{number}"), embeddings=embeddings)
            try:
                ours["ingest"].append(ingest([str(articles)], library=library).seconds)
                plain["ingest"].append(_seconds(partial(_take_in_plainly, articles, plainly)))
                ours["again"].append(ingest([str(articles)], library=library).seconds)
                texts = _embedded_texts(library)
            finally:
                library.close()
            ours["embedding"].append(_seconds(partial(embeddings.embed_documents, texts)))
            plain["embedding"].append(_seconds(partial(plainly.embed_documents, texts)))
            n_chunks = len(texts)
    return [
        _rates("embedding", n_chunks, ours["embedding"]),
        _rates("SentenceTransformer.encode on torch, the same chunks", n_chunks, plain["embedding"]),
        _ratios("embedding against torch", plain["embedding"], ours["embedding"], "at least 2.5"),
        _rates("ingest", n_chunks, ours["ingest"]),
        Figure(name="ingest, the same articles", unit="s", values=tuple(ours["ingest"])),
        Figure(name="plain LangChain way, the same articles", unit="s", values=tuple(plain["ingest"])),
        _ratios("ingest against the plain LangChain way", plain["ingest"], ours["ingest"], "at least 2"),
        _ratios("ingest against torch's encoding alone", plain["embedding"], ours["ingest"], ""),
        _ratios("second ingest, faster by", ours["ingest"], ours["again"], "at least 20"),
    ]


def _take_in_plainly(folder: Path, embeddings: Embeddings) -> None:
    """Ingest as LangChain's tutorial does: load every file, split by characters, embed on torch and put into Chroma.

    LangChain's loader of text files is in another package; it only reads the file, as this does.
    """
    from langchain_chroma import Chroma
    from langchain_core.documents import Document
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    loaded = [
        Document(page_content=path.read_text(encoding="utf-8"), metadata={"source": str(path)})
        for path in sorted(folder.iterdir())
    ]
    splitter = RecursiveCharacterTextSplitter(chunk_size=CHUNK_CHARS, chunk_overlap=OVERLAP_CHARS)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        Chroma.from_documents(splitter.split_documents(loaded), embeddings, persist_directory=home)


class _TorchEmbeddings(Embeddings):
    """The embeddings of `langchain_huggingface.HuggingFaceEmbeddings`: all texts in one call of `encode`."""

    def __init__(self, model: SentenceTransformer) -> None:
        self._model = model

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        rows: list[list[float]] = self._model.encode(texts, show_progress_bar=False).tolist()
        return rows

    def embed_query(self, text: str) -> list[float]:
        return self.embed_documents([text])[0]


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _rates(name: str, n_chunks: int, seconds: list[float]) -> Figure:
    return Figure(name=name, unit="chunks/s", values=tuple(n_chunks / each for each in seconds))


def _ratios(name: str, plain: list[float], ours: list[float], aim: str) -> Figure:
    values = tuple(slow / fast for slow, fast in zip(plain, ours, strict=True))
    return Figure(name=name, unit="times", values=values, aim=aim)


def _embedded_texts(library: Library) -> list[str]:
    settings = library.settings
    chunker = Chunker(library.embeddings, settings.chunk_tokens, settings.chunk_overlap_sentences)
    return [
        chunker.embedding_text(article, chunk.text, chunk.start)
        for article in library.catalog.articles()
        for chunk in chunker.chunk(article)
    ]
