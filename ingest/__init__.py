"""Ingest: files, folders and pages of the web become articles, chunks and vectors of a library."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.records import Document, IngestReport, Outcome, ReadFailure

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from rag.library import Library
    from rag.settings import Settings

__all__ = [
    "Document",
    "IngestReport",
    "Outcome",
    "ReadFailure",
    "ingest",
    "rebuild",
    "remove",
    "sample_sources",
    "verify",
]


def ingest(
    sources: Sequence[str],
    settings: Settings | None = None,
    *,
    library: Library | None = None,
    on_outcome: Callable[[Outcome], None] | None = None,
    progress: bool = False,
    retry_failed: bool = False,
) -> IngestReport:
    """What became of every file and page of the sources, in the order reached.

    Unchanged files are skipped by their hash, changed ones become a new version, and bad ones are reported while
    the rest goes on.

    Args:
        sources: paths of files and folders, which are walked recursively; addresses of articles, feeds and sitemaps.
        settings: where the library is; by default from environment and `footnote.toml`.
        library: an open library to write to, instead of one opened from settings.
        on_outcome: called with each outcome as it is reached.
        progress: whether to draw a progress bar on anything over a second.
        retry_failed: also try again files that failed before and have not changed since.

    Raises:
        LibraryLockedError: another process is writing.
        IndexMismatchError: the library was made with other settings.
    """
    from ingest import indexing

    with _open(settings, library) as opened:
        return indexing.ingest_into(opened, list(sources), on_outcome, progress, retry_failed)


def remove(article_id: str, settings: Settings | None = None, *, library: Library | None = None) -> None:
    """Removes an article in all its versions from catalog, lexical index and vectors.

    Raises:
        ArticleNotFoundError: there is no such article.
        LibraryLockedError: another process is writing.
    """
    with _open(settings, library) as opened, opened.writing():
        opened.vectors.delete(opened.catalog.remove(article_id))
        opened.catalog.clear_journal()


def verify(settings: Settings | None = None, *, library: Library | None = None) -> list[str]:
    """Every difference between catalog and vectors, in words; empty when they agree."""
    from ingest import indexing

    with _open(settings, library) as opened:
        return indexing.verify(opened)


def rebuild(settings: Settings | None = None, *, library: Library | None = None, progress: bool = False) -> int:
    """Chunks and embeds all articles of the catalog anew; returns the number of chunks.

    Raises:
        LibraryLockedError: another process is writing.
    """
    from ingest import indexing

    with _open(settings, library, rebuilding=True) as opened:
        return indexing.rebuild(opened, progress)


def sample_sources() -> list[str]:
    """The paths of the sample articles that come with Footnote."""
    return sorted(str(path) for path in (Path(__file__).parent / "samples").glob("*.md"))


def _open(
    settings: Settings | None, library: Library | None, *, rebuilding: bool = False
) -> AbstractContextManager[Library]:
    """The library; imported here, so that processes that only read files start quickly."""
    from rag.settings import load_settings
    from rag.wiring import open_library

    return open_library(settings or load_settings(), library, rebuilding=rebuilding)
