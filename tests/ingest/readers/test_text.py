"""Plain text files."""

from __future__ import annotations

from ingest.readers.text import extract_text


def test_text_gives_its_date_line_as_the_date() -> None:
    extract = extract_text(b" date 2024-07-03 Children sang.\n\nThen they left.")
    assert (extract.text, extract.published) == ("Children sang.\n\nThen they left.", "2024-07-03")
