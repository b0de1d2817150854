"""Verifying: every difference between the catalog, which is the source of truth, and the index made from it."""

from __future__ import annotations

from contextlib import closing

from rag.library.catalog import Catalog
from rag.library.library import REBUILDING, Library, write_lock
from rag.library.vectors.port import Inspection
from rag.library.vectors.stores import inspect_vectors
from rag.settings import Settings


def verify_library(library: Library) -> list[str]:
    """Return a sentence for every difference in an open library; none when all agrees."""
    return _differences(library.catalog, library.vectors.inspect())


def verify_home(settings: Settings) -> list[str]:
    """Return a sentence for every difference in the library of the settings.

    The vectors are opened in another process, since damaged ones may crash it.

    Raises:
        LibraryError: the catalog can't be opened.
        LibraryLockedError: another process is writing, so catalog and vectors can't agree now.
    """
    with write_lock(settings), closing(Catalog(settings.catalog_path)) as catalog:
        return _differences(catalog, inspect_vectors(settings))


def _differences(catalog: Catalog, found: Inspection) -> list[str]:
    indexed, with_vector = set(catalog.chunk_ids()), set(found.ids)
    unreadable = set(found.unreadable)
    bare, n_loose = catalog.unsearchable()
    differences = list(found.problems)
    if catalog.fingerprint() == REBUILDING:
        differences.append("a rebuild was interrupted")
    differences += [f"chunk {chunk_id} has no vector" for chunk_id in sorted(indexed - with_vector - unreadable)]
    differences += [f"the vector of chunk {chunk_id} can't be read" for chunk_id in sorted(unreadable)]
    differences += [f"vector {chunk_id} has no chunk" for chunk_id in sorted(with_vector - indexed)]
    differences += [f"{id_} has no lexical row" for id_ in bare]
    return differences + ([f"{n_loose} lexical rows have no chunk"] if n_loose else [])
