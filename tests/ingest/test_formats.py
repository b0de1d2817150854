"""Slides, workbooks, books, mails, rich text and tables: their structure as canonical text, and their metadata."""

from __future__ import annotations

import io
import json
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest
import xlsxwriter  # type: ignore[import-untyped]  # it ships no types
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from ingest.readers.epub import extract_epub
from ingest.readers.json import extract_notebook
from ingest.readers.mail import extract_eml, extract_msg, list_attachments
from ingest.readers.odt import extract_odt
from ingest.readers.pptx import extract_pptx
from ingest.readers.rtf import extract_rtf
from ingest.readers.workbook import extract_workbook
from ingest.records import Document, ReadFailure
from ingest.sources.documents import read_file
from rag.errors import IngestError


def zipped(parts: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, text in parts.items():
            package.writestr(name, text)
    return out.getvalue()


def read(tmp_path: Path, name: str, content: str | bytes) -> list[Document | ReadFailure]:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(read_file(str(path)))


def only(items: list[Document | ReadFailure]) -> Document:
    (item,) = items
    assert isinstance(item, Document), item
    return item


def test_slides_keep_titles_lists_tables_charts_and_notes() -> None:
    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[1])
    slide.shapes.title.text = "Leaders meet"
    slide.placeholders[1].text = "The hosts came.\nThe guests came."
    slide.notes_slide.notes_text_frame.text = "Speak slowly."
    table = slide.shapes.add_table(2, 2, 0, Inches(5), Inches(4), Inches(1)).table
    for cell, text in zip(table.iter_cells(), ("Country", "Guests", "India", "7"), strict=True):
        cell.text = text
    chart = CategoryChartData()  # type: ignore[no-untyped-call]  # python-pptx types a part of itself
    chart.categories = ["2003"]
    chart.add_series("Trade", (4.5,))  # type: ignore[no-untyped-call]  # as above
    slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, 0, Inches(6), Inches(4), Inches(1), chart)
    out = io.BytesIO()
    presentation.save(out)
    extract = extract_pptx(out.getvalue())
    assert extract.title == "Leaders meet"
    assert extract.text.split("\n\n") == [
        "Leaders meet",
        "- The hosts came.\n- The guests came.",
        "Country | Guests\nIndia | 7\nCategory | Trade\n2003 | 4.5",
        "Speak slowly.",
    ]


def test_workbook_sheets_are_headings_over_rows() -> None:
    out = io.BytesIO()
    workbook = xlsxwriter.Workbook(out)
    sheet = workbook.add_worksheet("Trade by year")
    sheet.write_row(0, 0, ["Year", "Imports", "Exports"])
    sheet.write_row(1, 0, [2023, None, 19.5])
    sheet.write_row(3, 0, [2024, 3])
    workbook.add_worksheet("Empty")
    workbook.close()
    extract = extract_workbook(out.getvalue())
    assert extract.text == "Trade by year\n\nYear | Imports | Exports\n2023 | – | 19.5\n2024 | 3"


CONTAINER = "<container xmlns='urn:x'><rootfiles><rootfile full-path='OPS/book.opf'/></rootfiles></container>"
BOOK = """<package xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title>A year of summits</dc:title><dc:creator>Jane Doe</dc:creator><dc:language>en</dc:language>
<dc:publisher>The Press</dc:publisher><dc:date>2024-07</dc:date></metadata>
<manifest><item id="n" href="nav.xhtml" properties="nav"/><item id="b" href="two.xhtml"/>
<item id="a" href="text/one%201.xhtml"/></manifest>
<spine><itemref idref="n"/><itemref idref="a"/><itemref idref="b"/></spine></package>"""


