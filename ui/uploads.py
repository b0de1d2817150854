"""Files that people add in the page: kept in the home, so that their articles keep a source, and ingested."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from ingest import ingest
from ingest.records import IngestReport
from rag.library import Library

_UNSAFE = re.compile(r"[^\w.\- ()]+")
NAME_CHARS_MAX = 120


def add_uploads(library: Library, paths: Sequence[str]) -> IngestReport:
    """What became of each uploaded file, which is moved; one named as an earlier upload is its new version.

    Raises:
        LibraryLockedError: another process is writing.
    """
    folder = library.settings.home / "uploads"
    folder.mkdir(parents=True, exist_ok=True)
    kept = [shutil.move(path, folder / safe_name(path)) for path in paths]
    return ingest([str(path) for path in kept], library.settings, library=library)


def safe_name(path: str) -> str:
    """The file's name without folders, hidden dots and odd characters; never empty, the ending kept."""
    name = _UNSAFE.sub("_", Path(path).name).lstrip(".")
    stem, ending = Path(name).stem[:NAME_CHARS_MAX], Path(name).suffix
    return f"{stem or 'file'}{ending}"
