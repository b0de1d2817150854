"""Rich text: paragraphs, properties and tables."""

from __future__ import annotations

from ingest.readers.rtf import extract_rtf


def test_rich_text_gives_paragraphs_and_properties() -> None:
    info = rb"{\info{\title Leaders meet}{\author Jane Doe}}"
    source = rb"{\rtf1\ansi\ansicpg1252%sCaf\'e9 \b open\b0 .\par \u8220?Yes.\u8221?\par}" % info
    extract = extract_rtf(source)
    assert extract.text == "Café open.\n\n“Yes.”"
    assert (extract.title, extract.authors) == ("Leaders meet", ("Jane Doe",))


def test_an_empty_cell_of_rich_text_leaves_its_place() -> None:
    row = r"\trowd\cellx1000\cellx2000\cellx3000 {}\cell {}\cell {}\cell\row"
    body = row.replace("{}", "%s") % ("a", "", "c") + row.replace("{}", "%s") % ("d", "e", "f")
    assert extract_rtf(rf"{{\rtf1\ansi {body}}}".encode()).text == "a | – | c\nd | e | f"
