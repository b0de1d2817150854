"""Files that people add in the page. They are read once, and identified by their content, never by their names."""

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
    """Return the outcome of each uploaded file. The files aren't needed afterwards.

    Raises:
        LibraryLockedError: another process is writing.
    """
    return ingest(list(paths), library.settings, library=library, uploaded=True)


def safe_name(path: str) -> str:
    """Return the file's name without folders, leading dots and special characters. It is never empty."""
    name = _UNSAFE.sub("_", Path(path).name).lstrip(".")
    stem, ending = _cut(Path(name).stem, NAME_BYTES_MAX), _cut(Path(name).suffix, ENDING_BYTES_MAX)
    return f"{stem or 'file'}{ending}"


def _cut(text: str, bytes_max: int) -> str:
    """Return the start of a text, at most `bytes_max` bytes long, since file systems limit the bytes of a name."""
    return text.encode()[:bytes_max].decode(errors="ignore")
