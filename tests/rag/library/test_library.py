"""The library: one writer at a time, recovery after one that died, and an index that fits its settings."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import ingest
from rag.errors import IndexMismatchError, LibraryLockedError
from rag.library.library import Library
from rag.library.records import NewVersion, content_hash
from rag.settings import load_settings
from rag.wiring import build_library
from tests.fakes import BagOfWordsEmbeddings
from tests.rag.build import add, article, whole_chunk

HOLD_THE_LOCK = """
import sys, time
from filelock import FileLock
with FileLock(sys.argv[1]):
    print("locked", flush=True)
    time.sleep(60)
"""


@contextmanager
def other_writer(lock_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that is writing."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD_THE_LOCK, str(lock_path)], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None and process.stdout.readline() == "locked\n"
            yield process
        finally:
            process.kill()


def reopened(**changes: Any) -> Library:
    return build_library(load_settings(**changes), embeddings=BagOfWordsEmbeddings())


def test_a_second_writer_is_refused_in_time_and_goes_on_when_the_first_has_died(library: Library) -> None:
    with other_writer(library.settings.lock_path) as process:
        started = time.monotonic()
        with pytest.raises(LibraryLockedError, match=r"Another process is writing.*Wait"):
            add(library, a="Some words.")
        assert time.monotonic() - started < 2
        assert library.catalog.articles() == []
        process.kill()
        process.wait()
        add(library, a="Some words.")
    assert len(library.catalog.articles()) == 1


def test_rebuilding_while_another_process_writes_leaves_the_vectors_alone(library: Library) -> None:
    add(library, a="Some words.")
    library.close()
    with other_writer(library.settings.lock_path), pytest.raises(LibraryLockedError):
        build_library(library.settings, embeddings=BagOfWordsEmbeddings(), rebuilding=True)
    again = reopened()
    assert ingest.verify(library=again) == []
    again.close()


def test_the_lock_is_free_after_an_error(library: Library) -> None:
    with pytest.raises(ZeroDivisionError), library.writing():
        raise ZeroDivisionError
    with library.writing():
        pass


def test_a_writer_that_died_between_vectors_and_catalog_leaves_nothing(library: Library) -> None:
    add(library, kept="Some words that stay.")
    lost = article("Words that are lost.")
    with library.writing():
        library.catalog.journal([whole_chunk(lost).id])
        library.vectors.upsert([whole_chunk(lost).id], library.embeddings.embed_documents([lost.text]))
    assert ingest.verify(library=library) == [f"vector {whole_chunk(lost).id} has no chunk"]

    with library.writing():
        assert ingest.verify(library=library) == []
    assert library.catalog.journaled() == []
    assert len(library.catalog.articles()) == library.vectors.count() == 1


def test_a_writer_that_died_between_catalog_and_the_old_vectors_leaves_only_the_new(library: Library) -> None:
    old, new = article("Old words."), article("New words.", version=2)
    with library.writing():
        for each in (old, new):
            library.catalog.journal([whole_chunk(each).id])
            library.vectors.upsert([whole_chunk(each).id], library.embeddings.embed_documents([each.text]))
            library.catalog.store(
                [NewVersion(article=each, content_hash=content_hash(each), chunks=[whole_chunk(each)])]
            )
    assert library.vectors.count() == 2

    with library.writing():
        pass
    assert list(library.vectors.ids()) == [whole_chunk(new).id]
    assert ingest.verify(library=library) == []


def test_a_writer_that_died_while_removing_leaves_no_vector(library: Library) -> None:
    ids = add(library, a="Some words.", b="Other words.")
    with library.writing():
        library.catalog.remove(ids["a"])
    assert library.vectors.count() == 2
    with library.writing():
        assert library.vectors.count() == 1


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"chunk_tokens": 64}, "chunk_tokens was 160, is 64"),
        ({"chunk_overlap_sentences": 0}, "chunk_overlap_sentences was 1, is 0"),
    ],
)
def test_other_settings_are_refused_with_the_remedy_and_a_rebuild_mends_it(
    library: Library, changes: dict[str, Any], says: str
) -> None:
    add(library, a="Some words. " * 80)
    library.close()
    with pytest.raises(IndexMismatchError, match=f"{says}.*footnote rebuild"):
        reopened(**changes)

    rebuilding = build_library(load_settings(**changes), embeddings=BagOfWordsEmbeddings(), rebuilding=True)
    n_chunks = ingest.rebuild(library=rebuilding)
    rebuilding.close()

    again = reopened(**changes)
    assert again.vectors.count() == n_chunks == again.catalog.counts()[1]
    assert ingest.verify(library=again) == []
    again.close()


def test_another_embedding_model_is_refused_and_named(library: Library) -> None:
    add(library, a="Some words.")
    library.close()
    with pytest.raises(IndexMismatchError, match="embeddings was fake:bag-of-words, is fake:other"):
        build_library(library.settings, embeddings=BagOfWordsEmbeddings("fake:other"))


def test_a_library_that_nothing_was_written_to_opens_with_any_settings(library: Library) -> None:
    library.close()
    reopened(chunk_tokens=64).close()


def test_a_writer_notices_that_the_index_was_meanwhile_made_with_other_settings(library: Library) -> None:
    other = reopened(chunk_tokens=64)
    add(other, a="Some words.")
    other.close()
    with pytest.raises(IndexMismatchError, match="chunk_tokens was 64, is 160"):
        add(library, b="Other words.")


def test_an_interrupted_rebuild_is_told_and_can_be_run_again(library: Library) -> None:
    class Dying(BagOfWordsEmbeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            raise RuntimeError("died")

    add(library, a="Some words.", b="Other words.")
    library.close()
    dying = build_library(library.settings, embeddings=Dying(), rebuilding=True)
    with pytest.raises(RuntimeError, match="died"):
        ingest.rebuild(library=dying)
    dying.close()
    with pytest.raises(IndexMismatchError, match=r"interrupted.*footnote rebuild"):
        reopened()

    mending = build_library(library.settings, embeddings=BagOfWordsEmbeddings(), rebuilding=True)
    assert ingest.rebuild(library=mending) == 2
    mending.close()
    again = reopened()
    assert ingest.verify(library=again) == []
    again.close()


def test_damaged_vectors_are_made_anew_from_the_catalog(library: Library) -> None:
    add(library, a="Some words.", b="Other words.")
    library.close()
    for path in library.settings.vectors_dir.glob("*.sqlite3*"):
        path.write_bytes(b"damaged" * 1000)
    mending = build_library(library.settings, embeddings=BagOfWordsEmbeddings(), rebuilding=True)
    assert ingest.rebuild(library=mending) == 2
    assert ingest.verify(library=mending) == []
    mending.close()
