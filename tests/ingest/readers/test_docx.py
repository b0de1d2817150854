"""Word documents: headings, items and tables in order."""

from __future__ import annotations

import io

import docx
import pytest

from ingest.readers.docx import extract_docx
from rag.errors import IngestError


def build_docx() -> bytes:
    document = docx.Document()
    document.core_properties.author = "Jane Doe"
    document.add_paragraph("Leaders meet", style="Title")
    document.add_heading("Who came", 1)
    document.add_paragraph("A paragraph.\u00a0It has two sentences.")
    document.add_paragraph("the hosts", style="List Bullet")
    document.add_paragraph("the guests", style="List Bullet")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip((cell for row in table.rows for cell in row.cells), ("Asia", "9.55", "all", ""), strict=True):
        cell.text = text
    table.rows[1].cells[0].merge(table.rows[1].cells[1])
    document.add_paragraph("The end.")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_docx_gives_headings_items_and_rows_in_order() -> None:
    extract = extract_docx(build_docx())
    assert extract.text.split("\n\n") == [
        "Leaders meet",
        "Who came",
        "A paragraph. It has two sentences.",
        "- the hosts\n- the guests",
        "Asia | 9.55\nall",
        "The end.",
    ]
    assert (extract.title, extract.authors, extract.published) == ("Leaders meet", ("Jane Doe",), "")


@pytest.mark.parametrize("data", [b"not a zip", build_docx()[:2000]])
def test_damaged_docx_is_refused(data: bytes) -> None:
    with pytest.raises(IngestError, match="not a readable"):
        extract_docx(data)


def test_merged_cells_of_word_documents_leave_the_others_in_their_columns() -> None:
    document = docx.Document()
    table = document.add_table(rows=2, cols=3)
    for cell, text in zip(
        (cell for row in table.rows for cell in row.cells), ("a", "b", "c", "d", "", "f"), strict=True
    ):
        cell.text = text
    table.cell(0, 0).merge(table.cell(0, 1))
    out = io.BytesIO()
    document.save(out)
    assert extract_docx(out.getvalue()).text == "a b | – | c\nd | – | f"
