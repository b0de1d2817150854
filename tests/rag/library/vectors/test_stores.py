"""The vector store of a library, through its port: opened, inspected and discarded by the settings alone."""

from __future__ import annotations

from rag.library.vectors.port import Inspection
from rag.library.vectors.stores import discard_vectors, inspect_vectors, open_vectors
from rag.settings import Settings, load_settings


def written(settings: Settings) -> None:
    vectors = open_vectors(settings)
    vectors.upsert(["one", "two"], [[1.0, 0.0], [0.0, 1.0]])
    assert sorted(vectors.inspect().ids) == ["one", "two"]
    vectors.close()


def test_a_store_that_does_not_exist_holds_nothing_and_is_not_made() -> None:
    settings = load_settings()
    assert inspect_vectors(settings) == Inspection()
    assert not settings.vectors_dir.exists()


def test_a_closed_store_is_inspected_and_discarded() -> None:
    settings = load_settings()
    written(settings)
    inspected = inspect_vectors(settings)
    assert (sorted(inspected.ids), inspected.unreadable, inspected.problems) == (["one", "two"], (), ())
    discard_vectors(settings)
    assert inspect_vectors(settings) == Inspection()
    written(settings)
