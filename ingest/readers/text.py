"""Plain text files."""

from __future__ import annotations

from ingest.canonical import canonical_text
from ingest.dates import cut_dateline
from ingest.decoding import decode_text
from ingest.readers.extract import Extract


def extract_text(data: bytes) -> Extract:
    """The text with its leading date line taken out as the published date.

    Raises:
        IngestError: the bytes are not text.
    """
    return extract_plain(decode_text(data))


def extract_plain(raw: str) -> Extract:
    """As `extract_text`, from a string."""
    text, published, updated = cut_dateline(raw.lstrip("\ufeff"))
    return Extract(text=canonical_text(text), published=published, updated=updated)
