"""Presentations (.pptx): slides in order, with title, text, tables, charts, descriptions of pictures, and notes."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Any

from lxml import etree  # type: ignore[import-untyped]  # lxml ships no types
from pptx import Presentation
from pptx.exc import PackageNotFoundError

from ingest.cleaning.canonical import canonical_text
from ingest.cleaning.characters import clean_line
from ingest.readers.extract import Extract
from ingest.readers.metadata import parse_authors
from ingest.readers.package import open_package
from ingest.readers.rows import render_row
from rag.errors import IngestError

MAX_SLIDES = 2000


def extract_pptx(data: bytes) -> Extract:
    """Return the text of the slides; a text frame of several paragraphs becomes a list.

    Raises:
        IngestError: it is damaged, encrypted or too large when unpacked.
    """
    try:
        with open_package(data, ".pptx"):
            presentation = Presentation(io.BytesIO(data))
            slides = list(presentation.slides)
            if len(slides) > MAX_SLIDES:
                raise IngestError(f"the presentation has {len(slides):,} slides, more than {MAX_SLIDES:,}")
            blocks = [block for slide in slides for block in _slide_blocks(slide)]
            title = clean_line(presentation.core_properties.title)
            author = presentation.core_properties.author
    except (PackageNotFoundError, etree.XMLSyntaxError, AttributeError) as exc:
        raise IngestError("not a readable .pptx: it is damaged, encrypted or of another kind") from exc
    titles = [clean_line(slide.shapes.title.text) for slide in slides[:1] if slide.shapes.title is not None]
    generic = title.casefold() in ("", "powerpoint presentation")
    return Extract(
        text=canonical_text("\n\n".join(blocks), unwrap=False),
        title=next(filter(None, titles), "") if generic else title,
        authors=parse_authors(author),
    )


def _slide_blocks(slide: Any) -> Iterator[str]:
    title = slide.shapes.title
    if title is not None and (heading := clean_line(title.text)):
        yield heading
    yield from _shape_blocks(shape for shape in slide.shapes if title is None or shape.shape_id != title.shape_id)
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        yield from (line for line in _lines(slide.notes_slide.notes_text_frame.text))


def _shape_blocks(shapes: Iterable[Any]) -> Iterator[str]:
    """Yield the text of the shapes from top to bottom, those at equal height from left to right."""
    for shape in sorted(shapes, key=lambda shape: (shape.top or 0, shape.left or 0)):
        if hasattr(shape, "shapes"):
            yield from _shape_blocks(shape.shapes)
            continue
        if getattr(shape, "has_table", False):
            rows = (render_row(cell.text for cell in row.cells) for row in shape.table.rows)
            yield "\n".join(row for row in rows if row)
        elif getattr(shape, "has_chart", False):
            yield "\n".join(_chart_rows(shape.chart))
        elif shape.has_text_frame:
            lines = _lines(shape.text_frame.text)
            yield "\n".join(f"- {line}" for line in lines) if len(lines) > 1 else "".join(lines)
        elif description := clean_line(shape._element.xpath("string(.//p:cNvPr/@descr)")):
            yield description


def _chart_rows(chart: Any) -> Iterator[str]:
    if chart.has_title and (title := clean_line(chart.chart_title.text_frame.text)):
        yield title
        yield ""
    for plot in chart.plots:
        series = list(plot.series)
        yield render_row(["Category", *(each.name for each in series)])
        columns = [list(each.values) for each in series]
        for at, category in enumerate(plot.categories):
            yield render_row([category, *(column[at] if at < len(column) else None for column in columns)])


def _lines(text: str) -> list[str]:
    return [clean for line in text.splitlines() if (clean := " ".join(line.split()))]
