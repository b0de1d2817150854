"""PDFs for tests: pieces of text at given places, in the order in which they are written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SIZE = 10.0

PAGE_ONE = [
    "The Daily Paper",
    "The delegates reached the capital before dawn and went straight to",
    "the hall, where the first of the two meetings was about to open the",
    "talks. Nobody thought that they would be short, since the interna-",
    "tional agenda ran to forty pages and half of them were about the",
    "1",
]
PAGE_TWO = [
    "The Daily Paper",
    "price of grain, which had doubled within a year for all of those who",
    "came.",
    "2",
]
PAGE_THREE = ["The Daily Paper", "An end", "3"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Text whose first letter stands at `x`, `y`, in points from the lower left corner."""

    x: float
    y: float
    text: str
    size: float = SIZE
    bold: bool = False
    sideways: bool = False


def column(x: float, y: float, lines: Sequence[str], *, size: float = SIZE, leading: float = 13.0) -> list[Piece]:
    """Lines below each other; "" leaves one out."""
    return [Piece(x=x, y=y - at * leading, text=line, size=size) for at, line in enumerate(lines) if line]


def row_by_row(*columns: Sequence[Piece]) -> list[Piece]:
    """The pieces of columns in the order of a typewriter: row by row, each from left to right."""
    return sorted((piece for pieces in columns for piece in pieces), key=lambda piece: (-piece.y, piece.x))


def draw_pdf(pages: Sequence[Sequence[Piece]], *, title: str = "", rotation: int = 0, scaled: bool = False) -> bytes:
    """A PDF of pages.

    Args:
        pages: the pieces of each, in the order in which the file writes them.
        title: in its properties.
        rotation: clockwise degrees by which its pages are shown turned.
        scaled: the size of text is set by the matrix, over a font of size 1, as some programs do.
    """
    fonts = [b"<< /Type /Font /Subtype /Type1 /BaseFont /%s >>" % name for name in (b"Helvetica", b"Helvetica-Bold")]
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"", *fonts, b"<< /Title (%s) >>" % _escaped(title)]
    kids = []
    for pieces in pages:
        stream = b"BT\n" + b"".join(_shown(piece, scaled=scaled) for piece in pieces) + b"ET"
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Rotate %d /Contents %d 0 R"
            b" /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>" % (rotation, len(objects))
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    out, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    xref = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer << /Size %d /Root 1 0 R /Info 5 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, xref)
    return bytes(out)


def _shown(piece: Piece, *, scaled: bool) -> bytes:
    font, unit = 2 if piece.bold else 1, 1.0 if not scaled else piece.size
    matrix = (0.0, unit, -unit, 0.0) if piece.sideways else (unit, 0.0, 0.0, unit)
    placed = " ".join(f"{value:.2f}" for value in (*matrix, piece.x, piece.y))
    return f"/F{font} {piece.size / unit:.2f} Tf {placed} Tm (".encode() + _escaped(piece.text) + b") Tj\n"


def _escaped(text: str) -> bytes:
    return text.encode("latin-1").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def build_pdf(pages: list[list[str]]) -> bytes:
    """Return a PDF that shows the given lines on each page."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    kids = []
    for lines in pages:
        shown = "".join(f"({line}) Tj T* " for line in lines)
        stream = f"BT /F1 10 Tf 14 TL 50 780 Td {shown}ET".encode("latin-1")
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R"
            b" /Resources << /Font << /F1 3 0 R >> >> >>" % len(objects)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    out, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    xref = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, xref)
    return bytes(out)
