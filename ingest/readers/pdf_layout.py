"""The reading order of the runs of a page: column by column, a table row by row.

Columns are recognised by the empty strip between them over several rows of text. Where such a strip could separate
either columns or the cells of a table, or where text is printed over text, the order is doubtful.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from ingest.readers.pdf_runs import Run
from ingest.readers.rows import render_row

SAME_ROW = 0.35
"""Runs are in one row when their baselines differ by less than this share of their size."""
GUTTER_MIN = 0.9
"""Smallest ratio of the width of an empty strip between columns to the size of the text."""
ROWS_MIN = 3
"""Fewest rows over which columns are beside each other."""
WIDE_LEADING = 1.5
"""A gap of this multiple of the usual line distance separates a block from the line above it."""
PROSE_CHARS = 20
"""Smallest median length of the lines in a column of prose; the cells of a table are shorter."""
CELL_CHARS = 12
"""From this length up to `PROSE_CHARS`, a column is prose only if enough of its lines run on."""
RUNNING_ON = 0.3
"""Smallest share of the lines of prose that begin in mid-sentence, with a small letter."""
DEPTH_MAX = 5

Row = list[Run]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line in reading order.

    Attributes:
        column: number of its column on the page; all rows of a table share one.
        start: left edge of its column.
        edge: right edge of its column.
        is_row: it is a row of a table, its cells separated by ` | `.
    """

    text: str
    left: float
    right: float
    baseline: float
    size: float
    bold: bool
    column: int
    start: float
    edge: float
    is_row: bool = False


@dataclass(slots=True)
class _Page:
    lines: list[Line] = field(default_factory=list)
    n_columns: int = 0
    doubtful: bool = False


def order_runs(runs: Sequence[Run]) -> tuple[list[Line], bool]:
    """Return the lines of a page in reading order, and whether that order is doubtful; rotated text comes last."""
    page = _Page()
    upright = [run for run in runs if run.upright]
    _read(page, upright, 0)
    for run in runs:
        if not run.upright:
            _add(page, [[run]])
    return page.lines, page.doubtful


def rows_of(runs: Sequence[Run]) -> list[Row]:
    """Return the runs in rows from top to bottom, each from left to right."""
    rows: list[Row] = []
    for run in sorted(runs, key=lambda run: -run.baseline):
        if rows and abs(rows[-1][0].baseline - run.baseline) < SAME_ROW * min(run.size, rows[-1][0].size):
            rows[-1].append(run)
        else:
            rows.append([run])
    return [sorted(row, key=lambda run: run.left) for row in rows]


def _read(page: _Page, runs: Sequence[Run], depth: int) -> None:
    """Add the lines of a part of a page, from top to bottom: blocks of columns, and the rows between them."""
    rows = rows_of(runs)
    plain: list[Row] = []
    at = 0
    while at < len(rows):
        end, gutters = _columns_from(rows, at) if depth < DEPTH_MAX else (at, [])
        if not gutters:
            plain.append(rows[at])
            at += 1
            continue
        _add(page, plain)
        plain = []
        _read_columns(page, rows[at:end], gutters, depth)
        at = end
    _add(page, plain)


def _columns_from(rows: Sequence[Row], start: int) -> tuple[int, list[float]]:
    """Return the row where the columns that begin at a row end, and the middles of the strips between them.

    Without columns, there are no strips.
    """
    free = [(min(run.left for row in rows for run in row), max(run.right for row in rows for run in row))]
    found: tuple[int, list[float]] = (start, [])
    for at in range(start, len(rows)):
        for run in rows[at]:
            free = [part for strip in free for part in _without(strip, run)]
        if not free:
            break
        block = rows[start : at + 1]
        gutters = [(left + right) / 2 for left, right in free if _parts(block, left, right)]
        if gutters:
            found = (at + 1, gutters)
    end, gutters = found
    if not gutters:
        return start, []
    if _leads_in(rows[start:end], gutters):
        return start, []
    return _without_tail(rows, start, end, gutters[0]), gutters


def _without(strip: tuple[float, float], run: Run) -> list[tuple[float, float]]:
    """Return the parts of a strip that a run leaves free, if they are wide enough to separate columns."""
    left, right = strip
    parts = [(left, min(right, run.left)), (max(left, run.right), right)]
    if run.right <= left or run.left >= right:
        parts = [strip]
    return [(start, end) for start, end in parts if end - start >= GUTTER_MIN * run.size]


def _parts(rows: Sequence[Row], left: float, right: float) -> bool:
    """Return whether the rows have text on both sides of an empty strip, over several rows beside each other."""
    lefts = [at for at, row in enumerate(rows) if any(run.right <= left + 0.01 for run in row)]
    rights = [at for at, row in enumerate(rows) if any(run.left >= right - 0.01 for run in row)]
    if not lefts or not rights:
        return False
    first, last = max(lefts[0], rights[0]), min(lefts[-1], rights[-1])
    return all(sum(first <= at <= last for at in side) >= ROWS_MIN for side in (lefts, rights))


