"""Watching folders: the library follows new, changed and deleted files, and nothing is removed by mistake."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import ingest
from ingest.records import Outcome
from ingest.watching import sync, watch_folders
from rag.errors import IngestError
from rag.library.library import Library
from tests.rag.library.test_library import other_writer


@pytest.fixture
def library(library: Library) -> Iterator[Library]:
    """An empty library, and at the end a whole one."""
    yield library
    assert ingest.verify(library=library) == []


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "a.txt").write_text("The railway was opened by the minister.")
    (folder / "b.txt").write_text("The harbour was closed by the weather.")
    return folder


def texts(library: Library) -> dict[str, str]:
    return {Path(article.source).name: article.text for article in library.catalog.articles()}


def synced(library: Library, folder: Path, *paths: Path) -> list[tuple[str, str]]:
    told: list[Outcome] = []
    sync(library, [str(folder)], [str(path) for path in paths or [folder]], told.append)
    return [(outcome.status, Path(outcome.source).name) for outcome in told if outcome.status != "unchanged"]


def test_new_changed_and_deleted_files_are_followed(library: Library, folder: Path) -> None:
    assert synced(library, folder) == [("added", "a.txt"), ("added", "b.txt")]
    (folder / "a.txt").write_text("The railway was closed again.")
    (folder / "b.txt").unlink()
    (folder / "sub").mkdir()
    (folder / "sub" / "c.txt").write_text("The mayor was elected.")
    (folder / ".hidden.txt").write_text("A draft.")
    assert synced(library, folder, folder / "a.txt", folder / "b.txt", folder / "sub", folder / ".hidden.txt") == [
        ("updated", "a.txt"),
        ("added", "c.txt"),
        ("removed", "b.txt"),
    ]
    assert set(texts(library)) == {"a.txt", "c.txt"}


def test_files_deleted_while_nobody_watched_are_noticed_at_the_start(library: Library, folder: Path) -> None:
    synced(library, folder)
    (folder / "b.txt").unlink()
    assert synced(library, folder) == [("removed", "b.txt")]


def test_an_article_that_another_file_still_holds_stays(library: Library, folder: Path, tmp_path: Path) -> None:
    twin = tmp_path / "elsewhere.txt"
    twin.write_text((folder / "b.txt").read_text())
    synced(library, folder)
    ingest.ingest([str(twin)], library=library)
    (folder / "b.txt").unlink()
    assert synced(library, folder) == []
    assert "b.txt" in texts(library)


def test_a_renamed_file_keeps_its_article(library: Library, folder: Path) -> None:
    synced(library, folder)
    before = {article.id for article in library.catalog.articles()}
    (folder / "b.txt").rename(folder / "c.txt")
    assert synced(library, folder) == [("duplicate", "c.txt")]
    assert {article.id for article in library.catalog.articles()} == before


def test_a_record_that_left_its_file_is_removed(library: Library, folder: Path) -> None:
    records = folder / "r.jsonl"
    line = '{{"source": "{0}", "title": "{0}", "text": "Record {0} is here."}}\n'
    records.write_text(line.format("one") + line.format("two"))
    synced(library, folder)
    records.write_text(line.format("two"))
    assert synced(library, folder, records) == [("removed", "one")]


def test_what_is_not_in_the_folder_or_vanished_as_a_whole_is_left_alone(
    library: Library, folder: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("The election was won by the mayor.")
    ingest.ingest([str(outside)], library=library)
    synced(library, folder)
    outside.unlink()
    shutil.rmtree(folder)
    folder.mkdir()  # as when a disk is not mounted
    assert synced(library, folder) == []
    folder.rmdir()
    with pytest.raises(IngestError, match="not a folder, or no longer there"):
        watch_folders(library, [str(folder)])
    assert set(texts(library)) == {"a.txt", "b.txt", "outside.txt"}


@contextmanager
def watching(library: Library, folder: Path) -> Iterator[Callable[[Callable[[], bool]], None]]:
    """Watches in a thread; gives a function that waits until something is so."""
    stop = threading.Event()
    thread = threading.Thread(target=watch_folders, args=(library, [str(folder)], None, stop, 50))
    thread.start()

    def wait_until(is_so: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 30
        while not is_so():
            assert time.monotonic() < deadline and thread.is_alive()
            time.sleep(0.05)

    try:
        yield wait_until
    finally:
        stop.set()
        thread.join(30)
        assert not thread.is_alive()


def test_a_watched_folder_is_followed_while_it_changes(library: Library, folder: Path) -> None:
    with watching(library, folder) as wait_until:
        wait_until(lambda: len(texts(library)) == 2)
        (folder / "c.txt").write_text("The mayor was elected.")
        wait_until(lambda: "c.txt" in texts(library))
        (folder / "c.txt").write_text("The mayor was not elected.")
        (folder / "a.txt").unlink()
        wait_until(
            lambda: texts(library).get("c.txt") == "The mayor was not elected." and "a.txt" not in texts(library)
        )


def test_changes_wait_while_another_process_writes(library: Library, folder: Path) -> None:
    with other_writer(library.settings.lock_path) as writer, watching(library, folder) as wait_until:
        time.sleep(3)  # longer than a writer waits for the lock
        assert texts(library) == {}
        writer.kill()
        wait_until(lambda: len(texts(library)) == 2)
