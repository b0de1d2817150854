"""Tables as text: an article a row, or one article of rows."""

from __future__ import annotations

from pathlib import Path

from ingest.records import Document, ReadFailure
from tests.ingest.files import only, read


def test_a_table_with_a_text_column_is_an_article_a_row(tmp_path: Path) -> None:
    table = (
        'Title;Content;Date;Source\n"Rain; again";"It rained, ""hard"".\n\nThen not.";2024-07-03;BBC\n'
        "Dry;It was dry.;;BBC\nNone;;;BBC\n"
    )
    first, second, failure = read(tmp_path, "news.csv", table)
    assert isinstance(first, Document) and isinstance(second, Document) and isinstance(failure, ReadFailure)
    assert (first.title, first.text) == ("Rain; again", 'It rained, "hard".\n\nThen not.')
    assert (first.published, first.publisher) == ("2024-07-03", "BBC")
    assert (second.source, second.key) == (f"{tmp_path}/news.csv#2", f"{tmp_path.resolve()}/news.csv#2")
    assert failure.reason == 'record 3: "content" is blank'


def test_a_table_without_a_text_column_is_one_article_of_rows(tmp_path: Path) -> None:
    document = only(read(tmp_path, "trade of asia.tsv", "Country\tTrade\nIndia\t9\nChina\t\n"))
    assert document.text == "Country | Trade\nIndia | 9\n\nChina"
    assert document.title == "Trade of asia"


def test_too_many_rows_are_refused_or_left_out_with_a_reason(tmp_path: Path) -> None:
    (failure,) = read(tmp_path, "numbers.csv", "a,b\n" + "1,2\n" * 10_001)
    assert isinstance(failure, ReadFailure) and "more than 10,000 rows" in failure.reason
    *documents, failure = read(tmp_path, "texts.csv", "title,text\n" + "T,It rained.\n" * 10_002)
    assert len(documents) == 10_000
    assert isinstance(failure, ReadFailure) and "record 10001 and all behind it" in failure.reason
