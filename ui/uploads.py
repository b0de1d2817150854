"""Files that people add in the page: read once, and known by what they hold, never by their names."""

from __future__ import annotations

from collections.abc import Sequence

from ingest import ingest
from ingest.records import IngestReport
from rag.library import Library


def add_uploads(library: Library, paths: Sequence[str]) -> IngestReport:
    """What became of each uploaded file. The library needs none of them afterwards.

    Raises:
        LibraryLockedError: another process is writing.
    """
    return ingest(list(paths), library.settings, library=library, uploaded=True)
