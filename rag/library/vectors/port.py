"""The port of a vector store: it holds one vector for each chunk, by the chunk's id; the catalog holds all else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """The content of a vector store, as far as it can be read.

    Attributes:
        ids: ids of the vectors that can be read.
        unreadable: ids of the vectors that can't be read.
        problems: sentences about what is wrong with the store as a whole.
    """

    ids: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


class VectorStore(Protocol):
    """An open vector store, safe to use from several threads; whoever writes holds the library's write lock.

    All methods but `close` raise LibraryError where the store can't be read or written.
    """

    def upsert(self, ids: Sequence[str], embeddings: Sequence[Sequence[float]]) -> None:
        """Write one vector for each id, replacing those that exist."""
        ...

    def delete(self, ids: Sequence[str]) -> None:
        """Delete the vectors with these ids; unknown ids are ignored."""
        ...

    def clear(self) -> None:
        """Delete all vectors, so that vectors of another length can be written."""
        ...

    def search(
        self, embedding: Sequence[float], top_k: int, among: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """Return at most `top_k` ids with cosine similarity (-1 to 1), best first, ties by id.

        Only the ids in `among` are searched, unknown ones ignored; None searches all.
        """
        ...

    def ids(self) -> Iterator[str]:
        """Return all ids, in no particular order."""
        ...

    def count(self) -> int:
        """Return the number of vectors."""
        ...

    def inspect(self) -> Inspection:
        """Read the whole store and return its ids, with every problem that was found."""
        ...

    def close(self) -> None:
        """Release files and connections."""
        ...
