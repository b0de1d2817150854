"""Files that people add in the page: ingested under names in the home's folder `uploads`, and deleted once read."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from ingest import ingest
from ingest.records import IngestReport
from rag.library import Library

_UNSAFE = re.compile(r"[^\w.\- ()]+")
NAME_BYTES_MAX = 120
ENDING_BYTES_MAX = 20


def add_uploads(library: Library, paths: Sequence[str]) -> IngestReport:
    """What became of each uploaded file; one named as an earlier upload is its new version.

    The files are deleted, those that were refused too: what is read of them is in the catalog.

    Raises:
        LibraryLockedError: another process is writing.
    """
    folder = library.settings.home / "uploads"
    folder.mkdir(parents=True, exist_ok=True)
    kept = [folder / safe_name(path) for path in paths]
    try:
        for path, place in zip(paths, kept, strict=True):
            shutil.move(path, place)
        return ingest([str(place) for place in kept], library.settings, library=library)
    finally:
        for place in kept:
            place.unlink(missing_ok=True)


def safe_name(path: str) -> str:
    """The file's name without folders, hidden dots and odd characters; never empty, the ending kept."""
    name = _UNSAFE.sub("_", Path(path).name).lstrip(".")
    stem, ending = _cut(Path(name).stem, NAME_BYTES_MAX), _cut(Path(name).suffix, ENDING_BYTES_MAX)
    return f"{stem or 'file'}{ending}"


def _cut(text: str, bytes_max: int) -> str:
    """The start of a text; file systems count a name's bytes."""
    return text.encode()[:bytes_max].decode(errors="ignore")
