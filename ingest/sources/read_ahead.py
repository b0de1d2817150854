"""Reading ahead: new and changed files are read while the articles of earlier ones are embedded."""

from __future__ import annotations

import hashlib
import os
from collections import deque
from dataclasses import dataclass

from ingest.cleaning.characters import escape_surrogates
from ingest.readers.formats import RECORDS_SUFFIX, archive_suffix
from ingest.readers.limits import Limits
from ingest.readers.pool import Extraction, ExtractionPool
from ingest.readers.regular_files import open_regular
from ingest.records import ReadFailure
from ingest.sources.ports import ArticleSink
from ingest.sources.uploads import as_upload
from rag.errors import IngestError
from rag.library.records import FileFailure, IngestedFile

FILES_AHEAD = 16
"""Files that are read while the articles of earlier ones are embedded."""
MAX_STORED_FAILURES = 100
"""Of a file with many bad records, this many failures are kept, and reported again while the file is unchanged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opened:
    """A file that is being read, or is unchanged.

    Attributes:
        path: as given.
        key: identifies the file in later runs.
        state: of the file before it was read; "" where it can't be looked up.
        fingerprint: of the file before it was read; "" where there is none.
        extraction: its articles; None when it is unchanged.
    """

    path: str
    key: str
    state: str
    fingerprint: str
    extraction: Extraction | None
    stored: IngestedFile | None


class ReadAhead:
    """A queue of files on their way to a sink: `open` begins to read a file, `settle` hands over what was read."""

    def __init__(
        self,
        sink: ArticleSink,
        pool: ExtractionPool,
        limits: Limits,
        *,
        retry_failed: bool = False,
        uploaded: bool = False,
    ) -> None:
        """Take what the files of a run share.

        Args:
            sink: takes the articles.
            pool: reads the files.
            limits: on each file.
            retry_failed: also read again unchanged files that failed before.
            uploaded: the files are temporary copies without a path of their own.
        """
        self._sink, self._pool, self._limits = sink, pool, limits
        self._retry_failed, self._uploaded = retry_failed, uploaded
        self._waiting: deque[_Opened | ReadFailure] = deque()

    def open(self, item: str | ReadFailure) -> None:
        """Begin to read a file, unless it is unchanged; first hand over those that were opened long before."""
        self.settle(FILES_AHEAD - 1)
        self._waiting.append(item if isinstance(item, ReadFailure) else self._opened(item))

    def settle(self, n_left: int = 0) -> None:
        """Hand over the articles of the files opened first, until `n_left` files are left."""
        while len(self._waiting) > n_left:
            opened = self._waiting.popleft()
            if isinstance(opened, ReadFailure):
                self._sink.fail(opened)
            else:
                self._add(opened)

    def _opened(self, path: str) -> _Opened:
        state = _state(path)
        fingerprint = _fingerprint(path, self._limits)
        key = f"upload:{fingerprint}" if self._uploaded else escape_surrogates(os.path.realpath(path))
        stored = None if self._uploaded else self._sink.find_file(key)
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
            self._sink.skip(opened.stored)
            return
        article_ids: list[str] = []
        failures: list[FileFailure] = []
        for read in opened.extraction:
            item = as_upload(read, opened.path) if self._uploaded else read
            if isinstance(item, ReadFailure):
                self._sink.fail(item)
                failures.append(FileFailure(source=item.source, reason=item.reason, skipped=item.skipped))
            else:
                article_ids.append(self._sink.add(item))
        self._pool.done(opened.extraction)
        if opened.stored is not None and any(not failure.skipped for failure in failures):
            article_ids += opened.stored.article_ids  # the articles it held before are kept, though it is damaged now
        if opened.fingerprint and opened.state == _state(opened.path):  # else it changed while it was read
            stored = IngestedFile(
                fingerprint=opened.fingerprint,
                article_ids=tuple(dict.fromkeys(article_ids)),
                failures=tuple(failures[:MAX_STORED_FAILURES]),
            )
            self._sink.remember(opened.key, stored)


def _state(path: str) -> str:
    """Return what the system knows of a file without reading it; "" when it can't be looked up."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return ""
    return f"{status.st_dev} {status.st_ino} {status.st_size} {status.st_mtime_ns}"


def _fingerprint(path: str, limits: Limits) -> str:
    """Return the hash of a regular file's bytes; "" for anything else, and for a file over its limit."""
    try:
        with open_regular(path) as file:
            unlimited = path.lower().endswith(RECORDS_SUFFIX) or archive_suffix(path)
            if not unlimited and os.fstat(file.fileno()).st_size > limits.max_file_bytes:
                return ""
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError, IngestError):
        return ""