def test_a_book_gives_its_chapters_in_reading_order() -> None:
    chapter = "<html xmlns='http://www.w3.org/1999/xhtml'><head><title>x</title></head><body>{}</body></html>"
    data = zipped(
        {
            "META-INF/container.xml": CONTAINER,
            "OPS/book.opf": BOOK,
            "OPS/nav.xhtml": chapter.format("<nav><ol><li>One</li></ol></nav>"),
            "OPS/two.xhtml": chapter.format("<p>The end.</p>"),
            "OPS/text/one 1.xhtml": chapter.format(
                "<h1>One</h1><p>It <b>rained</b>.<br/>Then not.</p><ul><li>a<ol><li>deep</li></ol></li><li>b</li></ul>"
                "<table><tr><th>Asia</th><td>9</td></tr></table>"
            ),
        }
    )
    extract = extract_epub(data)
    assert extract.text.split("\n\n") == [
        "One",
        "It rained.\nThen not.",
        "- a\n1. deep\n- b",
        "Asia | 9",
        "The end.",
    ]
    assert (extract.title, extract.authors, extract.published) == ("A year of summits", ("Jane Doe",), "2024-07")
    assert (extract.publisher, extract.language) == ("The Press", "en")


def test_open_document_text_gives_headings_items_and_rows() -> None:
    names = "xmlns:office='urn:o' xmlns:text='urn:t' xmlns:table='urn:b' xmlns:dc='urn:d'"
    content = (
        f"<office:document-content {names}><office:body><office:text>"
        "<text:h>Who came</text:h><text:p>The<text:s/>hosts<text:note><text:p>not here</text:p></text:note>.</text:p>"
        "<text:list><text:list-item><text:p>one</text:p><text:list><text:list-item><text:p>deep</text:p>"
        "</text:list-item></text:list></text:list-item></text:list>"
        "<table:table><table:table-row><table:table-cell><text:p>Asia</text:p></table:table-cell>"
        "<table:table-cell><text:p>9</text:p></table:table-cell></table:table-row></table:table>"
        "</office:text></office:body></office:document-content>"
    )
    meta = f"<office:document-meta {names}><dc:creator>Jane Doe</dc:creator></office:document-meta>"
    extract = extract_odt(zipped({"content.xml": content, "meta.xml": meta}))
    assert extract.text.split("\n\n") == ["Who came", "The hosts.", "- one\n- deep", "Asia | 9"]
    assert (extract.title, extract.authors) == ("Who came", ("Jane Doe",))


def test_rich_text_gives_paragraphs_and_properties() -> None:
    info = rb"{\info{\title Leaders meet}{\author Jane Doe}}"
    source = rb"{\rtf1\ansi\ansicpg1252%sCaf\'e9 \b open\b0 .\par \u8220?Yes.\u8221?\par}" % info
    extract = extract_rtf(source)
    assert extract.text == "Café open.\n\n“Yes.”"
    assert (extract.title, extract.authors) == ("Leaders meet", ("Jane Doe",))


def mail(**headers: str) -> EmailMessage:
    message = EmailMessage()
    for name, value in headers.items():
        message[name] = value
    return message


def test_a_mail_gives_body_subject_sender_and_date() -> None:
    message = mail(
        From="Jané Doe <jane@example.org>",
        To="wire@example.org",
        Subject="Leaders meet",
        Date="Wed, 03 Jul 2024 10:30:00 +0500",
    )
    message.set_content("They met.\n\nThey left.\n")
    message.add_alternative("<p>Another wording.</p>", subtype="html")
    message.add_attachment(b"secret", maintype="application", subtype="octet-stream", filename="a.bin")
    extract = extract_eml(message.as_bytes())
    assert extract.text.split("\n\n") == [
        "From: jane@example.org (Jané Doe)\nTo: wire@example.org\nSubject: Leaders meet",
        "They met.",
        "They left.",
    ]
    assert (extract.title, extract.authors) == ("Leaders meet", ("Jané Doe",))
    assert extract.published == "2024-07-03T10:30:00+05:00"


def test_a_mail_in_html_alone_is_read_without_its_markup() -> None:
    message = mail(Subject="News")
    message.set_content("<style>p{}</style><p>They <i>met</i>.</p><ul><li>a</li><li>b</li></ul>", subtype="html")
    assert extract_eml(message.as_bytes()).text == "Subject: News\n\nThey met.\n\n- a\n- b"


