"""Tables of HTML as grids: every cell in its column, even next to empty or spanning cells."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree  # type: ignore[import-untyped]  # lxml ships no types

from ingest.readers.rows import EMPTY

SPAN_MAX = 200
"""Most columns or rows that a cell may span; one that claims more is cut to this."""
COLUMNS_MAX = 1000

_CELLS = ("td", "th")
_LEFT_OUT = {"script", "style", "template", "noscript", "svg", "math", "object", "iframe", "table"}
_INLINE = {
    *("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins"),
    *("kbd", "label", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u"),
    *("var", "wbr"),
}


def is_layout(table: Any) -> bool:
    """Return whether a table only arranges a page: by its role, headings or tables in it, or a single column."""
    if (table.get("role") or "").lower() in ("presentation", "none"):
        return True
    if any(next(table.iterdescendants(tag), None) is not None for tag in ("table", "h1", "h2", "h3", "article")):
        return True
    return all(sum(bool(_words_of(cell)) for cell in _row_cells(row)) < 2 for row in table.iter("{*}tr"))


def table_grid(table: Any) -> list[list[str]]:
    """Return the rows of a table, each with the words of every column in order; "" for an empty cell.

    A cell that spans rows is repeated in each. A cell that spans columns is repeated if it is a header of some of the
    columns; else it occurs once, and its other columns are empty. A column without any words is left out.
    """
    return [[_words_of(cell) if cell is not None else "" for cell in row] for row in _grid(table)]


def flatten_tables(tree: Any) -> None:
    """Replace each table of data in a tree by a plain one: a cell for every column, and in each only words.

    Empty cells hold a dash, so that a reader of the tree doesn't drop them.
    """
    for table in list(tree.iter("table")):
        if is_layout(table):
            continue
        grid = _grid(table)
        captions = ["".join(caption.itertext()) for caption in table.iter("caption")]
        for child in list(table):
            table.remove(child)
        table.text = None
        for caption in captions:
            etree.SubElement(table, "caption").text = caption
        for row in grid:
            plain = etree.SubElement(table, "tr")
            for cell in row:
                _add_plain(plain, cell)


def _add_plain(row: Any, cell: Any) -> None:
    """Add a cell with the words of another; a link stays a link, since trafilatura recognises menus by their links."""
    plain = etree.SubElement(row, "td" if cell is None else _tag(cell))
    words = "" if cell is None else _words_of(cell)
    link = None if cell is None else next(iter(cell.iter("a")), None)
    if words and link is not None and len(link.text_content()) > len(words) / 2:
        plain = etree.SubElement(plain, "a", href=link.get("href") or "#")
    plain.text = words or EMPTY


def _grid(table: Any) -> list[list[Any]]:
    """Return the cells by rows and columns; None where a column is empty because a cell spans it."""
    rows: list[list[Any]] = []
    spanning: dict[int, tuple[Any, int]] = {}  # by column: a cell from above, and the rows that it still spans
    tags = list(table.iter("{*}tr"))
    width = max((sum(_span(cell, "colspan") for cell in _row_cells(tag)) for tag in tags), default=0)
    for tag in tags:
        row: list[Any] = []
        for cell in _row_cells(tag):
            _fill_from_above(row, spanning)
            n_columns, n_rows = _span(cell, "colspan"), _span(cell, "rowspan")
            heads = _tag(cell) == "th" and n_columns < width
            for at in range(min(n_columns, COLUMNS_MAX - len(row))):
                shown = cell if at == 0 or heads else None
                if n_rows > 1:
                    spanning[len(row)] = (shown, n_rows - 1)
                row.append(shown)
        _fill_from_above(row, spanning)
        rows.append(row)
    return _without_blank_columns(rows)


def _without_blank_columns(rows: list[list[Any]]) -> list[list[Any]]:
    filled = {at for row in rows for at, cell in enumerate(row) if cell is not None and _words_of(cell)}
    return [[cell for at, cell in enumerate(row) if at in filled] for row in rows]


def _fill_from_above(row: list[Any], spanning: dict[int, tuple[Any, int]]) -> None:
    """Add the cells that span down into a row at its next columns."""
    while (above := spanning.pop(len(row), None)) is not None:
        cell, n_rows = above
        if n_rows > 1:
            spanning[len(row)] = (cell, n_rows - 1)
        row.append(cell)


def _row_cells(row: Any) -> list[Any]:
    return [cell for cell in row if _tag(cell) in _CELLS]


def _span(cell: Any, name: str) -> int:
    value = (cell.get(name) or "").strip()
    return min(int(value), SPAN_MAX) if value.isascii() and value.isdigit() and int(value) > 0 else 1


def _words_of(cell: Any) -> str:
    """Return a cell's words on one line, the items of its lists separated by semicolons."""
    words = " ".join("".join(_pieces(cell)).split())
    return words.replace(" ;", ";").strip("; ")


def _pieces(node: Any) -> Iterator[str]:
    yield node.text or ""
    for child in node:
        tag = _tag(child)
        if tag == "li":
            yield f" {''.join(_pieces(child)).strip()}; "
        elif tag in _INLINE:
            yield from _pieces(child)
        elif tag and tag not in _LEFT_OUT:
            yield f" {''.join(_pieces(child))} "
        yield child.tail or ""


def _tag(node: Any) -> str:
    """Return the element's local name; "" for comments and processing instructions."""
    return node.tag.rpartition("}")[2].lower() if isinstance(node.tag, str) else ""
