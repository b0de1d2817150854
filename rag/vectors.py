"""The vectors of the chunks, in Chroma; nothing but ids and vectors, since the catalog holds the rest."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import chromadb
import numpy as np
from chromadb.config import Settings as ChromaSettings
from chromadb.errors import ChromaError

from rag.errors import LibraryError

COLLECTION = "chunks"
EF_SEARCH = 200
"""Candidates that the HNSW search keeps: enough that it finds what an exact search finds, at our sizes."""


class Vectors:
    """An open vector store. Chroma is safe between threads, not between writing processes: hold the write lock."""

    def __init__(self, folder: Path) -> None:
        """Opens the store and makes it when it doesn't exist.

        Raises:
            LibraryError: Chroma can't open the folder.
        """
        self.folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._client = chromadb.PersistentClient(
                folder, settings=ChromaSettings(anonymized_telemetry=False)
            )
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

    def upsert(self, ids: Sequence[str], embeddings: Sequence[Sequence[float]]) -> None:
        """Writes one vector an id, replacing those that exist; split to the client's largest batch."""
        for first in range(0, len(ids), self._max_batch):
            batch = slice(first, first + self._max_batch)
            self._collection.upsert(
                ids=list(ids[batch]), embeddings=np.asarray(embeddings[batch], dtype=np.float32)
            )

    def delete(self, ids: Sequence[str]) -> None:
        """Deletes the vectors with these ids; unknown ids are left alone."""
        for first in range(0, len(ids), self._max_batch):
            self._collection.delete(ids=list(ids[first : first + self._max_batch]))

    def search(self, embedding: Sequence[float], top_k: int) -> list[tuple[str, float]]:
        """Ids with cosine similarity (-1 to 1), best first, ties by id; at most `top_k`."""
        n_results = min(top_k, self._collection.count())
        if not n_results:
            return []
        found = self._collection.query(
            query_embeddings=np.asarray([embedding], dtype=np.float32),
            n_results=n_results,
            include=["distances"],
        )
        distances = (found["distances"] or [[]])[0]
        pairs = [(id_, 1.0 - distance) for id_, distance in zip(found["ids"][0], distances, strict=True)]
        return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))

    def ids(self) -> Iterator[str]:
        """All ids, in no particular order."""
        for offset in range(0, self._collection.count(), self._max_batch):
            yield from self._collection.get(limit=self._max_batch, offset=offset, include=[])["ids"]

    def count(self) -> int:
        """How many vectors there are."""
        return self._collection.count()

    def clear(self) -> None:
        """Deletes all vectors."""
        self._client.delete_collection(COLLECTION)
        self._collection = self._client.create_collection(
            COLLECTION,
            configuration={"hnsw": {"space": "cosine", "ef_search": EF_SEARCH}},
            embedding_function=None,
        )

    def close(self) -> None:
        """Closes the store's files."""
        self._client.close()  # type: ignore[attr-defined]  # ClientAPI lacks it, PersistentClient's has it


def discard_vectors(folder: Path) -> None:
    """Deletes the store's files, also damaged ones; the store must not be open."""
    shutil.rmtree(folder, ignore_errors=True)
