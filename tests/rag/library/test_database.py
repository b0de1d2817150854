"""The catalog's file: any folder, files that are refused, and files of earlier versions that are upgraded."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from rag.errors import LibraryError
from rag.library.catalog import Catalog
from tests.rag.build import article
from tests.rag.library.test_catalog import search, store


@pytest.mark.parametrize("name", ["a?b#c%20d", "with space", "ünïcode"])
def test_a_folder_can_have_any_name(tmp_path: Path, name: str) -> None:
    catalog = Catalog(tmp_path / name / "catalog.sqlite3")
    store(catalog, article())
    catalog.close()
    assert (tmp_path / name / "catalog.sqlite3").is_file()


def test_a_file_that_is_no_catalog_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite3"
    path.write_bytes(b"not a database, but long enough to be taken for one" * 100)
    with pytest.raises(LibraryError, match=r"catalog\.sqlite3 can't be opened.*FOOTNOTE_HOME"):
        Catalog(path)


def test_a_catalog_of_another_schema_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite3"
    Catalog(path).close()
    connection = sqlite3.connect(path)
    connection.execute("UPDATE meta SET value = '99' WHERE key = 'schema'")
    connection.commit()
    connection.close()
    with pytest.raises(LibraryError, match="schema 99"):
        Catalog(path)


def test_a_catalog_of_the_first_schema_is_upgraded_when_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite3"
    catalog = Catalog(path)
    store(catalog, article("東京で会議が開かれた。", id="japanese"), article("Talks were held in Tokyo.", id="english"))
    before = catalog.articles()
    catalog.close()
    connection = sqlite3.connect(path)
    connection.execute("ALTER TABLE article_versions DROP COLUMN updated")
    connection.execute("ALTER TABLE article_versions DROP COLUMN note")
    connection.execute("UPDATE chunks_fts SET text = replace(text, ' ', '') WHERE text LIKE '%京%'")
    connection.execute("UPDATE articles_fts SET text = replace(text, ' ', '') WHERE text LIKE '%京%'")
    connection.execute("UPDATE meta SET value = '1' WHERE key = 'schema'")
    connection.commit()
    connection.close()

    upgraded = Catalog(path)
    assert upgraded.articles() == before
    assert [chunk_id.split(":")[0] for chunk_id in search(upgraded, ["会議"], 10)] == ["japanese"]
    assert len(search(upgraded, ["talks"], 10)) == 1
    assert upgraded.unsearchable() == ([], 0)
    upgraded.close()
    Catalog(path).close()


def test_a_catalog_of_the_second_schema_gets_room_for_notes(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite3"
    catalog = Catalog(path)
    store(catalog, article("Talks were held in Tokyo.", id="old"))
    catalog.close()
    connection = sqlite3.connect(path)
    connection.execute("ALTER TABLE article_versions DROP COLUMN note")
    connection.execute("UPDATE meta SET value = '2' WHERE key = 'schema'")
    connection.commit()
    connection.close()

    upgraded = Catalog(path)
    noted = replace(article("Other words.", id="new"), note="Its order is uncertain.")
    store(upgraded, noted)
    notes = {each.id: each.note for each in upgraded.articles()}
    assert notes == {"old": "", "new": "Its order is uncertain."}
    upgraded.close()
