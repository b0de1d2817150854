"""Watching: a library is kept in step with folders, while files in them are added, changed and deleted."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from watchfiles import watch

from ingest.indexing.removing import remove_missing
from ingest.indexing.writing import Indexer, OnOutcome
from ingest.readers.formats import is_readable
from ingest.readers.limits import limits_of
from ingest.readers.pool import ExtractionPool
from ingest.records import ReadFailure
from ingest.sources.paths import list_files
from ingest.sources.read_ahead import ReadAhead
from rag.errors import IngestError, LibraryLockedError
from rag.library.library import Library

log = logging.getLogger(__name__)

DEBOUNCE_MS = 1600
"""Changes that follow each other within this time are handled together, such as the parts of a slow copy."""
RETRY_MS = 1000
"""Pause before changes are tried again after another process held the write lock."""


def watch_folders(
    library: Library,
    folders: Sequence[str],
    on_outcome: OnOutcome | None = None,
    stop: threading.Event | None = None,
    debounce_ms: int = DEBOUNCE_MS,
) -> None:
    """Bring the library in step with the folders, and keep it so until `stop` is set or Ctrl-C is pressed.

    An article whose last file is deleted, or no longer holds it, is removed. While another process writes,
    changes wait.

    Raises:
        IngestError: one of the folders doesn't exist, or no longer; nothing is removed for it.
    """
    waiting = set(folders)
    _require_folders(folders)
    changes = watch(
        *folders,
        debounce=debounce_ms,
        stop_event=stop,
        rust_timeout=RETRY_MS,
        yield_on_timeout=True,  # so that changes that wait for another writer are tried again
        raise_interrupt=False,
    )
    for batch in changes:  # the first batch comes when the watch has begun, so no change is missed
        waiting |= {path for _, path in batch}
        if waiting:
            _require_folders(folders)
            waiting = _try_to_sync(library, folders, waiting, on_outcome)


def _try_to_sync(
    library: Library, folders: Sequence[str], paths: Collection[str], on_outcome: OnOutcome | None
) -> set[str]:
    """Add what has changed at the paths; return the paths that must wait for another writer."""
    try:
        sync(library, folders, paths, on_outcome)
    except LibraryLockedError as exc:
        log.warning("%s Changes wait.", exc)
        return set(paths)
    return set()


def sync(library: Library, folders: Sequence[str], paths: Iterable[str], on_outcome: OnOutcome | None = None) -> None:
    """Add what is at or below the paths now, and remove the articles of files that are gone from the folders.

    For an empty folder nothing is removed: most likely its disk is not mounted.

    Raises:
        LibraryLockedError: another process is writing.
    """
    limits = limits_of(library.settings)
    with library.writing(), ExtractionPool(limits) as pool:
        indexer = Indexer(library, on_outcome)
        run = ReadAhead(indexer, pool, limits)
        before = library.catalog.files()
        for path in sorted(paths):
            for file in _files(path, folders):
                skipped = ReadFailure(source=file, reason="unsupported kind of file", skipped=True)
                run.open(file if is_readable(file) else skipped)
        run.settle()
        indexer.flush()
        remove_missing(indexer, library, folders, before)


def _files(path: str, folders: Sequence[str]) -> list[str]:
    """Return the files that exist at a path, each beginning with its folder as given; hidden ones are left out."""
    for folder in folders:
        for start in (Path(folder), Path(folder).resolve()):
            if Path(path).is_relative_to(start):
                below = Path(path).relative_to(start)
                if any(part.startswith(".") for part in below.parts):
                    return []
                try:
                    return list_files(os.path.join(folder, below) if below.parts else folder)
                except IngestError:  # it was deleted; `remove_missing` finds its articles
                    return []
    return []


def _require_folders(folders: Sequence[str]) -> None:
    for folder in folders:
        if not os.path.isdir(folder):
            raise IngestError(f"{folder} is not a folder, or no longer there. Nothing was removed from the library.")
