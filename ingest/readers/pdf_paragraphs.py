"""Paragraphs from the lines of a PDF's pages, separated by size, weight, distance, indent and full lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ingest.cleaning.unwrapping import joining_end
from ingest.readers.pdf_layout import Line

WIDE_GAP = 1.25
"""Lines belong to different paragraphs if their distance exceeds this multiple of the usual line distance."""
LEADING_MAX = 1.7
"""The same bound as a multiple of the font size, for columns with too few lines to know the usual distance."""
HEADING_SIZE = 1.15
"""Smallest ratio of a heading's font size to that of its column; the lines of a heading belong together."""
INDENT = 0.7
"""Smallest indent of the first line of a paragraph, as a share of its size."""
FULL_SLACK = 0.6
"""A line is full if the next word would not have fitted, with a tolerance of this share of its size."""
MOSTLY_FULL = 0.5
"""A column with this share of full lines is prose; in it, a line in mid-sentence continues the paragraph."""
SAME_SIZE = 0.06

_SENTENCE_END = re.compile(r"[.!?:…。！？]['\"”’»)\]]*$")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """Lines that belong together, joined to one line, or to several where the page breaks them on purpose.

    Attributes:
        page: from 0.
        size: of its font, in points.
    """

    text: str
    page: int
    size: float
    bold: bool


def join_lines(pages: Sequence[Sequence[Line]]) -> list[Paragraph]:
    """Return the paragraphs of all pages in reading order; they may run over columns and pages.

    A word that is hyphenated at the end of a line is joined.
    """
    words = frozenset(word.lower() for lines in pages for line in lines for word in _WORD.findall(line.text))
    paragraphs: list[Paragraph] = []
    last: Line | None = None
    last_column: list[Line] = []
    for number, lines in enumerate(pages):
        for column in _columns(lines):
            leading = _leading(column)
            for at, line in enumerate(column):
                within = at > 0
                mark = "\n\n"
                if last is not None and _look_alike(last, line):
                    if within and not _is_apart(last, line, leading):
                        mark = "" if _goes_on(last, line, column) else "\n"
                    elif not within and _runs_over(last, line, last_column):
                        mark = ""
                if mark == "\n\n" or not paragraphs:
                    paragraphs.append(Paragraph(text=line.text, page=number, size=line.size, bold=line.bold))
                else:
                    paragraphs[-1] = _extended(paragraphs[-1], mark, line.text, words)
                last = line
            last_column = column
    return paragraphs


def _columns(lines: Sequence[Line]) -> list[list[Line]]:
    columns: dict[int, list[Line]] = {}
    for line in lines:
        columns.setdefault(line.column, []).append(line)
    return list(columns.values())


def _leading(column: Sequence[Line]) -> float:
    """Return the usual line distance within paragraphs, in font sizes: the lower quartile of all distances.

    With fewer than two distances, a wide one is assumed.
    """
    gaps = sorted(_gap(*pair) for pair in pairwise(column) if _look_alike(*pair))
    return gaps[len(gaps) // 4] if len(gaps) > 1 else LEADING_MAX / WIDE_GAP


def _gap(upper: Line, lower: Line) -> float:
    return (upper.baseline - lower.baseline) / lower.size


def _look_alike(first: Line, second: Line) -> bool:
    same_size = abs(first.size - second.size) <= SAME_SIZE * max(first.size, second.size)
    return same_size and first.bold == second.bold and first.is_row == second.is_row


def _is_apart(last: Line, line: Line, leading: float) -> bool:
    if line.is_row:
        return False
    if _gap(last, line) > WIDE_GAP * leading:
        return True
    return line.left - line.start > INDENT * line.size and last.left - last.start <= INDENT * line.size


def _goes_on(last: Line, line: Line, column: Sequence[Line]) -> bool:
    """Return whether a line continues the paragraph of the line above it in its column."""
    if line.is_row:
        return False
    if _is_full(last, line) or line.size >= HEADING_SIZE * _usual_size(column):
        return True
    return _is_mid_sentence(last, line) and _is_prose(column)


def _usual_size(column: Sequence[Line]) -> float:
    return median(line.size for line in column for _ in line.text)


def _is_prose(column: Sequence[Line]) -> bool:
    """Return whether most lines of a column's paragraphs are full."""
    leading = _leading(column)
    pairs = [pair for pair in pairwise(column) if _look_alike(*pair) and not _is_apart(*pair, leading)]
    return sum(_is_full(*pair) for pair in pairs) >= MOSTLY_FULL * len(pairs)


def _runs_over(last: Line, line: Line, last_column: Sequence[Line]) -> bool:
    """Return whether a paragraph continues at the top of the next column or page."""
    if last.is_row or line.is_row or len(last_column) < 2:
        return _is_mid_sentence(last, line) and not (last.is_row or line.is_row)
    return _is_mid_sentence(last, line) or (_is_full(last, line) and not _SENTENCE_END.search(last.text))


def _is_full(last: Line, line: Line) -> bool:
    """Return whether the first word of a line would not have fitted on the one before it."""
    first_word = len(line.text.split(maxsplit=1)[0]) / len(line.text) * (line.right - line.left)
    return last.right + first_word > last.edge - FULL_SLACK * last.size


def _is_mid_sentence(last: Line, line: Line) -> bool:
    return line.text[0].islower() and not _SENTENCE_END.search(last.text)


def _extended(paragraph: Paragraph, mark: str, text: str, words: frozenset[str]) -> Paragraph:
    before = paragraph.text + mark if mark else joining_end(paragraph.text, text, words=words, hyphenated=True)
    return Paragraph(text=before + text, page=paragraph.page, size=paragraph.size, bold=paragraph.bold)
