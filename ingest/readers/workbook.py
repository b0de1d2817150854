"""Workbooks (.xlsx, .xls): for each sheet, its name as a heading and its rows."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum

from ingest.cleaning.canonical import canonical_text
from ingest.readers.extract import Extract
from ingest.readers.package import open_package
from ingest.readers.rows import render_row
from rag.errors import IngestError

MAX_CHARS = 20_000_000
"""Reading fails above this number of characters, since no article may have so many."""


def extract_workbook(data: bytes) -> Extract:
    """Return the cells' values as they were last calculated, row by row, without empty rows.

    Raises:
        IngestError: it is damaged, encrypted or too large when unpacked.
    """
    try:
        if zipfile.is_zipfile(io.BytesIO(data)):
            with open_package(data, ".xlsx"):
                blocks = list(_blocks(data))
        else:
            blocks = list(_blocks(data))
    except CalamineError as exc:
        raise IngestError("not a readable workbook: it is damaged, encrypted or of another kind") from exc
    return Extract(text=canonical_text("\n\n".join(blocks), unwrap=False))


def _blocks(data: bytes) -> Iterator[str]:
    workbook, n_chars = CalamineWorkbook.from_filelike(io.BytesIO(data)), 0
    for sheet in workbook.sheets_metadata:
        if sheet.typ is not SheetTypeEnum.WorkSheet:
            continue
        rows: list[str] = []
        for cells in workbook.get_sheet_by_name(sheet.name).iter_rows():
            row = render_row(cells)
            n_chars += len(row)
            if n_chars > MAX_CHARS:
                raise IngestError(f"the workbook's rows have more than {MAX_CHARS:,} characters")
            if row:
                rows.append(row)
        if rows:
            yield sheet.name
            yield "\n".join(rows)
