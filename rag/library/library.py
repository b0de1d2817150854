"""An opened library: catalog, vectors and the embedding model that they were made with."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from rag.errors import IndexMismatchError, LibraryError, LibraryLockedError
from rag.library.catalog import Catalog
from rag.library.conversations import Conversations
from rag.library.vectors.port import VectorStore
from rag.models.embeddings import EmbeddingModel
from rag.settings import Settings

CHUNKER_VERSION = 2
"""The version of the chunker; it is raised when the same article and settings give other chunks or embedded texts."""

LOCK_TIMEOUT_S = 1.5

REBUILDING = "rebuilding"
"""The fingerprint of a library while its vectors are rebuilt."""


@contextmanager
def write_lock(settings: Settings) -> Iterator[None]:
    """Hold the lock that keeps other writers out.

    Raises:
        LibraryLockedError: another process writes; raised within two seconds.
    """
    lock = FileLock(settings.lock_path, timeout=LOCK_TIMEOUT_S)
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except OSError as exc:
        if isinstance(exc, Timeout):
            raise _locked(settings) from exc
        raise LibraryError(
            f"The library in {settings.home} can't be written to: {exc.strerror or exc}. Make the folder "
            "writable, or set FOOTNOTE_HOME to another folder."
        ) from exc
    try:
        yield
    finally:
        lock.release()


def _locked(settings: Settings) -> LibraryLockedError:
    return LibraryLockedError(
        f"Another process is writing to the library in {settings.home}. Wait until it has finished and try again."
    )


class Library:
    """An open library, shared by readers and the one writer; opening it checks that the index fits the settings."""

    def __init__(
        self,
        settings: Settings,
        catalog: Catalog,
        vectors: VectorStore,
        embeddings: EmbeddingModel,
        *,
        check: bool = True,
    ) -> None:
        """Take over catalog and vectors, which `close` closes.

        `footnote rebuild` turns `check` off, to open an index that another model or chunker made.

        Raises:
            IndexMismatchError: the index was made with another embedding model or chunker.
        """
        self.settings = settings
        self.catalog = catalog
        self.vectors = vectors
        self.embeddings = embeddings
        self._check = check
        self._check_fingerprint()

    @property
    def conversations(self) -> Conversations:
        """The conversations about this library. Writing to them needs no lock."""
        return self.catalog.conversations

    @property
    def fingerprint(self) -> str:
        """The embedding model and chunker of these settings, as JSON."""
        return json.dumps(
            {
                "embeddings": self.embeddings.name,
                "chunk_tokens": self.settings.chunk_tokens,
                "chunk_overlap_sentences": self.settings.chunk_overlap_sentences,
                "chunker": CHUNKER_VERSION,
            }
        )

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the library's write lock; what a writer left behind that died is cleaned up first.

        Raises:
            LibraryLockedError: another process writes; raised within two seconds.
            IndexMismatchError: another process has meanwhile made the index with other settings.
        """
        with write_lock(self.settings):
            self._check_fingerprint()
            self._recover()
            if not self.catalog.fingerprint():
                self.catalog.set_fingerprint(self.fingerprint)
            yield

    def close(self) -> None:
        """Close catalog and vectors."""
        self.catalog.close()
        self.vectors.close()

    def _recover(self) -> None:
        """Delete vectors whose chunks never reached the catalog, or were removed from it."""
        journaled = self.catalog.journaled()
        if journaled:
            indexed = self.catalog.chunks(journaled)
            self.vectors.delete([chunk_id for chunk_id in journaled if chunk_id not in indexed])
            self.catalog.clear_journal()

    def _check_fingerprint(self) -> None:
        made_with = self.catalog.fingerprint() if self._check else ""
        if made_with == REBUILDING:
            raise IndexMismatchError(
                f"The vectors of the library in {self.settings.home} are incomplete: a rebuild is running or was "
                "interrupted. Wait for it, or run `footnote rebuild` again."
            )
        if made_with and made_with != self.fingerprint:
            was, now = json.loads(made_with), json.loads(self.fingerprint)
            changed = ", ".join(f"{key} was {was.get(key)}, is {now[key]}" for key in now if was.get(key) != now[key])
            raise IndexMismatchError(
                f"The library in {self.settings.home} was indexed with other settings: {changed}. Set them back, "
                "or run `footnote rebuild` to index its articles anew."
            )
