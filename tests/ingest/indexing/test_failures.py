"""Failures around a run: a folder that can't be written, a full disk, a locked database. Nothing is lost by them."""

from __future__ import annotations

import ctypes
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

import ingest
from rag.errors import LibraryError
from rag.library import database
from rag.library.library import Library
from rag.settings import load_settings
from rag.wiring import build_library
from tests.fakes import BagOfWordsEmbeddings

PR_CAPBSET_DROP = 24
CAP_DAC_OVERRIDE = 1
"""Of Linux: how a process gives up what lets root write where permissions forbid it; see capabilities(7)."""

N_NEWS = 10

INGEST = """
import resource, sys
from pathlib import Path
import chromadb, ingest, ingest.readers.text
from rag.errors import FootnoteError
from rag.settings import load_settings
from rag.wiring import build_library
from tests.fakes import BagOfWordsEmbeddings

home, news, limit_bytes = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
if limit_bytes:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, limit_bytes))
try:
    library = build_library(load_settings(home=home), embeddings=BagOfWordsEmbeddings())
    ingest.ingest([news], library=library)
    library.close()
except FootnoteError as exc:
    print(exc)
    sys.exit(1)
"""


def run_ingest(home: Path, news: Path, limit_bytes: int = 0) -> subprocess.CompletedProcess[str]:
    """Ingests in a process that permissions bind, also where root runs the tests."""
    command = [sys.executable, "-c", INGEST, str(home), str(news), str(limit_bytes)]
    bind = _bind_to_permissions if os.geteuid() == 0 else None
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, preexec_fn=bind)


def _bind_to_permissions() -> None:
    """Has root obey permissions from its next program on; it stays root, so that it can read its own environment."""
    if ctypes.CDLL(None, use_errno=True).prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "the right to write everywhere can't be given up")


def opened(home: Path) -> Library:
    return build_library(load_settings(home=home), embeddings=BagOfWordsEmbeddings())


def contents(home: Path) -> list[object]:
    with closing(opened(home)) as library:
        assert ingest.verify(library=library) == []
        return [library.catalog.articles(), sorted(library.catalog.chunk_ids()), sorted(library.vectors.ids())]


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one short article, and `N_NEWS` long ones in the folder `news`; no test changes it."""
    folder = tmp_path_factory.mktemp("sources")
    (folder / "first.txt").write_text("The organization has 14 dialogue partners.")
    (folder / "news").mkdir()
    for n in range(N_NEWS):
        sentences = [f"Article {n} tells in sentence {m} of harbour {n * m} and railway {n + m}." for m in range(150)]
        (folder / "news" / f"{n:02}.txt").write_text(" ".join(sentences))
    return folder


@pytest.fixture
def news(sources: Path) -> Path:
    return sources / "news"


@pytest.fixture(scope="module")
def all_contents(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> list[object]:
    """What a library holds into which everything was taken without a failure."""
    whole = tmp_path_factory.mktemp("whole")
    with closing(opened(whole)) as library:
        ingest.ingest([str(sources / "first.txt"), str(sources / "news")], library=library)
    return contents(whole)


@pytest.fixture(scope="module")
def made(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of one article, which tests copy."""
    home = tmp_path_factory.mktemp("first") / "home"
    with closing(opened(home)) as library:
        ingest.ingest([str(sources / "first.txt")], library=library)
    return home


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    """A library of one article."""
    return Path(shutil.copytree(made, tmp_path / "home"))


SLOW = pytest.mark.slow


@pytest.mark.parametrize("spare_kb", [1, pytest.param(20, marks=SLOW), 80, pytest.param(160, marks=SLOW), 240])
def test_a_full_disk_is_told_and_nothing_is_lost(
    home: Path, news: Path, spare_kb: int, all_contents: list[object]
) -> None:
    before = contents(home)
    largest = max(path.stat().st_size for path in home.rglob("*") if path.is_file())
    done = run_ingest(home, news, limit_bytes=largest + spare_kb * 1024)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith(("The catalog", "Chroma could not write", "The vectors", "The library"))
    with closing(opened(home)) as library:
        assert set(before[0]) <= set(library.catalog.articles())  # type: ignore[call-overload]  # a list of articles
        ingest.ingest([str(news)], library=library)
    assert contents(home) == all_contents


@pytest.mark.parametrize("with_library", [True, False], ids=["a library", "no library yet"])
def test_a_folder_that_can_not_be_written_is_told(home: Path, news: Path, tmp_path: Path, with_library: bool) -> None:
    there = tmp_path / "there"
    if with_library:
        shutil.copytree(home, there)
        before = contents(there)
    else:
        there.mkdir()
    for path in [there, *there.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        done = run_ingest(there, news)
    finally:
        for path in [there, *there.rglob("*")]:
            path.chmod(0o755 if path.is_dir() else 0o644)
    assert (done.returncode, done.stderr) == (1, "")
    assert str(there) in done.stdout and "FOOTNOTE_HOME" in done.stdout
    if with_library:
        assert contents(there) == before


def test_a_catalog_that_another_program_has_locked_is_told_and_the_next_run_goes_on(
    home: Path, news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT_S", 0.2)
    before = contents(home)
    with closing(opened(home)) as library:
        with closing(sqlite3.connect(home / "catalog.sqlite3")) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(LibraryError, match=r"locked.*Try again when no other program writes"):
                ingest.ingest([str(news)], library=library)
            assert library.catalog.articles() == before[0]
        assert ingest.ingest([str(news)], library=library).count("added") == N_NEWS
    assert len(contents(home)[0]) == N_NEWS + 1  # type: ignore[arg-type]  # a list of articles


def test_a_second_writing_process_is_told_and_takes_nothing_from_the_first(home: Path, news: Path) -> None:
    with closing(opened(home)) as library, library.writing():
        done = run_ingest(home, news)
    assert done.returncode == 1 and "Another process is writing" in done.stdout
    assert run_ingest(home, news).returncode == 0
    assert len(contents(home)[0]) == N_NEWS + 1  # type: ignore[arg-type]  # a list of articles
