"""Verifying: every difference between the catalog, which is the source of truth, and what is made from it."""

from __future__ import annotations

from contextlib import closing

from rag.library.catalog import Catalog
from rag.library.library import REBUILDING, Library, write_lock
from rag.library.vectors.port import Inspection
from rag.library.vectors.stores import inspect_vectors
from rag.settings import Settings


def verify_library(library: Library) -> list[str]:
    """Every difference in an open library, in words; empty when all agrees."""
    return _differences(library.catalog, library.vectors.inspect())


def verify_home(settings: Settings) -> list[str]:
    """Every difference in the library of the settings; damaged vectors are opened in another process.

    Raises:
        LibraryError: the catalog can't be opened.
        LibraryLockedError: another process is writing, so that catalog and vectors can't agree now.
    """
    with write_lock(settings), closing(Catalog(settings.catalog_path)) as catalog:
        return _differences(catalog, inspect_vectors(settings))


def _differences(catalog: Catalog, found: Inspection) -> list[str]:
    indexed, stored = set(catalog.chunk_ids()), set(found.ids)
    unreadable = set(found.unreadable)
    bare, n_loose = catalog.unsearchable()
    told = list(found.problems)
    if catalog.fingerprint() == REBUILDING:
        told.append("a rebuild was interrupted")
    told += [f"chunk {chunk_id} has no vector" for chunk_id in sorted(indexed - stored - unreadable)]
    told += [f"the vector of chunk {chunk_id} can't be read" for chunk_id in sorted(unreadable)]
    told += [f"vector {chunk_id} has no chunk" for chunk_id in sorted(stored - indexed)]
    told += [f"{id_} has no lexical row" for id_ in bare]
    return told + ([f"{n_loose} lexical rows have no chunk"] if n_loose else [])
