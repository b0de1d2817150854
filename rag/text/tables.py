"""Tables in canonical text: rows are lines with ` | ` between their cells, and a blank line ends the table."""

from __future__ import annotations

from rag.records import Article, Chunk

CELLS = " | "


def table_header(text: str, start: int) -> str:
    """Return the first row of a table, for a span that begins in a later row of it; "" for any other span.

    Args:
        text: an article's canonical text.
        start: where the span starts in it.
    """
    line_start, line_end = _line(text, start)
    block_start = text.rfind("\n\n", 0, line_start)
    first = text.find(CELLS, max(block_start, 0), line_start)
    if first < 0 or CELLS not in text[line_start:line_end]:
        return ""
    return text[slice(*_line(text, first))]


def readable_text(article: Article, chunk: Chunk) -> str:
    """Return the chunk's text as it is indexed and read: rows of a table come behind the table's header."""
    header = table_header(article.text, chunk.start)
    return f"{header}\n{chunk.text}" if header else chunk.text


def _line(text: str, position: int) -> tuple[int, int]:
    """Return the half-open span of the line that holds a position."""
    end = text.find("\n", position)
    return text.rfind("\n", 0, position) + 1, len(text) if end < 0 else end
