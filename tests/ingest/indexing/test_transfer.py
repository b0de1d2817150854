"""Export and import: a library that is moved, and one that is merged into another, lose and double nothing."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import ingest
from rag.errors import LibraryError
from rag.library.library import Library
from rag.settings import load_settings
from rag.wiring import build_chatbot, build_library
from tests.fakes import BagOfWordsEmbeddings

PARTNERS = "The organization has 14 dialogue partners."
QUESTION = "How many dialogue partners does the organization have?"


def opened(home: Path) -> Library:
    return build_library(load_settings(home=home), embeddings=BagOfWordsEmbeddings())


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """A library of two articles, one in two versions."""
    library = opened(tmp_path / "one")
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "trade.md").write_text(
        "---\ntitle: Trade grows\npublished: 2024-07-03\nupdated: 2024-07-05\nauthors: [Ann, Bo]\n---\n\n"
        "Trade grew fast in 2023."
    )
    (folder / "partners.txt").write_text(PARTNERS)
    ingest.ingest([str(folder)], library=library)
    (folder / "partners.txt").write_text(f"{PARTNERS} Turkey is one of them.")
    ingest.ingest([str(folder)], library=library)
    yield library
    library.close()


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Library]:
    other = opened(tmp_path / "two")
    yield other
    assert ingest.verify(library=other) == []
    other.close()


def everything(library: Library) -> list[object]:
    articles = library.catalog.articles()
    histories = [library.catalog.history(article.id) for article in articles]
    return [articles, histories, sorted(library.catalog.chunk_ids()), sorted(library.vectors.ids())]


def moved(library: Library, other: Library, path: Path) -> list[str]:
    ingest.export_library(str(path), library=library)
    return [outcome.status for outcome in ingest.import_library(str(path), library=other).outcomes]


def test_an_empty_home_gets_all_that_was_exported_with_its_versions(
    library: Library, other: Library, tmp_path: Path
) -> None:
    bot = build_chatbot(load_settings(llm="none"), library=library)
    (citation,) = bot.ask(QUESTION).citations
    assert moved(library, other, tmp_path / "moved.zip") == ["added", "added"]
    assert everything(other) == everything(library)
    there = build_chatbot(load_settings(llm="none"), library=other)
    assert there.ask(QUESTION).citations == (citation,)
    assert other.catalog.article(citation.article_id, 1).text == PARTNERS


def test_importing_twice_is_importing_once(library: Library, other: Library, tmp_path: Path) -> None:
    moved(library, other, tmp_path / "moved.zip")
    before = everything(other)
    assert moved(library, other, tmp_path / "moved.zip") == ["unchanged", "unchanged"]
    assert moved(other, library, tmp_path / "back.zip") == ["unchanged", "unchanged"]
    assert everything(other) == before == everything(library)


def test_the_same_article_from_another_path_is_not_doubled(library: Library, other: Library, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.md"
    elsewhere.write_text((tmp_path / "news" / "trade.md").read_text())
    ingest.ingest([str(elsewhere)], library=other)
    assert sorted(moved(library, other, tmp_path / "moved.zip")) == ["added", "unchanged"]
    assert other.catalog.counts()[0] == 2


def test_versions_that_both_sides_have_not_are_added_behind_and_citations_of_both_resolve(
    library: Library, other: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "news" / "partners.txt"
    path.write_text("There, the count of partners was written down differently.")
    ingest.ingest([str(path)], library=other)
    (own,) = other.catalog.articles()

    assert moved(library, other, tmp_path / "moved.zip") == ["updated", "added"]

    texts = [past.article.text for past in other.catalog.history(own.id)]
    assert texts == [own.text, PARTNERS, f"{PARTNERS} Turkey is one of them."]
    assert other.catalog.article(own.id, own.version).text == own.text
    assert other.catalog.article(own.id).text in texts
    assert moved(library, other, tmp_path / "moved.zip") == ["unchanged", "unchanged"]


def test_a_removed_article_that_is_imported_gets_new_version_numbers(library: Library, tmp_path: Path) -> None:
    ingest.export_library(str(tmp_path / "moved.zip"), library=library)
    gone = next(article for article in library.catalog.articles() if article.version == 2)
    ingest.remove(gone.id, library=library)
    ingest.import_library(str(tmp_path / "moved.zip"), library=library)
    assert [past.article.version for past in library.catalog.history(gone.id)] == [3, 4]
    assert library.catalog.article(gone.id).text == gone.text


def test_an_export_replaces_the_file_and_leaves_nothing_beside_it(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "out" / "moved.zip"
    for _ in range(2):
        assert ingest.export_library(str(path), library=library) == 2
    assert [each.name for each in path.parent.iterdir()] == ["moved.zip"]


def test_an_export_that_can_not_be_written_says_where(library: Library, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LibraryError, match=r"can't be written to .*moved\.zip"):
        ingest.export_library(str(tmp_path / "file" / "moved.zip"), library=library)


def damaged(path: Path, line: str) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.comment = b"footnote-library-1"
        archive.writestr("articles.jsonl", line)


def test_a_damaged_file_is_told_and_takes_nothing_away(library: Library, tmp_path: Path) -> None:
    before = everything(library)
    good = tmp_path / "good.zip"
    ingest.export_library(str(good), library=library)
    cut, foreign, missing = tmp_path / "cut.zip", tmp_path / "foreign.zip", tmp_path / "missing.zip"
    cut.write_bytes(good.read_bytes()[:-40])
    with zipfile.ZipFile(foreign, "w") as archive:
        archive.writestr("articles.jsonl", "")
    for path in (cut, foreign, missing):
        with pytest.raises(LibraryError, match=path.name):
            ingest.import_library(str(path), library=library)
    with zipfile.ZipFile(good) as archive:
        record = json.loads(archive.read("articles.jsonl").splitlines()[0])
    changes: list[dict[str, Any]] = [
        {"id": "../x"},
        {"current": 7},
        {"versions": []},
        {"more": 1},
        {"versions": record["versions"] * 2},
    ]
    for changed in changes:
        damaged(tmp_path / "bad.zip", json.dumps(record | changed))
        with pytest.raises(LibraryError, match="damaged in article 1"):
            ingest.import_library(str(tmp_path / "bad.zip"), library=library)
    assert everything(library) == before
