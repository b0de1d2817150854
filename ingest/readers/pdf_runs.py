"""The text layer of a PDF's page as runs: pieces of a line with their position, read by PDFium.

The reading order of the runs is decided in `ingest/readers/pdf_layout.py`.
"""

from __future__ import annotations

import ctypes
import math
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pypdfium2
import pypdfium2.raw as pdfium

RUN_GAP = 0.6
"""A run ends at a gap wider than this multiple of its font size; gaps between justified words are narrower."""
SAME_LINE = 0.5
"""A raised or lowered character belongs to the run if it is off the line by less than this share of its size."""
INITIAL = 1.6
"""Smallest ratio of a large initial letter's size to that of the text beside it."""
BOLD = 600
SIZE_MIN = 0.1
UPRIGHT = 0.98
"""Text counts as upright if the cosine of its angle is larger than this."""
_RIGHT_TO_LEFT = ("R", "AL")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Characters that follow each other on one line; lengths are in points, heights grow upwards.

    Attributes:
        baseline: height of the line on which its characters rest.
        size: of its font.
        upright: False for text that is rotated against the page.
    """

    text: str
    left: float
    right: float
    baseline: float
    size: float
    bold: bool = False
    upright: bool = True


@dataclass(frozen=True, slots=True)
class _Glyph:
    character: str
    left: float
    right: float
    baseline: float
    size: float
    bold: bool
    angle: float


def read_runs(page: pypdfium2.PdfPage) -> list[Run]:
    """Return the runs of a page in the order of the file; none for a page without a text layer.

    A page that is written from right to left is mirrored, so that its columns and lines are read like others.

    Raises:
        pypdfium2.PdfiumError: the page is damaged.
    """
    runs: list[Run] = []
    glyphs: list[_Glyph] = []
    for glyph in _glyphs(page):
        if glyph is None or (glyphs and not _continues(glyphs, glyph)):
            runs += _flushed(glyphs)
        if glyph is not None and (glyphs or glyph.character != " "):
            glyphs.append(glyph)
    runs += _flushed(glyphs)
    return _mirrored(_with_initials(runs))


def _glyphs(page: pypdfium2.PdfPage) -> Iterator[_Glyph | None]:
    """Yield the characters of a page in the order of the file, and None where PDFium reports the end of a line."""
    text, rotation = page.get_textpage(), page.get_rotation()
    try:
        yield from _read_glyphs(text, rotation)
    finally:
        text.close()


def _read_glyphs(text: pypdfium2.PdfTextPage, rotation: int) -> Iterator[_Glyph | None]:
    box, x, y = pdfium.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    looks: dict[int | None, tuple[float, bool, float]] = {}  # by text object, since all its characters look alike
    for at in range(text.count_chars()):
        character = chr(pdfium.FPDFText_GetUnicode(text, at))
        if not character.isalnum() and pdfium.FPDFText_IsHyphen(text, at) == 1:
            character = "-"
        if character in "\r\n":
            yield None
        elif character != "\x00":
            pdfium.FPDFText_GetLooseCharBox(text, at, box)
            pdfium.FPDFText_GetCharOrigin(text, at, x, y)
            written = ctypes.cast(pdfium.FPDFText_GetTextObject(text, at), ctypes.c_void_p).value
            if written not in looks:
                looks[written] = _look(text, at, rotation)
            corners = (_turned(rotation, *corner)[0] for corner in ((box.left, box.bottom), (box.right, box.top)))
            left, right = sorted(corners)
            baseline = _turned(rotation, x.value, y.value)[1]
            yield _Glyph(" " if character.isspace() else character, left, right, baseline, *looks[written])


def _look(text: pypdfium2.PdfTextPage, at: int, rotation: int) -> tuple[float, bool, float]:
    """Return the size of a character, whether it is bold, and its angle on the visible page."""
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFText_GetMatrix(text, at, matrix)
    size = pdfium.FPDFText_GetFontSize(text, at) * math.hypot(matrix.c, matrix.d)
    bold = pdfium.FPDFText_GetFontWeight(text, at) >= BOLD
    return max(size, SIZE_MIN), bold, pdfium.FPDFText_GetCharAngle(text, at) + math.radians(rotation)


def _turned(rotation: int, x: float, y: float) -> tuple[float, float]:
    """Return a point of a page as it is seen when the page is rotated clockwise by `rotation` degrees."""
    return {0: (x, y), 90: (y, -x), 180: (-x, -y), 270: (-y, x)}[rotation]


def _continues(glyphs: list[_Glyph], glyph: _Glyph) -> bool:
    """Return whether a character continues the run; a space always does, and the gap behind it decides."""
    last = next(each for each in reversed(glyphs) if each.character != " ")
    if glyph.character == " ":
        return True
    size = max(last.size, glyph.size)
    gap = max(glyph.left - last.right, last.left - glyph.right)
    same_angle = math.isclose(last.angle, glyph.angle, abs_tol=0.02)
    if same_angle and math.cos(glyph.angle) <= UPRIGHT:
        return True  # PDFium itself reports the line ends of rotated text
    return same_angle and gap <= RUN_GAP * size and abs(glyph.baseline - last.baseline) < SAME_LINE * size


def _flushed(glyphs: list[_Glyph]) -> list[Run]:
    inked = [glyph for glyph in glyphs if glyph.character != " "]
    text = " ".join("".join(glyph.character for glyph in glyphs).split())
    glyphs.clear()
    if not inked:
        return []
    usual, _ = Counter(round(glyph.size, 1) for glyph in inked).most_common(1)[0]
    main = next(glyph for glyph in inked if round(glyph.size, 1) == usual)
    run = Run(
        text=text,
        left=min(glyph.left for glyph in inked),
        right=max(glyph.right for glyph in inked),
        baseline=main.baseline,
        size=main.size,
        bold=all(glyph.bold for glyph in inked),
        upright=math.cos(main.angle) > UPRIGHT,
    )
    return [run]


def _with_initials(runs: list[Run]) -> list[Run]:
    """Return the runs with each large initial letter joined to the word that it begins."""
    kept: list[Run] = []
    for run in runs:
        last = kept[-1] if kept else None
        if (
            last is not None
            and len(last.text) == 1
            and last.text.isupper()
            and last.size >= INITIAL * run.size
            and -run.size < run.left - last.right < run.size
            and last.baseline - run.size < run.baseline < last.baseline + last.size
        ):
            kept[-1] = replace(run, text=last.text + run.text)
        else:
            kept.append(run)
    return kept


def _mirrored(runs: list[Run]) -> list[Run]:
    kinds = [unicodedata.bidirectional(character) for run in runs for character in run.text]
    n_right_to_left = sum(kind in _RIGHT_TO_LEFT for kind in kinds)
    if n_right_to_left <= kinds.count("L"):
        return runs
    return [replace(run, left=-run.right, right=-run.left) for run in runs]
