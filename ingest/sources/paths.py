"""Paths: which files a path or folder names, and which of them are read."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator

from ingest.readers.failures import os_reason
from ingest.readers.formats import is_readable
from ingest.records import ReadFailure
from rag.errors import IngestError


def find_files(source: str) -> Iterator[str | ReadFailure]:
    """Yield the files that a source names, as `list_files` does, and a failure for each that is not to be read.

    A file that is named itself is always tried. In a folder, files of unsupported kinds are skipped, and so are links
    that lead out of the folder: whoever may write to a folder should not decide which other files are read.
    """
    try:
        paths = list_files(source)
    except IngestError as exc:
        yield ReadFailure(source=source, reason=str(exc).removeprefix(f"{source}: "))
        return
    for path in paths:
        if path == source:
            yield path
        elif leads_out(path, source):
            reason = "a link that leads out of the folder; name it itself to add it"
            yield ReadFailure(source=path, reason=reason, skipped=True)
        elif not is_readable(path) and not os.path.isdir(path):
            yield ReadFailure(source=path, reason="unsupported kind of file", skipped=True)
        else:
            yield path


def list_files(source: str) -> list[str]:
    """Return the files that a source names, sorted; each begins with the source as it was given.

    A file gives itself. A folder gives all files below it, also those of unsupported kinds, so that each can be
    reported. Hidden files and folders are left out. A folder that several links lead to is entered once. A folder that
    can't be listed is given itself, so that reading it reports the reason; so is a link that leads out of the source.

    Raises:
        IngestError: nothing exists at this path.
    """
    try:
        mode = os.stat(source).st_mode
    except (OSError, ValueError) as exc:
        raise IngestError(f"{source}: {os_reason(exc)}") from exc
    return list(_walk(source)) if stat.S_ISDIR(mode) else [source]


def leads_out(path: str, folder: str) -> bool:
    """Return whether a path below a folder is really elsewhere, because of links."""
    root = os.path.realpath(folder)
    return os.path.commonpath([root, os.path.realpath(path)]) != root


def _walk(folder: str) -> Iterator[str]:
    waiting, entered = [folder], set()
    while waiting:
        path = waiting.pop()
        if not os.path.isdir(path) or leads_out(path, folder):
            yield path
            continue
        real = os.path.realpath(path)
        if real in entered:
            continue
        entered.add(real)
        try:
            names = sorted(name for name in os.listdir(path) if not name.startswith("."))
        except OSError:
            yield path
            continue
        waiting += [os.path.join(path, name) for name in reversed(names)]
