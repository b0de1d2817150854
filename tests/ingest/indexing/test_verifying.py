"""Verifying and rebuilding: every difference is told, damaged files end nothing, and a rebuild finds the same again."""

from __future__ import annotations

import shutil
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import chromadb
import pytest
from chromadb.config import Settings as ChromaSettings

import ingest
from rag.errors import IndexMismatchError, LibraryError, LibraryLockedError
from rag.library.library import Library
from rag.library.vectors.chroma import COLLECTION
from rag.library.vectors.chroma_files import NAMES
from rag.library.vectors.chroma_inspection import inspect_folder
from rag.retrieval.hybrid import HybridSearch
from rag.settings import Settings, load_settings
from rag.wiring import build_library
from tests.fakes import BagOfWordsEmbeddings
from tests.rag.library.test_library import other_writer

QUESTION = "How many dialogue partners does the organization have?"


def opened(settings: Settings, *, rebuilding: bool = False) -> Library:
    return build_library(settings, embeddings=BagOfWordsEmbeddings(), rebuilding=rebuilding)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose vectors are in Chroma's index files, as those of a large library are."""
    home = tmp_path_factory.mktemp("made") / "home"
    client = chromadb.PersistentClient(home / "vectors", settings=ChromaSettings(anonymized_telemetry=False))
    client.get_or_create_collection(
        COLLECTION,
        configuration={"hnsw": {"space": "cosine", "ef_search": 200, "batch_size": 2, "sync_threshold": 3}},
        embedding_function=None,
    )
    client.close()  # type: ignore[attr-defined]  # ClientAPI lacks it, PersistentClient's has it
    library = opened(load_settings(home=home))
    for source in ingest.sample_sources():  # one by one, so that the index is written in several goes
        ingest.ingest([source], library=library)
    library.close()
    return home


@pytest.fixture
def settings(made: Path, tmp_path: Path) -> Settings:
    """A copy of that library, not opened."""
    shutil.copytree(made, tmp_path / "home")
    return load_settings(home=tmp_path / "home")


def found(settings: Settings) -> list[tuple[str, int, float]]:
    library = opened(settings)
    passages = HybridSearch(library).search(QUESTION, 8)
    library.close()
    return [(passage.chunk.id, passage.rank, round(passage.score, 9)) for passage in passages]


def test_a_whole_library_has_no_differences(settings: Settings) -> None:
    assert len(list(settings.vectors_dir.glob("*/*.bin"))) == len(NAMES)
    assert ingest.verify(settings) == []
    with closing(opened(settings)) as library:
        assert ingest.verify(library=library) == []


def test_differences_are_told_one_by_one(settings: Settings) -> None:
    with closing(opened(settings)) as library:
        gone, bare = library.catalog.chunk_ids()[:2]
        library.vectors.delete([gone])
        library.vectors.upsert(["left-over"], library.embeddings.embed_documents(["x"]))
    with closing(sqlite3.connect(settings.catalog_path)) as connection, connection:
        connection.execute("DELETE FROM chunks_fts WHERE rowid = (SELECT rowid FROM chunks WHERE id = ?)", [bare])
        (article_id,) = connection.execute("SELECT max(article_id) FROM chunks").fetchone()
        connection.execute(
            "DELETE FROM articles_fts WHERE rowid IN (SELECT rowid FROM chunks WHERE article_id = ?)", [article_id]
        )
        connection.execute("INSERT INTO chunks_fts(rowid, title, text) VALUES (999999, 'x', 'y')")
    assert ingest.verify(settings) == [
        f"chunk {gone} has no vector",
        "vector left-over has no chunk",
        *sorted([f"{bare} has no lexical row", f"{article_id} has no lexical row"]),
        "1 lexical rows have no chunk",
    ]


def _cut(path: Path, n_bytes: int) -> None:
    with path.open("r+b") as file:
        file.truncate(n_bytes)


DAMAGES: dict[str, Callable[[Path], None]] = {
    "missing": Path.unlink,
    "cut off": lambda path: _cut(path, 10),
    "empty": lambda path: _cut(path, 0),
}


DAMAGED = ("chroma.sqlite3", "index_metadata.pickle", *NAMES)
EACH_DAMAGE = [
    pytest.param(name, how, marks=() if m == n % len(DAMAGES) else pytest.mark.slow)
    for n, name in enumerate(DAMAGED)
    for m, how in enumerate(DAMAGES)
]
"""Every damage of every file; by default one damage of each file, by turns."""


@pytest.mark.parametrize(("name", "how"), EACH_DAMAGE)
def test_damaged_files_are_told_and_a_rebuild_mends_them(settings: Settings, name: str, how: str) -> None:
    (path,) = settings.vectors_dir.rglob(name)
    DAMAGES[how](path)
    assert ingest.verify(settings) != []
    with closing(opened(settings, rebuilding=True)) as library:
        ingest.rebuild(library=library)
        assert ingest.verify(library=library) == []


def test_vectors_that_are_not_there_at_all_are_told(settings: Settings) -> None:
    shutil.rmtree(settings.vectors_dir)
    differences = ingest.verify(settings)
    assert len(differences) > 5 and all(told.endswith("has no vector") for told in differences)
    assert not settings.vectors_dir.exists()


def test_an_index_that_ends_the_process_is_told(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    fatal = Path(settings.home / "site")
    (fatal / "rag").mkdir(parents=True)
    (fatal / "rag" / "__init__.py").write_text("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    monkeypatch.setattr(sys, "path", [str(fatal), *sys.path])
    monkeypatch.chdir(fatal)
    assert any("ends the process (SIGSEGV)" in told for told in ingest.verify(settings))


def test_an_index_that_is_never_done_is_given_up(settings: Settings) -> None:
    problems = inspect_folder(settings.vectors_dir, timeout_s=0.01).problems
    assert any("took more than" in problem for problem in problems)


def test_verify_waits_for_no_writer_and_says_so(settings: Settings) -> None:
    with other_writer(settings.lock_path), pytest.raises(LibraryLockedError):
        ingest.verify(settings)


def test_a_rebuild_finds_the_same_without_the_original_files(tmp_path: Path) -> None:
    folder = tmp_path / "news"
    shutil.copytree(Path(ingest.sample_sources()[0]).parent, folder)
    settings = load_settings()
    with closing(opened(settings)) as library:
        ingest.ingest([str(folder)], library=library)
    before = found(settings)
    shutil.rmtree(folder)
    shutil.rmtree(settings.vectors_dir)
    with closing(opened(settings, rebuilding=True)) as library:
        ingest.rebuild(library=library)
    assert found(settings) == before != []
    assert ingest.verify(settings) == []


def test_a_rebuild_that_dies_before_it_begins_never_leaves_a_library_that_looks_whole(settings: Settings) -> None:
    opened(settings, rebuilding=True).close()  # the vectors are discarded, and nothing more
    with pytest.raises(IndexMismatchError, match="rebuild is running or was interrupted"):
        opened(settings)
    assert "a rebuild was interrupted" in ingest.verify(settings)


def test_a_catalog_that_is_damaged_keeps_the_vectors(settings: Settings) -> None:
    settings.catalog_path.write_bytes(b"damaged" * 1000)
    vectors = sorted(settings.vectors_dir.rglob("*"))
    with pytest.raises(LibraryError, match="catalog"):
        opened(settings, rebuilding=True)
    with pytest.raises(LibraryError, match="catalog"):
        ingest.verify(settings)
    assert sorted(settings.vectors_dir.rglob("*")) == vectors
