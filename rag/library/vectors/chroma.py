"""The embedded vector store: Chroma, in a folder of this machine."""

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
from rag.library.vectors.chroma_files import broken_files
from rag.library.vectors.port import Inspection

COLLECTION = "chunks"
STAMP_FILE = "last-write"
READ_BATCH = 500
EF_SEARCH = 200
"""Candidates that the HNSW search keeps. Up to 100,000 chunks it then finds what an exact search finds."""


class ChromaVectors:
    """An open Chroma collection of vectors; implements the port `VectorStore`.

    Chroma keeps its index in memory and never reads what another process writes later. So each write leaves a stamp in
    the folder, and a search that finds a new stamp opens the store again.
    """

    def __init__(self, folder: Path) -> None:
        """Open the store; it is made when it doesn't exist.

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
        """Return whether a folder holds a store, whole or damaged."""
        return folder.is_dir() and any(path.name != STAMP_FILE for path in folder.iterdir())

    def upsert(self, ids: Sequence[str], embeddings: Sequence[Sequence[float]]) -> None:
        """Write one vector for each id, replacing those that exist, in batches of the size that Chroma takes."""
        with self._lock, self._failing("write"):
            for first in range(0, len(ids), self._max_batch):
                batch = slice(first, first + self._max_batch)
                vectors = np.asarray(embeddings[batch], dtype=np.float32)
                self._collection.upsert(ids=list(ids[batch]), embeddings=vectors)
            self._leave_stamp()

    def delete(self, ids: Sequence[str]) -> None:
        """Delete the vectors with these ids; unknown ids are ignored."""
        with self._lock, self._failing("write"):
            for first in range(0, len(ids), self._max_batch):
                self._collection.delete(ids=list(ids[first : first + self._max_batch]))
            self._leave_stamp()

    def search(
        self, embedding: Sequence[float], top_k: int, among: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """Return at most `top_k` ids with cosine similarity (-1 to 1), best first, ties by id.

        Only the ids in `among` are searched, unknown ones ignored; None searches all.
        """
        with self._lock, self._failing("read"):
            self._refresh()
            try:
                pairs = self._query(embedding, top_k, among)
            except ChromaError:
                if among is None:
                    raise
                # Chroma fails at an id that it lacks, such as that of a chunk which another process is writing.
                pairs = self._query(embedding, top_k, self._known(among))
        return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))

    def _query(self, embedding: Sequence[float], top_k: int, among: Sequence[str] | None) -> list[tuple[str, float]]:
        if among is not None and not among:
            return []
        found = self._collection.query(
            query_embeddings=np.asarray([embedding], dtype=np.float32),
            ids=None if among is None else list(among),
            n_results=top_k,
            include=["distances"],
        )
        distances = (found["distances"] or [[]])[0]
        return [(id_, 1.0 - distance) for id_, distance in zip(found["ids"][0], distances, strict=True)]

    def _known(self, ids: Sequence[str]) -> list[str]:
        """Return those of the ids that have a vector."""
        batches = [list(ids[first : first + self._max_batch]) for first in range(0, len(ids), self._max_batch)]
        return [id_ for batch in batches for id_ in self._collection.get(ids=batch, include=[])["ids"]]

    def ids(self) -> Iterator[str]:
        """Return all ids, in no particular order."""
        with self._failing("read"):
            for offset in range(0, self._collection.count(), self._max_batch):
                yield from self._collection.get(limit=self._max_batch, offset=offset, include=[])["ids"]

    def inspect(self) -> Inspection:
        """Return what the store holds, and which of its index files are missing or cut off.

        Raises:
            LibraryError: the ids can't be read.
        """
        unreadable = tuple(self._unreadable())
        broken = frozenset(unreadable)
        return Inspection(
            ids=tuple(id_ for id_ in self.ids() if id_ not in broken),
            unreadable=unreadable,
            problems=tuple(broken_files(self.folder)),
        )

    def _unreadable(self) -> list[str]:
        """Return the ids of vectors that are listed but can't be read, or hold a number that isn't finite."""
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
        """Return the number of vectors."""
        with self._failing("read"):
            return self._collection.count()

    def clear(self) -> None:
        """Delete all vectors, so that vectors of another length can be written."""
        with self._lock, self._failing("write"):
            self._client.delete_collection(COLLECTION)
            self._collection = self._client.create_collection(
                COLLECTION,
                configuration={"hnsw": {"space": "cosine", "ef_search": EF_SEARCH}},
                embedding_function=None,
            )
            self._leave_stamp()

    def close(self) -> None:
        """Close the store's files."""
        self._client.close()  # type: ignore[attr-defined]  # ClientAPI lacks it, PersistentClient's has it

    @contextmanager
    def _failing(self, verb: str) -> Iterator[None]:
        """Turn errors of Chroma and of the disk into a LibraryError that says what to do."""
        try:
            yield
        except (OSError, ChromaError) as exc:
            raise LibraryError(
                f"Chroma could not {verb} the vectors in {self.folder} ({exc}). Check that the folder can be written "
                "and the disk has space. `footnote verify` lists what is missing, and `footnote rebuild` makes the "
                "vectors anew from the catalog."
            ) from exc

    def _refresh(self) -> None:
        """Open the store again when another process has written to it; one without a stamp is being discarded."""
        stamp = self._stamp()
        if stamp and stamp != self._seen:
            self.close()
            self._open()

    def _stamp(self) -> str:
        """Return the stamp of the last write, or "" before the first."""
        try:
            return (self.folder / STAMP_FILE).read_text()
        except FileNotFoundError:
            return ""

    def _leave_stamp(self) -> None:
        self._seen = uuid.uuid4().hex
        (self.folder / STAMP_FILE).write_text(self._seen)


def discard_folder(folder: Path) -> None:
    """Delete a store's files, also damaged ones; the store must not be open."""
    shutil.rmtree(folder, ignore_errors=True)