def test_a_mail_that_is_written_around_its_attachments_is_read_to_its_end() -> None:
    message = mail(Subject="News")
    message.set_content("They met.\n")
    message.add_attachment(b"secret", maintype="application", subtype="octet-stream", filename="a.bin")
    message.add_attachment("They left.\n", disposition="inline")
    message.add_attachment("<p>They <i>slept</i>.</p>", subtype="html", disposition="inline")
    message.add_attachment("A note of its own.\n", filename="note.txt")
    assert extract_eml(message.as_bytes()).text == "Subject: News\n\nThey met.\n\nThey left.\n\nThey slept."
    assert [each.name for each in list_attachments(message.as_bytes(), is_outlook=False)] == ["a.bin", "note.txt"]


@pytest.mark.parametrize(
    "extractor", [extract_pptx, extract_workbook, extract_epub, extract_odt, extract_rtf, extract_msg]
)
@pytest.mark.parametrize("data", [b"nothing of the kind", b"PK\x03\x04 cut", zipped({"other.xml": "<a/>"})])
def test_files_of_another_kind_are_refused(extractor: object, data: bytes) -> None:
    assert callable(extractor)
    with pytest.raises(IngestError, match="not a readable"):
        extractor(data)


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


def test_json_articles_are_found_in_a_list_in_an_object(tmp_path: Path) -> None:
    articles = [
        {"id": 7, "headline": "Rain", "body": "It rained.", "source": {"name": "BBC"}, "author": "Jane Doe"},
        {"id": 8, "headline": "Sun", "body": None},
        {"id": 9, "headline": "Sun", "body": "It shone."},
    ]
    first, failure, third = read(tmp_path, "a.json", json.dumps({"status": "ok", "articles": articles}))
    assert isinstance(first, Document) and isinstance(failure, ReadFailure) and isinstance(third, Document)
    assert (first.title, first.text, first.publisher) == ("Rain", "It rained.", "BBC")
    assert third.source == f"{tmp_path}/a.json#9"
    assert failure.reason == 'record 2: no "body"'


def test_json_of_one_article_and_of_other_data(tmp_path: Path) -> None:
    document = only(read(tmp_path, "one.json", '{"title": "Rain", "text": "It rained.", "date": "2024"}'))
    assert (document.title, document.text, document.published) == ("Rain", "It rained.", "2024")
    document = only(read(tmp_path, "data.json", '{"a": {"b": 1.5, "c": ["x", "y"]}, "d": [{"e": true}]}'))
    assert document.text == "a b: 1.5\n\na c: x | y\n\nd e: True"


def test_a_notebook_gives_text_and_code_without_output() -> None:
    cells = [
        {"cell_type": "markdown", "source": ["# Trade\n", "Some *text*."]},
        {"cell_type": "code", "source": "print(1)", "outputs": [{"text": "1"}]},
    ]
    assert extract_notebook(json.dumps({"cells": cells}).encode()).text == "Trade\n\nSome text.\n\nprint(1)"


def test_a_saved_feed_gives_its_entries(tmp_path: Path) -> None:
    feed = """<rss version="2.0" xmlns:content="urn:c"><channel><title>The Daily</title><language>en</language>
<item><title>Rain</title><link>https://example.org/1</link><pubDate>Wed, 03 Jul 2024 10:30:00 GMT</pubDate>
<description>Short.</description>
<content:encoded>&lt;p&gt;It rained.&lt;/p&gt;&lt;p&gt;Then not.&lt;/p&gt;</content:encoded></item>
<item><title>None</title></item></channel></rss>"""
    first, failure = read(tmp_path, "feed.xml", feed)
    assert isinstance(first, Document) and isinstance(failure, ReadFailure)
    assert (first.source, first.title, first.text) == ("https://example.org/1", "Rain", "It rained.\n\nThen not.")
    assert (first.publisher, first.published) == ("The Daily", "2024-07-03T10:30:00+00:00")
