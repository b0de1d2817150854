"""Plain text files."""

from __future__ import annotations

import re

from ingest.cleaning.advertisements import cut_advertisements
from ingest.cleaning.canonical import canonical_text
from ingest.cleaning.dates import cut_dateline
from ingest.cleaning.decoding import decode_text
from ingest.readers.extract import Extract

_LINE_BREAK = re.compile("\r\n?")


def extract_text(data: bytes) -> Extract:
    """Return the text without its leading date line, which gives the published date.

    Raises:
        IngestError: the bytes are not text.
    """
    return extract_plain(decode_text(data))


def extract_plain(raw: str) -> Extract:
    """Return the extract of a text that is already decoded; see `extract_text`."""
    text, note = cut_advertisements(_LINE_BREAK.sub("\n", raw.lstrip("\ufeff")))
    text, published, updated = cut_dateline(text)
    return Extract(text=canonical_text(text), published=published, updated=updated, note=note)
