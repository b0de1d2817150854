"""PDF files: their text layer in reading order, and the text of pages that are images if tesseract is installed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from threading import Lock

import pypdfium2

from ingest.cleaning.advertisements import cut_advertisements
from ingest.cleaning.canonical import canonical_text
from ingest.cleaning.characters import clean_characters, clean_line
from ingest.cleaning.dates import cut_dateline, find_dateline
from ingest.readers.extract import Extract
from ingest.readers.metadata import parse_authors
from ingest.readers.pdf_layout import order_runs, rows_of
from ingest.readers.pdf_ocr import can_read_images, read_image
from ingest.readers.pdf_paragraphs import Paragraph, join_lines
from ingest.readers.pdf_runs import Run, read_runs
from rag.errors import IngestError

MAX_PAGES = 500

EDGE_LINES = 3
"""Most lines of a page's header, and of its footer."""
TITLE_SIZE = 1.15
"""Smallest ratio of a title's font size to that of the text."""
TITLE_CHARS_MAX = 200

_PAGE_NUMBER = re.compile(r"(?:page )?[-–— ]*\d{1,4}[-–— ]*(?:(?:of|/) ?\d{1,4})?", re.IGNORECASE)
_FILE_NAME = re.compile(r"\.\w{2,4}$|^microsoft (?:word|excel|powerpoint)|^untitled|^[^ ]*$", re.IGNORECASE)
_ONE_AT_A_TIME = Lock()
"""PDFium may only be used by one thread of a process at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Contents:
    """The contents of a file: the runs of each page, and the recognised text of pages that are images."""

    pages: list[list[Run]]
    images: dict[int, str]
    title: str
    author: str


def extract_pdf(data: bytes, max_pages: int = MAX_PAGES) -> Extract:
    """Return the text of all pages in reading order, without page numbers and repeated headers and footers.

    The title is the file's own, else the largest text at the top. Where the order of columns or cells is doubtful, the
    note names the pages. The PDF's own dates are those of the file, not of the article, so they are not taken.

    Raises:
        IngestError: it is damaged, encrypted, has no text layer or too many pages.
    """
    try:
        with _ONE_AT_A_TIME:
            contents = _read(data, max_pages)
    except pypdfium2.PdfiumError as exc:
        encrypted = "password" in str(exc).lower() or "security" in str(exc).lower()
        raise IngestError("no text: the PDF is encrypted" if encrypted else f"the PDF is damaged: {exc}") from exc
    if not any(contents.pages) and not any(contents.images.values()):
        remedy = "no text was seen in them" if can_read_images() else "install tesseract, or run OCR on it first"
        raise IngestError(f"no text: the PDF's pages hold only images; {remedy}")
    pages, edges = without_edges(contents.pages)
    ordered = [order_runs(runs) for runs in pages]
    doubtful = [number for number, (_, is_doubtful) in enumerate(ordered, 1) if is_doubtful]
    paragraphs = join_lines([lines for lines, _ in ordered])
    text, advertised = cut_advertisements("\n\n".join(_texts(paragraphs, contents.images)))
    text, published, updated = cut_dateline(text)
    return Extract(
        text=canonical_text(text, hyphenated=True),
        title=_largest_at_top(paragraphs) if _FILE_NAME.search(contents.title) else contents.title,
        authors=parse_authors(contents.author),
        published=published or find_dateline("\n".join(edges)),
        updated=updated,
        note=" ".join(filter(None, (_order_note(doubtful), advertised))),
    )


def _read(data: bytes, max_pages: int) -> _Contents:
    pages: list[list[Run]] = []
    images: dict[int, str] = {}
    with pypdfium2.PdfDocument(data) as document:
        if len(document) > max_pages:
            raise IngestError(f"the PDF has {len(document)} pages, more than {max_pages} (setting max_pages)")
        stated = document.get_metadata_dict()
        for number in range(len(document)):
            page = document[number]
            try:
                pages.append(read_runs(page))
                if not pages[-1] and can_read_images():
                    images[number] = clean_characters(read_image(page))
            finally:
                page.close()
    return _Contents(
        pages=pages, images=images, title=clean_line(stated.get("Title")), author=stated.get("Author") or ""
    )


def without_edges(pages: Sequence[Sequence[Run]]) -> tuple[list[list[Run]], list[str]]:
    """Return the runs of each page without headers, footers and page numbers, and the rows that page 1 loses so.

    A header or footer is a row at the edge of a page that repeats on half of the pages, at least on three.
    """
    by_page = [rows_of([run for run in runs if run.upright]) for runs in pages]
    edges = Counter(
        edge
        for rows in by_page
        for edge in {_template(row) for row in rows[:EDGE_LINES] + rows[-EDGE_LINES:]}
        if any(character.isalpha() for character in edge[0])  # rows of numbers look alike on every page
    )
    repeated = {edge for edge, n_pages in edges.items() if n_pages >= max(3, len(pages) // 2)}
    kept: list[list[Run]] = []
    left_out: list[str] = []
    for runs, rows in zip(pages, by_page, strict=True):
        dropped: set[int] = set()
        for order in (range(len(rows)), range(len(rows) - 1, -1, -1)):
            for at in order:
                text = "  ".join(run.text for run in rows[at])
                if _template(rows[at]) not in repeated and not _PAGE_NUMBER.fullmatch(text):
                    break
                dropped.update(id(run) for run in rows[at])
                if not kept:
                    left_out.append(text)
        kept.append([run for run in runs if id(run) not in dropped])
    return kept, left_out


def _template(row: Sequence[Run]) -> tuple[str, int]:
    """Return the words of a row, with a mark for each number, and its size: the same for a header on every page."""
    return re.sub(r"\d+", "#", " ".join(run.text for run in row)), round(max(run.size for run in row))


def _texts(paragraphs: Sequence[Paragraph], images: dict[int, str]) -> Iterator[str]:
    """Yield the texts of paragraphs, and of pages that are images, in the order of the pages."""
    waiting = dict(sorted(images.items()))
    for paragraph in paragraphs:
        for number in [number for number in waiting if number < paragraph.page]:
            yield waiting.pop(number)
        yield paragraph.text
    yield from waiting.values()


def _largest_at_top(paragraphs: Sequence[Paragraph]) -> str:
    """Return the largest text above the body text on page 1; "" where nothing is larger than the body text."""
    sizes = [paragraph.size for paragraph in paragraphs for _ in range(len(paragraph.text))]
    if not sizes:
        return ""
    body = median(sizes)
    best: Paragraph | None = None
    for paragraph in paragraphs:
        larger = paragraph.size >= TITLE_SIZE * body
        if paragraph.page > 0 or (not larger and len(paragraph.text) > TITLE_CHARS_MAX):
            break
        words = len(paragraph.text.split())
        if larger and words > 1 and len(paragraph.text) <= TITLE_CHARS_MAX and (not best or paragraph.size > best.size):
            best = paragraph
    return clean_line(best.text) if best else ""


def _order_note(numbers: Sequence[int]) -> str:
    if not numbers:
        return ""
    where = f"page {numbers[0]}" if len(numbers) == 1 else "pages " + ", ".join(map(str, numbers))
    return f"The order of the text on {where} of the PDF is uncertain: compare a quote with the page."