def _leads_in(rows: Sequence[Row], gutters: Sequence[float]) -> bool:
    """Return whether the first row is apart from the columns, above one of them, such as a date or a heading."""
    sides = [{run.left > gutters[0] for run in row} for row in rows]
    if len(sides[0]) > 1 or len(rows) < 2:
        return False
    leading = _leading(rows)
    gap = rows[0][0].baseline - rows[1][0].baseline
    return gap > WIDE_LEADING * leading or _looks(rows[0]) != _looks(rows[1])


def _without_tail(rows: Sequence[Row], start: int, end: int, gutter: float) -> int:
    """Return the row where the columns end, without the headings of the text below them."""
    if end == len(rows):
        return end
    while end - start > ROWS_MIN and _looks(rows[end - 1]) != _looks(rows[start + (end - start) // 2]):
        if len({run.left > gutter for run in rows[end - 1]}) > 1:
            break
        end -= 1
    return end


def _looks(row: Row) -> tuple[int, bool]:
    """Return the size of a row and whether it is bold; a heading differs in them from the text under it."""
    return round(max(run.size for run in row)), all(run.bold for run in row)


def _leading(rows: Sequence[Row]) -> float:
    gaps = [upper[0].baseline - lower[0].baseline for upper, lower in pairwise(rows)]
    return median(gaps) if gaps else 0.0


def _read_columns(page: _Page, rows: Sequence[Row], gutters: Sequence[float], depth: int) -> None:
    """Add rows that have columns: a table row by row, columns of prose each from top to bottom."""
    edges = sorted(gutters)
    columns: list[Row] = [[] for _ in range(len(edges) + 1)]
    for row in rows:
        for run in row:
            columns[sum(run.left > edge for edge in edges)].append(run)
    is_table, certain = _classify_table(rows, columns, edges)
    page.doubtful = page.doubtful or not certain
    if not is_table:
        for column in columns:
            _read(page, column, depth + 1)
        return
    cells = [[[run for run in row if _side(run, edges) == side] for side in range(len(columns))] for row in rows]
    texts = [render_row(" ".join(run.text for run in cell) for cell in row) for row in cells]
    if any(not row[0] for row in cells[1:]):
        page.doubtful = True  # a cell may continue in the row below it
    _add(page, rows, texts)


def _side(run: Run, edges: Sequence[float]) -> int:
    return sum(run.left > edge for edge in edges)


def _classify_table(rows: Sequence[Row], columns: Sequence[Row], edges: Sequence[float]) -> tuple[bool, bool]:
    """Return whether columns are those of a table, and whether that is certain.

    The cells in a row of a table are at one height, and short. Prose has long lines, or lines that run on.
    """
    beside = sum(len({_side(run, edges) for run in row}) > 1 for row in rows)
    if beside <= len(rows) / 2:
        return False, True
    lines = [[" ".join(run.text for run in row) for row in rows_of(column)] for column in columns]
    widths = [median(len(line) for line in column) for column in lines]
    runs_on = [sum(line[0].islower() for line in column[1:]) >= RUNNING_ON * (len(column) - 1) for column in lines]
    if all(width >= PROSE_CHARS or (width >= CELL_CHARS and on) for width, on in zip(widths, runs_on, strict=True)):
        return False, True
    return True, min(widths) < CELL_CHARS


def _add(page: _Page, rows: Sequence[Row], cells: Sequence[str] | None = None) -> None:
    """Add rows as the lines of one column, or as the rows of a table with the given texts."""
    if not rows:
        return
    start, edge = min(row[0].left for row in rows), max(run.right for row in rows for run in row)
    page.doubtful = page.doubtful or _is_muddled(rows, is_table=cells is not None)
    for at, row in enumerate(rows):
        text = cells[at] if cells is not None else " ".join(run.text for run in row)
        page.lines.append(
            Line(
                text=text,
                left=row[0].left,
                right=max(run.right for run in row),
                baseline=row[0].baseline,
                size=max(row, key=lambda run: len(run.text)).size,
                bold=all(run.bold for run in row),
                column=page.n_columns,
                start=start,
                edge=edge,
                is_row=cells is not None,
            )
        )
    page.n_columns += 1


def _is_muddled(rows: Sequence[Row], *, is_table: bool) -> bool:
    """Return whether several rows have text over text, or prose beside prose without columns."""
    pairs = [(first, second) for row in rows for first, second in pairwise(row)]
    over = sum(second.left < first.right - second.size / 2 for first, second in pairs)
    beside = (
        0
        if is_table
        else sum(_is_prose(first) and _is_prose(second) and _apart(first, second) for first, second in pairs)
    )
    return over > 1 or beside > 1


def _apart(first: Run, second: Run) -> bool:
    return second.left - first.right > 2 * GUTTER_MIN * second.size


def _is_prose(run: Run) -> bool:
    return len(run.text) >= PROSE_CHARS and " " in run.text
