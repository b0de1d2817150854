"""Rich text (.rtf), by striprtf."""

from __future__ import annotations

import re
from collections.abc import Callable

from striprtf.striprtf import rtf_to_text

from ingest.cleaning.advertisements import cut_advertisements
from ingest.cleaning.canonical import canonical_text
from ingest.cleaning.characters import clean_line
from ingest.cleaning.dates import cut_dateline
from ingest.readers.extract import Extract
from ingest.readers.metadata import parse_authors
from ingest.readers.rows import render_row
from rag.errors import IngestError

_to_text: Callable[[str, str, str], str] = rtf_to_text
"""Takes rich text, the code page to use where it names none, and how to handle wrong bytes; returns plain text."""

_INFO = re.compile(r"\{\\(title|author) ((?:[^{}\\]|\\'[0-9a-f]{2}|\\u-?\d+ ?\??)*)\}", re.IGNORECASE)
_CODE_PAGE = re.compile(rb"\\ansicpg(\d{3,5})")


def extract_rtf(data: bytes) -> Extract:
    r"""Return the document's text, a paragraph for each `\par`, and title and author from its properties.

    Raises:
        IngestError: it is not rich text.
    """
    if not data.lstrip().startswith(b"{\\rtf"):
        raise IngestError("not a readable .rtf: it does not begin with {\\rtf")
    source = data.decode("latin-1")  # striprtf decodes the escapes for bytes above 127 by the code page
    page = _CODE_PAGE.search(data)
    encoding = f"cp{page[1].decode()}" if page else "cp1252"
    try:
        text = _to_text(source, "cp1252", "replace")
        found = ((name.lower(), f"{{\\rtf1 {value}}}") for name, value in _INFO.findall(source))
        info = {name: _to_text(value, encoding, "replace") for name, value in found}
    except (LookupError, ValueError, IndexError) as exc:
        raise IngestError("not a readable .rtf: it is damaged") from exc
    rows = (re.sub(r"\|\s*$", "", line) if line.count("|") > 1 else line for line in text.split("\n"))
    text, note = cut_advertisements("\n\n".join(render_row(row.split("|")) if "|" in row else row for row in rows))
    text, published, updated = cut_dateline(text)
    return Extract(
        text=canonical_text(text, unwrap=False),
        title=clean_line(info.get("title")),
        authors=parse_authors(info.get("author")),
        published=published,
        updated=updated,
        note=note,
    )
