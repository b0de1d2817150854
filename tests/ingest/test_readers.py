"""Readers: what each format gives, and what each refuses."""

from __future__ import annotations

import io
import json

import docx
import pytest
from pypdf import PdfReader, PdfWriter

from ingest.cleaning.decoding import decode_text
from ingest.readers.docx import extract_docx
from ingest.readers.html import extract_html
from ingest.readers.jsonl import parse_record
from ingest.readers.markdown import extract_markdown
from ingest.readers.metadata import parse_authors, parse_metadata, parse_url
from ingest.readers.pdf import extract_pdf
from ingest.readers.text import extract_text
from rag.errors import IngestError


def build_pdf(pages: list[list[str]]) -> bytes:
    """A PDF that shows the given lines on each page."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    kids = []
    for lines in pages:
        shown = "".join(f"({line}) Tj T* " for line in lines)
        stream = f"BT /F1 10 Tf 14 TL 50 780 Td {shown}ET".encode("latin-1")
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R"
            b" /Resources << /Font << /F1 3 0 R >> >> >>" % len(objects)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    out, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    xref = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, xref)
    return bytes(out)


PAGE_ONE = [
    "The Daily Paper",
    "The delegates reached the capital before dawn and went straight to",
    "the hall, where the first of the two meetings was about to open the",
    "talks. Nobody thought that they would be short, since the interna-",
    "tional agenda ran to forty pages and half of them were about the",
    "1",
]
PAGE_TWO = [
    "The Daily Paper",
    "price of grain, which had doubled within a year for all of those who",
    "came.",
    "2",
]
PAGE_THREE = ["The Daily Paper", "An end", "3"]


def test_text_gives_its_date_line_as_the_date() -> None:
    extract = extract_text(b" date 2024-07-03 Children sang.\n\nThen they left.")
    assert (extract.text, extract.published) == ("Children sang.\n\nThen they left.", "2024-07-03")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_text_with_a_byte_order_mark_or_utf8_is_decoded(encoding: str) -> None:
    assert extract_text("Café “Astana”".encode(encoding)).text == "Café “Astana”"


def test_a_declared_encoding_is_used_unless_the_text_is_utf8() -> None:
    assert decode_text("Żółw".encode("iso-8859-2"), "iso-8859-2") == "Żółw"
    assert decode_text("Żółw".encode(), "iso-8859-2") == "Żółw"
    assert decode_text("Żółw".encode(), "no-such-encoding") == "Żółw"


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n\x00\x00", bytes(range(1, 9)) * 50, b"\xff\xfe\x00"])
def test_binary_data_is_refused(data: bytes) -> None:
    with pytest.raises(IngestError):
        decode_text(data)


MARKDOWN = """---
title: "Leaders: a meeting"
publisher: Footnote samples
authors: [Jane Doe, John Roe]
published: 2024-07-03
url: https://example.org/a
language: en
---
# Leaders meet

