"""Files that are gone from a folder: their articles are named while they still answer, and removed when asked to."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import ingest
from ingest.records import Outcome
from rag.library.library import Library


@pytest.fixture
def library(library: Library) -> Iterator[Library]:
    """An empty library, and at the end a whole one."""
    yield library
    assert ingest.verify(library=library) == []


@pytest.fixture
def folder(library: Library, tmp_path: Path) -> Path:
    """An ingested folder of two articles."""
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "a.txt").write_text("The railway was opened by the minister.")
    (folder / "b.txt").write_text("The harbour was closed by the weather.")
    ingest.ingest([str(folder)], library=library)
    return folder


def told(library: Library, folder: Path, *, prune: bool = False) -> list[Outcome]:
    report = ingest.ingest([str(folder)], library=library, prune=prune)
    return [outcome for outcome in report.outcomes if outcome.status != "unchanged"]


def names(library: Library) -> set[str]:
    return {Path(article.source).name for article in library.catalog.articles()}


def test_a_deleted_file_is_named_with_the_command_each_time_until_its_article_is_removed(
    library: Library, folder: Path
) -> None:
    (folder / "b.txt").unlink()
    for _ in range(2):
        (outcome,) = told(library, folder)
        assert (outcome.status, outcome.source) == ("missing", str(folder / "b.txt"))
        assert f"`footnote remove {outcome.article_id}`" in outcome.reason and "--prune" in outcome.reason
    ingest.remove(outcome.article_id, library=library)
    assert told(library, folder) == []
    assert names(library) == {"a.txt"}


def test_pruning_removes_the_articles_of_deleted_files(library: Library, folder: Path) -> None:
    (folder / "b.txt").unlink()
    assert [(o.status, Path(o.source).name) for o in told(library, folder, prune=True)] == [("removed", "b.txt")]
    assert names(library) == {"a.txt"}
    assert told(library, folder) == []


def test_a_record_that_left_its_file_is_named(library: Library, folder: Path) -> None:
    line = '{{"source": "{0}", "title": "{0}", "text": "Record {0} is here."}}\n'
    (folder / "r.jsonl").write_text(line.format("one") + line.format("two"))
    ingest.ingest([str(folder)], library=library)
    (folder / "r.jsonl").write_text(line.format("two"))
    assert [(o.status, o.source) for o in told(library, folder)] == [("missing", "one")]


def test_a_renamed_file_is_not_missing(library: Library, folder: Path) -> None:
    (folder / "b.txt").rename(folder / "c.txt")
    assert [outcome.status for outcome in told(library, folder)] == ["duplicate"]


def test_an_empty_folder_is_told_and_nothing_is_pruned(library: Library, folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()
    outcomes = told(library, folder, prune=True)
    assert [outcome.status for outcome in outcomes] == ["missing", "missing"]
    assert "--prune" not in outcomes[0].reason
    assert names(library) == {"a.txt", "b.txt"}


def test_other_folders_and_files_that_were_named_themselves_are_left_alone(
    library: Library, folder: Path, tmp_path: Path
) -> None:
    other = tmp_path / "newspaper"
    other.mkdir()
    (other / "c.txt").write_text("The mayor was elected.")
    ingest.ingest([str(other)], library=library)
    (other / "c.txt").unlink()
    assert told(library, folder, prune=True) == []
    assert "c.txt" in names(library)


def test_a_file_whose_name_is_no_text_is_not_taken_for_gone(library: Library, folder: Path) -> None:
    path = os.fsencode(folder) + b"/caf\xe9.txt"
    try:
        with open(path, "w") as file:
            file.write("The bakery was sold.")
    except OSError:
        pytest.skip("the file system takes no such name")
    ingest.ingest([str(folder)], library=library)
    assert told(library, folder, prune=True) == []
