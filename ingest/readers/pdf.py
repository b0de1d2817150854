"""PDF files: their text layer, and pages that are images where tesseract is installed."""

from __future__ import annotations

import io
import re
from collections import Counter

from pypdf import PageObject, PdfReader
from pypdf.errors import DependencyError, PyPdfError

from ingest.canonical import canonical_text
from ingest.characters import clean_characters, clean_line
from ingest.dates import cut_dateline
from ingest.readers.extract import Extract
from ingest.readers.metadata import parse_authors
from ingest.readers.ocr import can_read_images, read_images
from rag.errors import IngestError

MAX_PAGES = 500

EDGE_LINES = 3
"""A page's header and its footer have at most so many lines."""

_PAGE_NUMBER = re.compile(r"(?:page )?[-–— ]*\d{1,4}[-–— ]*(?:(?:of|/) ?\d{1,4})?", re.IGNORECASE)
_FILE_NAME = re.compile(r"\.\w{2,4}$|^microsoft (?:word|excel|powerpoint)|^untitled|^[^ ]*$", re.IGNORECASE)


def extract_pdf(data: bytes, max_pages: int = MAX_PAGES) -> Extract:
    """The text of all pages, with page numbers and repeated headers and footers left out and words mended.

    The PDF's own dates are those of the file, not of the article, so they are not taken.

    Raises:
        IngestError: it is damaged, encrypted, has no text layer or too many pages.
    """
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise IngestError("no text: the PDF is encrypted with a password")
        if len(reader.pages) > max_pages:
            raise IngestError(f"the PDF has {len(reader.pages)} pages, more than {max_pages} (setting max_pages)")
        pages = [_read_page(page) for page in reader.pages]
        title = clean_line(reader.metadata.title) if reader.metadata else ""
        author = reader.metadata.author if reader.metadata else None
    except DependencyError as exc:
        raise IngestError("no text: the PDF is encrypted") from exc
    except PyPdfError as exc:
        raise IngestError(f"the PDF is damaged: {exc}") from exc
    if not any(page.strip() for page in pages):
        remedy = "no text was seen in them" if can_read_images() else "install tesseract, or run OCR on it first"
        raise IngestError(f"no text: the PDF's pages hold only images; {remedy}")
    text, published, updated = cut_dateline(join_pages(pages))
    return Extract(
        text=canonical_text(text, hyphenated=True),
        title="" if _FILE_NAME.search(title) else title,
        authors=parse_authors(author),
        published=published,
        updated=updated,
    )


def _read_page(page: PageObject) -> str:
    text = page.extract_text()
    return read_images(page) if not text.strip() and can_read_images() else text


def join_pages(pages: list[str]) -> str:
    """The pages as one text, without page numbers and the lines that most pages open or close with.

    A page's end is not a paragraph's end: sentences run on.
    """
    split = [[line for line in clean_characters(page).strip().split("\n")] for page in pages]
    edges = Counter(
        edge
        for lines in split
        for edge in {_template(line) for line in lines[:EDGE_LINES] + lines[-EDGE_LINES:]}
        if any(character.isalpha() for character in edge)  # rows of numbers can look alike on every page
    )
    repeated = {edge for edge, n_pages in edges.items() if n_pages >= max(3, len(pages) // 2)}
    kept: list[str] = []
    for lines in split:
        for at in (0, -1):
            while lines and (_template(lines[at]) in repeated or _PAGE_NUMBER.fullmatch(lines[at].strip())):
                lines.pop(at)
        kept += lines
    return "\n".join(kept)


def _template(line: str) -> str:
    return re.sub(r"\d+", "#", line.strip())
