"""Files that people add in the page: read once, and known by what they hold, never by their names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from ingest import ingest
from ingest.records import IngestReport
from rag.library.library import Library

_UNSAFE = re.compile(r"[^\w.\- ()]+")
NAME_BYTES_MAX = 120
ENDING_BYTES_MAX = 20


def add_uploads(library: Library, paths: Sequence[str]) -> IngestReport:
    """Return what became of each uploaded file. The library needs none of them afterwards.

    Raises:
        LibraryLockedError: another process is writing.
    """
    return ingest(list(paths), library.settings, library=library, uploaded=True)


def safe_name(path: str) -> str:
    """The file's name without folders, hidden dots and odd characters; never empty, the ending kept."""
    name = _UNSAFE.sub("_", Path(path).name).lstrip(".")
    stem, ending = _cut(Path(name).stem, NAME_BYTES_MAX), _cut(Path(name).suffix, ENDING_BYTES_MAX)
    return f"{stem or 'file'}{ending}"


def _cut(text: str, bytes_max: int) -> str:
    """The start of a text; file systems count a name's bytes."""
    return text.encode()[:bytes_max].decode(errors="ignore")
