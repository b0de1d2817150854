"""OpenDocument texts (.odt)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ingest.cleaning.advertisements import cut_advertisements
from ingest.cleaning.canonical import canonical_text
from ingest.cleaning.characters import clean_line
from ingest.cleaning.dates import cut_dateline
from ingest.readers.extract import Extract
from ingest.readers.metadata import parse_authors
from ingest.readers.package import open_package, parse_xml
from ingest.readers.rows import render_row
from rag.errors import IngestError

_LEFT_OUT = {"annotation", "note", "tracked-changes", "forms", "sequence-decls", "variable-decls", "bookmark"}

_CELLS = ("table-cell", "covered-table-cell")
COLUMNS_MAX = 1000
"""Most columns that a cell may repeat over; one that claims more is cut to this."""


def extract_odt(data: bytes) -> Extract:
    """Return headings, paragraphs, list items and table rows in order, without footnotes, comments and deleted text.

    The dates in its properties are those of the file, not of the article, so they are not taken.

    Raises:
        IngestError: it is damaged, encrypted or too large when unpacked.
    """
    with open_package(data, ".odt") as package:
        body = parse_xml(package.read("content.xml")).xpath("//*[local-name()='body']/*[local-name()='text']")
        if not body:
            raise IngestError("not a readable .odt: it holds no text document")
        blocks = list(_blocks(body[0]))
        properties = parse_xml(package.read("meta.xml")) if "meta.xml" in package.namelist() else None
    title, author = (_property(properties, name) for name in ("title", "creator"))
    headings = [_line(node) for node in body[0] if _tag(node) == "h"]
    text, note = cut_advertisements("\n\n".join(blocks))
    text, published, updated = cut_dateline(text)
    return Extract(
        text=canonical_text(text, unwrap=False),
        title=title or next(filter(None, headings), ""),
        authors=parse_authors(author),
        published=published,
        updated=updated,
        note=note,
    )


def _blocks(node: Any) -> Iterator[str]:
    for child in node:
        tag = _tag(child)
        if tag in ("h", "p"):
            yield _words(child)
        elif tag == "list":
            yield "\n".join(_items(child))
        elif tag == "table":
            yield "\n".join(row for row in _rows(child) if row)
        elif tag not in _LEFT_OUT:
            yield from _blocks(child)


def _items(node: Any) -> Iterator[str]:
    for item in node:
        for block in item:
            if _tag(block) == "list":
                yield from _items(block)
            elif line := _line(block):
                yield f"- {line}"


def _rows(table: Any) -> Iterator[str]:
    for row in table.iter("{*}table-row"):
        yield render_row(words for cell in row if _tag(cell) in _CELLS for words in _columns(cell))


def _columns(cell: Any) -> list[str]:
    """Return a cell's words once for each column that it repeats over; a cell that another one covers is empty."""
    words = " ".join(_line(part) for part in cell)
    repeated = next((value for name, value in cell.items() if name.endswith("}number-columns-repeated")), "1")
    return [words] * (min(int(repeated), COLUMNS_MAX) if repeated.isascii() and repeated.isdigit() else 1)


def _line(node: Any) -> str:
    return " ".join(_words(node).split())


def _words(node: Any) -> str:
    parts = [node.text or ""]
    for child in node:
        tag = _tag(child)
        if tag == "line-break":
            parts.append("\n")
        elif tag in ("s", "tab"):
            parts.append(" ")
        elif tag not in _LEFT_OUT:
            parts.append(_words(child))
        parts.append(child.tail or "")
    return "".join(parts)


def _tag(node: Any) -> str:
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else "annotation"


def _property(properties: Any, name: str) -> str:
    found = [] if properties is None else properties.xpath(f"//*[local-name()='{name}']/text()")
    return clean_line(str(found[0])) if found else ""
