"""The vectors of the chunks, in Chroma; nothing but ids and vectors, since the catalog holds the rest."""

from __future__ import annotations

import shutil
import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import chromadb
import numpy as np
from chromadb.config import Settings as ChromaSettings
from chromadb.errors import ChromaError

from rag.errors import LibraryError

COLLECTION = "chunks"
STAMP_FILE = "last-write"
READ_BATCH = 500
EF_SEARCH = 200
"""Candidates that the HNSW search keeps: enough that it finds what an exact search finds, at our sizes."""


class Vectors:
    """An open vector store, safe between threads; who writes holds the library's write lock.

    Chroma keeps its index in memory and never sees what another process has written since. So whoever writes leaves
    a stamp, and a search that finds another one than before opens the store anew.
    """

    def __init__(self, folder: Path) -> None:
        """Opens the store and makes it when it doesn't exist.

        Raises:
            LibraryError: Chroma can't open the folder.
        """
        self.folder = folder
        self._lock = threading.RLock()
        self._open()

    def _open(self) -> None:
        folder = self.folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._seen = self._stamp()
            self._client = chromadb.PersistentClient(folder, settings=ChromaSettings(anonymized_telemetry=False))
            self._collection = self._client.get_or_create_collection(
                COLLECTION,
                configuration={"hnsw": {"space": "cosine", "ef_search": EF_SEARCH}},
                embedding_function=None,
            )
            self._max_batch = self._client.get_max_batch_size()
        except (OSError, ChromaError, ValueError) as exc:
            raise LibraryError(
                f"The vectors in {folder} can't be opened ({exc}). `footnote rebuild` makes them anew from the catalog."
            ) from exc

    @staticmethod
    def exists(folder: Path) -> bool:
        """Whether there is a store in a folder, whole or not."""
        return folder.is_dir() and any(path.name != STAMP_FILE for path in folder.iterdir())

    def upsert(self, ids: Sequence[str], embeddings: Sequence[Sequence[float]]) -> None:
        """Writes one vector an id, replacing those that exist; split to the client's largest batch."""
        with self._lock, self._failing("write"):
            for first in range(0, len(ids), self._max_batch):
                batch = slice(first, first + self._max_batch)
                vectors = np.asarray(embeddings[batch], dtype=np.float32)
                self._collection.upsert(ids=list(ids[batch]), embeddings=vectors)
            self._leave_stamp()

    def delete(self, ids: Sequence[str]) -> None:
        """Deletes the vectors with these ids; unknown ids are left alone."""
        with self._lock, self._failing("write"):
            for first in range(0, len(ids), self._max_batch):
                self._collection.delete(ids=list(ids[first : first + self._max_batch]))
            self._leave_stamp()

    def search(self, embedding: Sequence[float], top_k: int) -> list[tuple[str, float]]:
        """Ids with cosine similarity (-1 to 1), best first, ties by id; at most `top_k`."""
        with self._lock, self._failing("read"):
            self._refresh()
            found = self._collection.query(
                query_embeddings=np.asarray([embedding], dtype=np.float32), n_results=top_k, include=["distances"]
            )
        distances = (found["distances"] or [[]])[0]
        pairs = [(id_, 1.0 - distance) for id_, distance in zip(found["ids"][0], distances, strict=True)]
        return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))

    def ids(self) -> Iterator[str]:
        """All ids, in no particular order."""
        with self._failing("read"):
            for offset in range(0, self._collection.count(), self._max_batch):
                yield from self._collection.get(limit=self._max_batch, offset=offset, include=[])["ids"]

    def unreadable(self) -> list[str]:
        """The ids of vectors that are listed but can't be read, or are not finite numbers."""
        ids = list(self.ids())
        batches = [ids[first : first + READ_BATCH] for first in range(0, len(ids), READ_BATCH)]
        return [id_ for batch in batches if not self._can_read(batch) for id_ in batch if not self._can_read([id_])]

    def _can_read(self, ids: Sequence[str]) -> bool:
        try:
            found = self._collection.get(ids=list(ids), include=["embeddings"])["embeddings"]
        except ChromaError:
            return False
        return found is not None and len(found) == len(ids) and bool(np.isfinite(np.asarray(found, dtype=float)).all())

    def count(self) -> int:
        """How many vectors there are."""
        with self._failing("read"):
            return self._collection.count()

    def clear(self) -> None:
        """Deletes all vectors."""
        with self._lock, self._failing("write"):
            self._client.delete_collection(COLLECTION)
            self._collection = self._client.create_collection(
                COLLECTION,
                configuration={"hnsw": {"space": "cosine", "ef_search": EF_SEARCH}},
                embedding_function=None,
            )
            self._leave_stamp()

    def close(self) -> None:
        """Closes the store's files."""
        self._client.close()  # type: ignore[attr-defined]  # ClientAPI lacks it, PersistentClient's has it

    @contextmanager
    def _failing(self, verb: str) -> Iterator[None]:
        """Makes what Chroma and the disk raise an error of ours that says what to do."""
        try:
            yield
        except (OSError, ChromaError) as exc:
            raise LibraryError(
                f"Chroma could not {verb} the vectors in {self.folder} ({exc}). Check that the folder can be written "
                "and the disk has space. `footnote verify` tells what is missing, and `footnote rebuild` makes the "
                "vectors anew from the catalog."
            ) from exc

    def _refresh(self) -> None:
        """Opens the store anew when another process has written to it; one that is being discarded stays as it is."""
        stamp = self._stamp()
        if stamp and stamp != self._seen:
            self.close()
            self._open()

    def _stamp(self) -> str:
        """The stamp of the last write, or "" before the first."""
        try:
            return (self.folder / STAMP_FILE).read_text()
        except FileNotFoundError:
            return ""

    def _leave_stamp(self) -> None:
        self._seen = uuid.uuid4().hex
        (self.folder / STAMP_FILE).write_text(self._seen)


def discard_vectors(folder: Path) -> None:
    """Deletes the store's files, also damaged ones; the store must not be open."""
    shutil.rmtree(folder, ignore_errors=True)
