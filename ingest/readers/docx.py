"""Word documents (.docx)."""

from __future__ import annotations

import io
from collections.abc import Iterator

import docx
from docx.document import Document as WordDocument
from docx.opc.exceptions import PackageNotFoundError
from docx.table import Table
from docx.text.paragraph import Paragraph

from ingest.cleaning.advertisements import cut_advertisements
from ingest.cleaning.canonical import canonical_text
from ingest.cleaning.characters import clean_line
from ingest.cleaning.dates import cut_dateline
from ingest.readers.extract import Extract
from ingest.readers.metadata import parse_authors
from ingest.readers.package import open_package
from ingest.readers.rows import render_row
from rag.errors import IngestError


def extract_docx(data: bytes) -> Extract:
    """Return the document's body: paragraphs, headings, list items and table rows, in order.

    The dates in its properties are those of the file, not of the article, so they are not taken.

    Raises:
        IngestError: it is damaged or encrypted.
    """
    try:
        with open_package(data, ".docx"):
            document = docx.Document(io.BytesIO(data))
    except PackageNotFoundError as exc:
        raise IngestError("not a readable .docx: it is damaged, encrypted or of another kind") from exc
    text, note = cut_advertisements("\n\n".join(_blocks(document)))
    text, published, updated = cut_dateline(text)
    return Extract(
        text=canonical_text(text, unwrap=False),
        title=_title(document),
        authors=parse_authors(document.core_properties.author),
        published=published,
        updated=updated,
        note=note,
    )


def _title(document: WordDocument) -> str:
    """Return the paragraph in the style Title, else the first heading, else the title in the properties."""
    filled = [paragraph for paragraph in document.paragraphs if paragraph.text.strip()]
    styled = [paragraph for paragraph in filled if _style(paragraph) == "title"]
    headings = [paragraph for paragraph in filled[:1] if _style(paragraph).startswith("heading")]
    named = [clean_line(paragraph.text) for paragraph in (styled + headings)[:1]]
    return named[0] if named else clean_line(document.core_properties.title)


def _blocks(document: WordDocument) -> Iterator[str]:
    items: list[str] = []
    for block in document.iter_inner_content():
        if isinstance(block, Paragraph) and _is_item(block):
            items.append(f"- {' '.join(block.text.split())}")
            continue
        if items:
            yield "\n".join(items)
            items = []
        yield "\n".join(_rows(block)) if isinstance(block, Table) else block.text
    yield "\n".join(items)


def _rows(table: Table) -> Iterator[str]:
    for row in table.rows:
        cells: list[str] = []
        last = None
        for cell in row.cells:  # python-docx repeats a merged cell for each column it spans
            cells.append("" if cell._tc is last else cell.text)
            last = cell._tc
        if line := render_row(cells):
            yield line


def _is_item(paragraph: Paragraph) -> bool:
    if not paragraph.text.strip() or _style(paragraph).startswith("heading"):
        return False
    properties = paragraph._p.pPr
    return _style(paragraph).startswith("list") or (properties is not None and properties.numPr is not None)


def _style(paragraph: Paragraph) -> str:
    style = paragraph.style
    return (style.name or "").lower() if style is not None else ""
