"""Ingest: files, folders and web pages become articles, chunks and vectors of a library.

The functions import what they need when they are called, so that the processes that only read files start quickly: they
load no model and no vector store.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.records import Document, IngestReport, Outcome, ReadFailure

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from ingest.progress import Progress
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
    """Add or update the articles of the sources; return an outcome for every file and page, in the order reached.

    Unchanged files are skipped by their hash, changed ones become a new version, and bad ones are reported while the
    rest goes on. Articles whose file is gone from the folders are reported as missing.

    Args:
        sources: paths of files and folders, which are walked recursively; addresses of articles, feeds and sitemaps.
        settings: where the library is; by default from environment and `footnote.toml`.
        library: an open library to write to, instead of the one of the settings.
        on_outcome: called with each outcome when it is known.
        progress: draw a progress bar if the run takes more than a second.
        retry_failed: also read again files that failed before and have not changed since.
        on_progress: called about once a second with the progress of the run.
        uploaded: the files are temporary copies. Their names are only shown; an article is identified by its content
            and its canonical URL. One with the title and most words of an article in the library becomes its new
            version.
        prune: remove the articles of files that are gone from the folders; without it they are reported as missing.

    Raises:
        LibraryLockedError: another process is writing.
        IndexMismatchError: the library was made with other settings.
    """
    from ingest.running import ingest_into

    with _open(settings, library) as opened:
        return ingest_into(
            opened, list(sources), on_outcome, progress, retry_failed, on_progress, uploaded=uploaded, prune=prune
        )


def remove(article_id: str, settings: Settings | None = None, *, library: Library | None = None) -> None:
    """Remove an article in all its versions from catalog, lexical index and vectors.

    Raises:
        ArticleNotFoundError: there is no such article.
        LibraryLockedError: another process is writing.
    """
    from ingest.indexing.removing import remove_articles

    with _open(settings, library) as opened, opened.writing():
        opened.catalog.article(article_id)
        remove_articles(opened, [article_id])


def watch(
    folders: Sequence[str],
    settings: Settings | None = None,
    *,
    library: Library | None = None,
    on_outcome: Callable[[Outcome], None] | None = None,
) -> None:
    """Keep the library in step with folders until Ctrl-C is pressed: new, changed and deleted files.

    Raises:
        IngestError: one of the folders doesn't exist, or no longer.
        IndexMismatchError: the library was made with other settings.
    """
    from ingest.watching import watch_folders

    with _open(settings, library) as opened:
        watch_folders(opened, list(folders), on_outcome)


def export_library(path: str, settings: Settings | None = None, *, library: Library | None = None) -> int:
    """Write the whole library, articles with all their versions, to one file; return the number of articles.

    Raises:
        LibraryError: the file can't be written.
    """
    from ingest.indexing import transfer

    with _open(settings, library) as opened:
        return transfer.export_library(opened, path)


def import_library(
    path: str,
    settings: Settings | None = None,
    *,
    library: Library | None = None,
    on_outcome: Callable[[Outcome], None] | None = None,
    progress: bool = False,
) -> IngestReport:
    """Add the articles of a file that `export_library` wrote to those in the library; vectors are made anew.

    Raises:
        LibraryError: the file is damaged or no export.
        LibraryLockedError: another process is writing.
    """
    from ingest.indexing import transfer

    with _open(settings, library) as opened:
        return transfer.import_library(opened, path, on_outcome, progress)


def verify(settings: Settings | None = None, *, library: Library | None = None) -> list[str]:
    """Return a sentence for every difference between the catalog and the index made from it; none when they agree.

    Without an open library no model is loaded, and damaged vectors can't crash this process.

    Raises:
        LibraryError: the catalog can't be opened.
        LibraryLockedError: another process is writing, and no open library was given.
    """
    from ingest.indexing import verifying
    from rag.settings import load_settings

    return verifying.verify_home(settings or load_settings()) if library is None else verifying.verify_library(library)


def rebuild(settings: Settings | None = None, *, library: Library | None = None, progress: bool = False) -> int:
    """Chunk and embed all articles of the catalog anew; return the number of chunks.

    Raises:
        LibraryLockedError: another process is writing.
    """
    from ingest.indexing import rebuilding

    with _open(settings, library, rebuilding=True) as opened:
        return rebuilding.rebuild(opened, progress)


def sample_sources() -> list[str]:
    """Return the paths of the sample articles that come with Footnote."""
    return sorted(str(path) for path in (Path(__file__).parent / "samples").glob("*.md"))


def _open(
    settings: Settings | None, library: Library | None, *, rebuilding: bool = False
) -> AbstractContextManager[Library]:
    """Open the library of the settings, unless an open one is given."""
    from rag.settings import load_settings
    from rag.wiring import open_library

    return open_library(settings or load_settings(), library, rebuilding=rebuilding)
