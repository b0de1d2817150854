"""Tables as text (.csv, .tsv): an article for each row that has one, else one article of readable rows."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator

from ingest.cleaning.canonical import canonical_text
from ingest.cleaning.decoding import decode_text
from ingest.readers.article_records import MAX_RECORDS, record_documents, text_name
from ingest.readers.extract import Extract
from ingest.readers.rows import render_row
from ingest.records import Document, ReadFailure
from rag.errors import IngestError

_DELIMITERS = ",;\t|"
_ROWS_LOOKED_AT = 20


def read_table(data: bytes, source: str, key: str) -> Iterator[Document | ReadFailure | Extract]:
    """Yield an article a row when the first row names a column for their text; else one extract of the whole table.

    Raises:
        IngestError: it is not text, not a table, or has more rows than are read of one file.
    """
    text = decode_text(data)
    csv.field_size_limit(max(len(text), 1))
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        header = [name.strip() for name in next(rows, [])]
        body = [row for _, row in zip(range(MAX_RECORDS + 1), (row for row in rows if any(row)), strict=False)]
    except csv.Error as exc:
        raise IngestError(f"not a readable table: line {rows.line_num}: {exc}") from exc
    if name := text_name(header):
        records = [dict(zip(header, row, strict=False)) for row in body]
        yield from record_documents(records, source=source, key=key, text=name)
        return
    if len(body) > MAX_RECORDS:
        raise IngestError(
            f"more than {MAX_RECORDS:,} rows, and no column is called text or content; "
            "name the column that holds the articles so, or split the table"
        )
    yield Extract(text=canonical_text("\n".join(render_row(row) for row in [header, *body]), unwrap=False))


def _delimiter(text: str) -> str:
    """Return the delimiter that splits the most of the first rows into equally many cells; a comma when none does."""
    lines = io.StringIO(text[:100_000], newline="")

    def score(delimiter: str) -> tuple[int, int]:
        lines.seek(0)
        rows = csv.reader(lines, delimiter=delimiter)
        widths = Counter(len(row) for _, row in zip(range(_ROWS_LOOKED_AT), rows, strict=False) if row)
        width, n_rows = max(widths.items(), key=lambda item: (item[0] > 1, item[1]), default=(1, 0))
        return (n_rows if width > 1 else 0, width)

    return max(_DELIMITERS, key=score)
