"""Ingest: files, folders and pages of the web become articles, chunks and vectors of a library."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.records import Document, IngestReport, Outcome, ReadFailure

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from ingest.indexing.progress import Progress
    from rag.library.library import Library
    from rag.settings import Settings

__all__ = [
    "Document",
    "IngestReport",
    "Outcome",
    "ReadFailure",
    "export_library",
    "import_library",
    "ingest",
    "rebuild",
    "remove",
    "sample_sources",
    "verify",
    "watch",
]


def ingest(
    sources: Sequence[str],
    settings: Settings | None = None,
    *,
    library: Library | None = None,
    on_outcome: Callable[[Outcome], None] | None = None,
    progress: bool = False,
    retry_failed: bool = False,
    on_progress: Callable[[Progress], None] | None = None,
    uploaded: bool = False,
    prune: bool = False,
) -> IngestReport:
    """What became of every file and page of the sources, in the order reached, and what is missing from folders.

    Unchanged files are skipped by their hash, changed ones become a new version, and bad ones are reported while
    the rest goes on.

    Args:
        sources: paths of files and folders, which are walked recursively; addresses of articles, feeds and sitemaps.
        settings: where the library is; by default from environment and `footnote.toml`.
        library: an open library to write to, instead of one opened from settings.
        on_outcome: called with each outcome as it is reached.
        progress: whether to draw a progress bar on anything over a second.
        retry_failed: also try again files that failed before and have not changed since.
        on_progress: called about once a second with how far the run is.
        uploaded: the files have no place of their own and may be gone afterwards. Their names are only shown; an
            article is known by its content and its canonical URL, and one that shares the title and most words of an
            article that is there becomes its new version.
        prune: remove the articles of files that are gone from the folders; without it they are reported as missing.

    Raises:
        LibraryLockedError: another process is writing.
        IndexMismatchError: the library was made with other settings.
    """
    from ingest.indexing import writing as indexing

    with _open(settings, library) as opened:
        return indexing.ingest_into(
            opened, list(sources), on_outcome, progress, retry_failed, on_progress, uploaded=uploaded, prune=prune
        )


def remove(article_id: str, settings: Settings | None = None, *, library: Library | None = None) -> None:
    """Removes an article in all its versions from catalog, lexical index and vectors.

    Raises:
        ArticleNotFoundError: there is no such article.
        LibraryLockedError: another process is writing.
    """
    from ingest.indexing import removing

    with _open(settings, library) as opened, opened.writing():
        opened.catalog.article(article_id)
        removing.remove_articles(opened, [article_id])


def watch(
    folders: Sequence[str],
    settings: Settings | None = None,
    *,
    library: Library | None = None,
    on_outcome: Callable[[Outcome], None] | None = None,
) -> None:
    """Keeps the library in step with folders until Ctrl-C: new, changed and deleted files.

    Raises:
        IngestError: one of the folders doesn't exist, or no longer.
        IndexMismatchError: the library was made with other settings.
    """
    from ingest.sources import watching

    with _open(settings, library) as opened:
        watching.watch_folders(opened, list(folders), on_outcome)


def export_library(path: str, settings: Settings | None = None, *, library: Library | None = None) -> int:
    """Writes the whole library, articles with all their versions, to one file; returns the number of articles.

    Raises:
        LibraryError: the file can't be written.
    """
    from ingest.indexing import portable

    with _open(settings, library) as opened:
        return portable.export_library(opened, path)


def import_library(
    path: str,
    settings: Settings | None = None,
    *,
    library: Library | None = None,
    on_outcome: Callable[[Outcome], None] | None = None,
    progress: bool = False,
) -> IngestReport:
    """Takes in the articles of a file that `export_library` wrote, beside what is there; vectors are made anew.

    Raises:
        LibraryError: the file is damaged or no export.
        LibraryLockedError: another process is writing.
    """
    from ingest.indexing import portable

    with _open(settings, library) as opened:
        return portable.import_library(opened, path, on_outcome, progress)


def verify(settings: Settings | None = None, *, library: Library | None = None) -> list[str]:
    """Every difference between the catalog and what is made from it, in words; empty when they agree.

    Without an open library no model is needed, and vectors that are damaged can't end this process.

    Raises:
        LibraryError: the catalog can't be opened.
        LibraryLockedError: another process is writing, and no open library was given.
    """
    from ingest.indexing import verifying
    from rag.settings import load_settings

    return verifying.verify_home(settings or load_settings()) if library is None else verifying.verify_library(library)


def rebuild(settings: Settings | None = None, *, library: Library | None = None, progress: bool = False) -> int:
    """Chunks and embeds all articles of the catalog anew; returns the number of chunks.

    Raises:
        LibraryLockedError: another process is writing.
    """
    from ingest.indexing import writing as indexing

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
