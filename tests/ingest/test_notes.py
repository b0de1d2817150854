"""Notes on how a text was taken: told when it is ingested, kept with the article, carried by an export."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import ingest
from rag.library.library import Library
from rag.library.records import content_hash
from rag.settings import load_settings
from rag.wiring import build_library
from tests.fakes import BagOfWordsEmbeddings
from tests.ingest.pdfs import column, draw_pdf
from tests.ingest.site import serve_site
from ui.http.event_data import render_article_data

LINES = [
    "The ferry to Brakstad leaves at six",
    "from Monday on, and the crew begins",
    "its watch an hour earlier than now.",
]
DOUBTFUL = draw_pdf([[*column(50, 700, LINES), *column(60, 700, [line.upper() for line in LINES])]])


@pytest.fixture
def library(empty_home: Path) -> Iterator[Library]:
    settings = load_settings(fetch_allowed_hosts=("127.0.0.1",), fetch_delay_s=0)
    opened = build_library(settings, embeddings=BagOfWordsEmbeddings())
    yield opened
    opened.close()


def test_a_doubtful_order_is_told_and_stays_with_the_article(library: Library, tmp_path: Path) -> None:
    (tmp_path / "ferry.pdf").write_bytes(DOUBTFUL)
    (outcome,) = ingest.ingest([str(tmp_path / "ferry.pdf")], library=library).outcomes
    (article,) = library.catalog.articles()
    assert "page 1 of the PDF is uncertain" in article.note
    assert (outcome.status, outcome.reason) == ("added", article.note)
    assert render_article_data(article)["note"] == article.note


def test_a_note_survives_an_export(library: Library, tmp_path: Path) -> None:
    (tmp_path / "ferry.pdf").write_bytes(DOUBTFUL)
    ingest.ingest([str(tmp_path / "ferry.pdf")], library=library)
    ingest.export_library(str(tmp_path / "all.zip"), library=library)
    other = build_library(load_settings(home=tmp_path / "other"), embeddings=BagOfWordsEmbeddings())
    ingest.import_library(str(tmp_path / "all.zip"), library=other)
    assert [article.note for article in other.catalog.articles()] == [library.catalog.articles()[0].note]
    other.close()


def test_a_note_makes_a_new_version_and_none_changes_no_hash(library: Library, tmp_path: Path) -> None:
    (tmp_path / "ferry.txt").write_text("The ferry leaves at six.")
    ingest.ingest([str(tmp_path / "ferry.txt")], library=library)
    (article,) = library.catalog.articles()
    assert article.note == ""
    assert content_hash(replace(article, note="Its order is uncertain.")) != content_hash(article)


def test_a_pdf_of_the_web_is_read_in_another_process_with_its_note(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(data: bytes) -> None:
        raise AssertionError("read in this process")

    monkeypatch.setattr("ingest.readers.pdf.extract_pdf", never)
    with serve_site() as site:
        address = site.put("/ferry.pdf", DOUBTFUL, Content_Type="application/pdf")
        (outcome,) = ingest.ingest([address], library=library).outcomes
    assert outcome.status == "added" and "uncertain" in outcome.reason
