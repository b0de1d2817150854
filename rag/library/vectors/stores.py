"""The vector store of a library: the one place that chooses an adapter."""

from __future__ import annotations

from rag.library.vectors.chroma import ChromaVectors, discard_folder
from rag.library.vectors.chroma_inspection import inspect_folder
from rag.library.vectors.port import Inspection, VectorStore
from rag.settings import Settings


def open_vectors(settings: Settings) -> VectorStore:
    """Return the open vector store of a library, which is made when it doesn't exist.

    Raises:
        LibraryError: it can't be opened.
    """
    return ChromaVectors(settings.vectors_dir)


def discard_vectors(settings: Settings) -> None:
    """Delete a library's vector store, also a damaged one; it must not be open."""
    discard_folder(settings.vectors_dir)


def inspect_vectors(settings: Settings) -> Inspection:
    """Return what a library's vector store holds, also a damaged one; a store that doesn't exist holds nothing."""
    return inspect_folder(settings.vectors_dir)
