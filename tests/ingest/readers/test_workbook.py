"""Workbooks: sheets as headings over rows."""

from __future__ import annotations

import io

import xlsxwriter  # type: ignore[import-untyped]  # it ships no types

from ingest.readers.workbook import extract_workbook


def test_workbook_sheets_are_headings_over_rows() -> None:
    out = io.BytesIO()
    workbook = xlsxwriter.Workbook(out)
    sheet = workbook.add_worksheet("Trade by year")
    sheet.write_row(0, 0, ["Year", "Imports", "Exports"])
    sheet.write_row(1, 0, [2023, None, 19.5])
    sheet.write_row(3, 0, [2024, 3])
    workbook.add_worksheet("Empty")
    workbook.close()
    extract = extract_workbook(out.getvalue())
    assert extract.text == "Trade by year\n\nYear | Imports | Exports\n2023 | – | 19.5\n2024 | 3"
