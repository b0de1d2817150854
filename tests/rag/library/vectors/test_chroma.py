"""The vectors on a real Chroma folder: order, batches, deletion, reopening."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.errors import LibraryError
from rag.library.vectors.chroma import ChromaVectors, discard_folder

MORE_THAN_A_BATCH = 5_600
"""Chroma takes at most 5,461 vectors in one call (SQLite's 32,766 variables, six a vector)."""


@pytest.fixture
def vectors(tmp_path: Path) -> Iterator[ChromaVectors]:
    opened = ChromaVectors(tmp_path / "vectors")
    yield opened
    opened.close()


def test_search_gives_cosine_similarities_best_first(vectors: ChromaVectors) -> None:
    vectors.upsert(["same", "opposite", "right angle", "near"], [[3, 0], [-1, 0], [0, 5], [3, 4]])
    found = vectors.search([2, 0], 10)
    assert [id_ for id_, _ in found] == ["same", "near", "right angle", "opposite"]
    assert [score for _, score in found] == pytest.approx([1, 0.6, 0, -1], abs=1e-6)


def test_equal_similarities_are_ordered_by_id(vectors: ChromaVectors) -> None:
    vectors.upsert(["c", "a", "b"], [[0, 1], [0, 1], [0, 1]])
    assert [id_ for id_, _ in vectors.search([0, 1], 3)] == ["a", "b", "c"]


def test_no_more_than_asked_for_are_found(vectors: ChromaVectors) -> None:
    assert vectors.search([1, 0], 3) == []
    vectors.upsert(["a", "b", "c"], [[1, 0], [1, 1], [0, 1]])
    assert [id_ for id_, _ in vectors.search([1, 0], 2)] == ["a", "b"]


def test_only_the_ids_asked_for_are_searched_and_unknown_ones_ignored(vectors: ChromaVectors) -> None:
    vectors.upsert(["a", "b", "c"], [[1, 0], [1, 1], [0, 1]])
    assert [id_ for id_, _ in vectors.search([1, 0], 5, ["c", "b"])] == ["b", "c"]
    assert [id_ for id_, _ in vectors.search([1, 0], 1, ["c", "b"])] == ["b"]
    assert [id_ for id_, _ in vectors.search([1, 0], 5, ["unknown", "c"])] == ["c"]
    assert vectors.search([1, 0], 5, ["unknown"]) == vectors.search([1, 0], 5, []) == []
    assert len(vectors.search([1, 0], 5, None)) == 3


def test_writing_again_replaces(vectors: ChromaVectors) -> None:
    vectors.upsert(["a", "b"], [[1, 0], [0, 1]])
    vectors.upsert(["a"], [[0, 1]])
    assert vectors.count() == 2
    assert dict(vectors.search([0, 1], 2))["a"] == pytest.approx(1)


def test_deleted_vectors_are_not_found_and_unknown_ids_left_alone(vectors: ChromaVectors) -> None:
    vectors.upsert(["a", "b"], [[1, 0], [0, 1]])
    vectors.delete(["a", "unknown"])
    vectors.delete([])
    assert [id_ for id_, _ in vectors.search([1, 0], 5)] == ["b"]
    assert list(vectors.ids()) == ["b"]


def test_more_than_one_batch_is_written_read_and_deleted(vectors: ChromaVectors) -> None:
    ids = [f"{number:05}" for number in range(MORE_THAN_A_BATCH)]
    vectors.upsert(ids, [[1, number / len(ids)] for number in range(len(ids) - 1)] + [[0, 1]])
    assert vectors.count() == len(ids)
    assert vectors.search([0, 1], 1, [*ids, "unknown"])[0][0] == ids[-1]
    assert sorted(vectors.ids()) == ids
    assert vectors.search([0, 1], 1)[0][0] == ids[-1]
    vectors.delete(ids[1:])
    assert list(vectors.ids()) == ids[:1]


def test_a_cleared_store_takes_vectors_of_another_length(vectors: ChromaVectors) -> None:
    vectors.upsert(["a"], [[1, 0]])
    vectors.clear()
    assert vectors.count() == 0
    vectors.upsert(["b"], [[1, 0, 0]])
    assert [id_ for id_, _ in vectors.search([1, 0, 0], 5)] == ["b"]


def test_vectors_are_there_after_reopening_and_gone_after_discarding(tmp_path: Path) -> None:
    for expected in ([], ["a"]):
        vectors = ChromaVectors(tmp_path / "vectors")
        assert list(vectors.ids()) == expected
        vectors.upsert(["a"], [[1, 0]])
        vectors.close()
    discard_folder(tmp_path / "vectors")
    discard_folder(tmp_path / "vectors")
    vectors = ChromaVectors(tmp_path / "vectors")
    assert vectors.count() == 0
    vectors.upsert(["b"], [[1, 0, 0]])
    vectors.close()


def test_a_folder_that_can_not_be_made_is_refused_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "vectors").write_text("a file")
    with pytest.raises(LibraryError, match="footnote rebuild"):
        ChromaVectors(tmp_path / "vectors")


def test_a_damaged_store_is_refused_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "vectors").mkdir()
    (tmp_path / "vectors" / "chroma.sqlite3").write_bytes(b"damaged, and long enough to be read " * 200)
    with pytest.raises(LibraryError, match="footnote rebuild"):
        ChromaVectors(tmp_path / "vectors")