A paragraph with **bold**, a [link](https://example.org) and `code`,
wrapped in the source.

> A quote.

* one
* two
  1. deeper

| Name | Number |
| --- | --- |
| Asia | 9.55 |

<div>Some <b>markup</b></div>

***
End.
"""


def test_markdown_gives_front_matter_and_words_without_markup() -> None:
    extract = extract_markdown(MARKDOWN.encode())
    assert extract.text.split("\n\n") == [
        "Leaders meet",
        "A paragraph with bold, a link and code, wrapped in the source.",
        "A quote.",
        "- one\n- two\n1. deeper",
        "Name | Number\nAsia | 9.55",
        "Some markup",
        "End.",
    ]
    assert (extract.title, extract.publisher) == ("Leaders: a meeting", "Footnote samples")
    assert (extract.authors, extract.published) == (("Jane Doe", "John Roe"), "2024-07-03")
    assert (extract.url, extract.language) == ("https://example.org/a", "en")


def test_markdown_without_front_matter_takes_its_first_heading_as_title() -> None:
    extract = extract_markdown(b"Published: July 3, 2024\n\nText.\n\n## A *heading*\n\nMore.")
    assert (extract.title, extract.published) == ("A heading", "2024-07-03")
    assert extract.text == "Text.\n\nA heading\n\nMore."


def test_front_matter_that_is_not_yaml_is_read_by_line() -> None:
    extract = extract_markdown(b"---\ntitle: Leaders: a meeting\ndate: 2024-07-03\n---\nText.")
    assert (extract.title, extract.published, extract.text) == ("Leaders: a meeting", "2024-07-03", "Text.")


@pytest.mark.parametrize("text", ["---\n\nText.\n\n---\n\nMore.", "---\n- a\n---\nText."])
def test_rules_are_not_front_matter(text: str) -> None:
    assert "Text." in extract_markdown(text.encode()).text


def test_front_matter_never_builds_objects() -> None:
    extract = extract_markdown(b'---\ntitle: !!python/object/apply:os.system ["false"]\n---\nText.')
    assert extract.text == "Text."


PARAGRAPH = (
    "The delegates reached the capital before dawn and went straight to the hall, where the first of the two "
    "meetings was about to open, although nobody expected the talks to be short or easy."
)
HTML = f"""<html lang="en"><head><title>Leaders meet | The Daily</title>
<meta property="og:site_name" content="The Daily"><meta name="author" content="Jane Doe">
<meta property="article:published_time" content="2024-07-03T10:00:00Z">
<link rel="canonical" href="https://example.org/leaders"></head><body>
<nav><a href="/">Home</a><a href="/b">Business</a></nav>
<article><h1>Leaders meet</h1><p>{PARAGRAPH}</p>
<h2>Who came</h2><p>{PARAGRAPH.replace("delegates", "guests")}</p>
<ul><li>the hosts of <b>the</b> day</li><li>all the guests</li></ul>
<table><tr><td>Asia</td><td>9.55</td></tr><tr><td>Europe</td><td>8.00</td></tr></table>
<p>{PARAGRAPH.replace("delegates", "others")}</p></article>
<footer>Cookie settings</footer></body></html>"""


def test_html_gives_the_article_and_its_metadata() -> None:
    extract = extract_html(HTML.encode())
    assert (extract.title, extract.publisher, extract.authors) == ("Leaders meet", "The Daily", ("Jane Doe",))
    assert (extract.url, extract.published) == ("https://example.org/leaders", "2024-07-03T10:00:00+00:00")
    blocks = extract.text.split("\n\n")
    assert PARAGRAPH in blocks and "Who came" in blocks
    assert "- the hosts of the day\n- all the guests" in blocks
    assert "Asia | 9.55\nEurope | 8.00" in blocks
    assert "Cookie" not in extract.text and "Business" not in extract.text


def test_html_in_a_declared_encoding_is_decoded() -> None:
    page = HTML.replace("<head>", '<head><meta charset="iso-8859-1">').replace("delegates", "délégués")
    assert "délégués" in extract_html(page.encode("latin-1")).text


@pytest.mark.parametrize("page", [b"<html><body></body></html>", b"<!-- -->", b" "])
def test_html_without_text_is_refused(page: bytes) -> None:
    with pytest.raises(IngestError, match="no text"):
        extract_html(page)


def test_pdf_paragraphs_run_over_lines_words_and_pages() -> None:
    extract = extract_pdf(build_pdf([PAGE_ONE, PAGE_TWO, PAGE_THREE]))
    assert "the international agenda ran to forty pages and half of them were about the price of grain" in extract.text
    assert "Daily Paper" not in extract.text
    assert extract.text.endswith("An end")


def test_pages_keep_their_first_lines_when_these_do_not_repeat() -> None:
    text = extract_pdf(build_pdf([["One", "line"], ["Two", "lines"]])).text
    assert text.split() == ["One", "line", "Two", "lines"]


def test_pdf_without_a_text_layer_is_refused() -> None:
    with pytest.raises(IngestError, match="only images"):
        extract_pdf(build_pdf([[], []]))


def test_encrypted_pdf_is_refused() -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(build_pdf([PAGE_ONE]))))
    writer.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    with pytest.raises(IngestError, match="no text: the PDF is encrypted"):
        extract_pdf(out.getvalue())


@pytest.mark.parametrize("data", [b"not a PDF", b"%PDF-1.4\n%%EOF", b"%PDF-1.4\n1 0 obj\n<<"])
def test_damaged_pdf_is_refused(data: bytes) -> None:
    with pytest.raises(IngestError):
        extract_pdf(data)


def build_docx() -> bytes:
    document = docx.Document()
    document.core_properties.author = "Jane Doe"
    document.add_paragraph("Leaders meet", style="Title")
    document.add_heading("Who came", 1)
    document.add_paragraph("A paragraph.\u00a0It has two sentences.")
    document.add_paragraph("the hosts", style="List Bullet")
    document.add_paragraph("the guests", style="List Bullet")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip((cell for row in table.rows for cell in row.cells), ("Asia", "9.55", "all", ""), strict=True):
        cell.text = text
    table.rows[1].cells[0].merge(table.rows[1].cells[1])
    document.add_paragraph("The end.")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_docx_gives_headings_items_and_rows_in_order() -> None:
    extract = extract_docx(build_docx())
    assert extract.text.split("\n\n") == [
        "Leaders meet",
        "Who came",
        "A paragraph. It has two sentences.",
        "- the hosts\n- the guests",
        "Asia | 9.55\nall",
        "The end.",
    ]
    assert (extract.title, extract.authors, extract.published) == ("Leaders meet", ("Jane Doe",), "")


@pytest.mark.parametrize("data", [b"not a zip", build_docx()[:2000]])
def test_damaged_docx_is_refused(data: bytes) -> None:
    with pytest.raises(IngestError, match="not a readable"):
        extract_docx(data)


def test_a_record_becomes_a_document_under_its_own_source() -> None:
    record = {
        "source": "wire/7",
        "title": "Leaders meet",
        "text": "One.\n\nTwo.",
        "publisher": "The Daily",
        "published": "July 3, 2024",
        "url": "https://example.org/7",
        "more": None,
    }
    document = parse_record(json.dumps(record).encode())
    assert (document.source, document.key, document.text) == ("wire/7", "wire/7", "One.\n\nTwo.")
    assert (document.title, document.publisher) == ("Leaders meet", "The Daily")
    assert (document.published, document.url) == ("2024-07-03", "https://example.org/7")


def test_a_record_without_source_is_known_by_its_url_and_titled_by_its_text() -> None:
    document = parse_record(b'{"url": "https://example.org/7", "text": "It rained.", "title": null}')
    assert (document.source, document.title) == ("https://example.org/7", "It rained")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[1]", "not a JSON object"),
        (b'{"text": "a"}', 'no "source"'),
        (b'{"source": "a"}', 'no "text"'),
        (b'{"source": "a", "text": 7}', 'no "text"'),
        (b'{"source": "a", "text": " \\n"}', "blank"),
        (b'{"source": "a", "text": "\xff"}', "not UTF-8"),
    ],
)
def test_wrong_records_are_refused_with_the_reason(line: bytes, reason: str) -> None:
    with pytest.raises(IngestError, match=reason):
        parse_record(line)


def test_lone_surrogates_of_json_escapes_are_replaced() -> None:
    assert parse_record(b'{"source": "a", "text": "One \\ud800 two."}').text == "One \ufffd two."


@pytest.mark.parametrize("url", ["javascript:alert(1)", "/relative", "http://", "https://a b", "ftp://a/b", 7, None])
def test_only_web_addresses_are_taken_as_url(url: object) -> None:
    assert parse_url(url) == ""


def test_authors_come_as_list_or_string() -> None:
    assert parse_authors("By Jane Doe and John Roe; Jane Doe") == ("Jane Doe", "John Roe")
    assert parse_authors(["Jane Doe", None, ""]) == ("Jane Doe",)
    assert parse_authors(7) == ()


def test_metadata_of_any_shape_is_survived() -> None:
    metadata = parse_metadata({"title": ["x"], "date": {"a": 1}, "Author": float("nan"), "lang": "<b>", "url": "x"})
    assert not any(metadata.values())
