"""The library that a run answers from: a temporary one made of the articles given, or the current one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ingest import ingest
from rag.errors import DatasetError
from rag.library.library import Library
from rag.models.embeddings import EmbeddingModel
from rag.records import Article
from rag.settings import Settings, load_settings
from rag.wiring import build_library

RECORD_KEYS = ("source", "title", "publisher", "published", "url", "text")


@contextmanager
def open_corpus(
    settings: Settings,
    sources: Sequence[str] = (),
    folder: Path | None = None,
    *,
    embeddings: EmbeddingModel | None = None,
    progress: bool = False,
) -> Iterator[Library]:
    """Yield a library with the articles of `sources`, in `folder`; without sources the library of the settings.

    Articles that the folder holds unchanged from an interrupted run aren't ingested again.

    Raises:
        DatasetError: a source can't be read, or there is no article to answer from.
    """
    if sources and folder is not None:
        settings = load_settings(**(settings.model_dump() | {"home": folder}))
    library = build_library(settings, embeddings=embeddings)
    try:
        if sources:
            _ingest(library, sources, progress)
        if library.catalog.counts()[0] == 0:
            raise DatasetError(
                f"The library in {settings.home} holds no articles. Name some with --articles, or ingest them first."
            )
        yield library
    finally:
        library.close()


def corpus_hash(library: Library) -> str:
    """Return a hash of all current articles' sources, metadata and texts; the order of ingestion doesn't change it."""
    digest = hashlib.sha256()
    for article in library.catalog.articles():
        fields = [getattr(article, key) for key in RECORD_KEYS]
        digest.update(json.dumps(fields).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def write_records(articles: Sequence[Article], path: Path) -> None:
    """Write articles as JSON lines that ingest reads back with the same sources and texts."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        for article in articles:
            file.write(json.dumps({key: getattr(article, key) for key in RECORD_KEYS}) + "\n")


def _ingest(library: Library, sources: Sequence[str], progress: bool) -> None:
    report = ingest(sources, library=library, progress=progress)
    failed = [outcome for outcome in report.outcomes if outcome.status == "failed"]
    if failed:
        listed = "\n  ".join(f"{outcome.source}: {outcome.reason}" for outcome in failed[:5])
        raise DatasetError(
            f"{len(failed)} of {len(report.outcomes)} articles can't be read. Repair or omit them:\n  {listed}"
        )
