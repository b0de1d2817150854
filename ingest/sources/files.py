"""From files and folders to articles: what is new or changed is read ahead, and added in the order given."""

from __future__ import annotations

import hashlib
import os
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.indexing.identity import as_upload
from ingest.readers.limits import Limits
from ingest.readers.processes import Extraction, ExtractionPool
from ingest.records import ReadFailure
from ingest.sources.archives import archive_kind
from ingest.sources.documents import RECORDS_SUFFIX, is_readable, leads_out, list_files, open_regular, storable
from rag.errors import IngestError
from rag.library.records import FileFailure, IngestedFile

if TYPE_CHECKING:
    from ingest.indexing.writing import Indexer

FILES_AHEAD = 16
"""Files that are read while the articles of earlier ones are embedded."""
MAX_STORED_FAILURES = 100
"""Of a file with many bad records the first are told again while it is unchanged."""


def find_files(source: str) -> Iterator[str | ReadFailure]:
    """The files that a source names, as `list_files` gives them, and what of a folder is not to be read.

    A file that is named itself is always tried. Of a folder, what isn't of a supported kind is skipped, and so
    are links that lead out of it: whoever may write to a folder should not decide what else is read.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opened:
    """A file on its way.

    Attributes:
        path: as given.
        key: what makes it the same file next time.
        state: of the file before it was read; "" where it can't be told.
        fingerprint: of the file before it was read; "" where there is none.
        extraction: its articles; None when it is unchanged.
    """

    path: str
    key: str
    state: str
    fingerprint: str
    extraction: Extraction | None
    stored: IngestedFile | None


class FileRun:
    """Adds files to one indexer: `open` begins to read one, `settle` adds what was read."""

    def __init__(
        self,
        indexer: Indexer,
        pool: ExtractionPool,
        limits: Limits,
        *,
        retry_failed: bool = False,
        uploaded: bool = False,
    ) -> None:
        """Takes what a run shares; `uploaded` files have no place of their own, and may be gone afterwards."""
        self._indexer, self._pool, self._limits = indexer, pool, limits
        self._retry_failed, self._uploaded = retry_failed, uploaded
        self._waiting: deque[_Opened | ReadFailure] = deque()

    def open(self, item: str | ReadFailure) -> None:
        """Begins to read a file, unless it is unchanged; first adds those that were opened long before."""
        self.settle(FILES_AHEAD - 1)
        self._waiting.append(item if isinstance(item, ReadFailure) else self._opened(item))

    def settle(self, n_left: int = 0) -> None:
        """Adds the articles of the files opened first, until only so many are left."""
        while len(self._waiting) > n_left:
            opened = self._waiting.popleft()
            if isinstance(opened, ReadFailure):
                self._indexer.fail(opened)
            else:
                self._add(opened)

    def _opened(self, path: str) -> _Opened:
        state = _state(path)
        fingerprint = _fingerprint(path, self._limits)
        key = f"upload:{fingerprint}" if self._uploaded else storable(os.path.realpath(path))
        stored = None if self._uploaded else self._indexer.stored(key)
        unchanged = bool(fingerprint) and stored is not None and stored.fingerprint == fingerprint
        if stored is not None and stored.failures and self._retry_failed:
            unchanged = False
        return _Opened(
            path=path,
            key=key,
            state=state,
            fingerprint=fingerprint,
            extraction=None if unchanged else self._pool.submit(path),
            stored=stored,
        )

    def _add(self, opened: _Opened) -> None:
        if opened.extraction is None:
            assert opened.stored is not None
            self._indexer.skip(opened.stored)
            return
        article_ids: list[str] = []
        failures: list[FileFailure] = []
        for read in opened.extraction:
            item = as_upload(read, opened.path) if self._uploaded else read
            if isinstance(item, ReadFailure):
                self._indexer.fail(item)
                failures.append(FileFailure(source=item.source, reason=item.reason, skipped=item.skipped))
            else:
                article_ids.append(self._indexer.add(item))
        self._pool.done(opened.extraction)
        if opened.stored is not None and any(not failure.skipped for failure in failures):
            article_ids += opened.stored.article_ids  # what it held before is not lost because it is damaged now
        if opened.fingerprint and opened.state == _state(opened.path):  # else it changed while it was read
            stored = IngestedFile(
                fingerprint=opened.fingerprint,
                article_ids=tuple(dict.fromkeys(article_ids)),
                failures=tuple(failures[:MAX_STORED_FAILURES]),
            )
            self._indexer.remember(opened.key, stored)


def _state(path: str) -> str:
    """What the system knows of a file without reading it; "" when it can't be told."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return ""
    return f"{status.st_dev} {status.st_ino} {status.st_size} {status.st_mtime_ns}"


def _fingerprint(path: str, limits: Limits) -> str:
    """The hash of a regular file's bytes; "" for anything else.

    A file that is over its limit isn't read at all.
    """
    try:
        with open_regular(path) as file:
            unlimited = path.lower().endswith(RECORDS_SUFFIX) or archive_kind(path)
            if not unlimited and os.fstat(file.fileno()).st_size > limits.max_file_bytes:
                return ""
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError, IngestError):
        return ""
