"""JSON files: a list of articles, one article, a notebook, or any data as readable lines."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ingest.cleaning.canonical import canonical_text
from ingest.cleaning.decoding import decode_text
from ingest.readers.article_records import record_documents, text_name
from ingest.readers.extract import Extract
from ingest.readers.markdown import extract_markdown
from ingest.readers.metadata import complete_dates, parse_metadata
from ingest.readers.rows import render_cell, render_row
from ingest.readers.text import extract_plain
from ingest.records import Document, ReadFailure
from rag.errors import IngestError

MAX_LINES = 10_000
"""Most lines that are written for data that are no articles."""


def read_json(data: bytes, source: str, key: str) -> Iterator[Document | ReadFailure | Extract]:
    """Yield the articles of a list of objects with a text, which may be inside an object; else the file as one extract.

    Raises:
        IngestError: it is not JSON, or has more values than are read of one file.
    """
    value = _parse(data)
    records = _records(value)
    if records is not None:
        yield from record_documents(records, source=source, key=key, text=_text_field(records))
    elif isinstance(value, dict) and isinstance(value.get(name := text_name(list(value))), str):
        metadata = parse_metadata({field: each for field, each in value.items() if field != name})
        plain = extract_plain(value[name])
        complete_dates(metadata, plain.published, plain.updated)
        yield Extract(text=plain.text, **metadata)
    else:
        yield Extract(text=canonical_text("\n".join(_lines(value)), unwrap=False))


def extract_notebook(data: bytes) -> Extract:
    """Return a Jupyter notebook's text and code, without the output of the code.

    Raises:
        IngestError: it is not a notebook.
    """
    value = _parse(data)
    cells = value.get("cells") if isinstance(value, dict) else None
    if not isinstance(cells, list):
        raise IngestError("not a readable .ipynb: it has no cells")
    parts = []
    for cell in (cell for cell in cells if isinstance(cell, dict)):
        words = cell.get("source")
        text = words if isinstance(words, str) else "".join(map(str, words)) if isinstance(words, list) else ""
        parts.append(f"```\n{text}\n```" if cell.get("cell_type") == "code" else text)
    return extract_markdown("\n\n".join(parts).encode("utf-8", "replace"))


def _parse(data: bytes) -> Any:
    try:
        return json.loads(decode_text(data))
    except (ValueError, RecursionError) as exc:
        raise IngestError(f"not JSON: {getattr(exc, 'msg', 'nested too deep, or a number too long')}") from exc


def _records(value: Any) -> list[Mapping[str, object]] | None:
    """Return the list of objects of which most have a text; None when there is none."""
    lists = [value] if isinstance(value, list) else list(value.values()) if isinstance(value, dict) else []
    for found in (each for each in lists if isinstance(each, list)):
        objects = [each for each in found if isinstance(each, dict)]
        with_text = sum(isinstance(each.get(text_name(list(each))), str) for each in objects)
        if objects and 2 * with_text > len(found):
            return [each if isinstance(each, dict) else {} for each in found]
    return None


def _text_field(records: list[Mapping[str, object]]) -> str:
    names = [name for record in records if (name := text_name(list(record)))]
    return max(set(names), key=lambda name: (names.count(name), name))


def _lines(value: Any) -> Iterator[str]:
    """Yield every value with its path on a line of its own; a list of plain values becomes one row."""
    waiting: list[tuple[str, Any]] = [("", value)]
    n_lines = 0
    while waiting:
        path, each = waiting.pop()
        n_lines += 1
        if n_lines > MAX_LINES:
            raise IngestError(f"more than {MAX_LINES:,} values, and none is called text or content; split the file")
        if isinstance(each, dict):
            waiting += [(f"{path} {name}".strip(), inner) for name, inner in reversed(list(each.items()))]
        elif isinstance(each, list) and any(isinstance(inner, dict | list) for inner in each):
            waiting += [(path, inner) for inner in reversed(each)]
        else:
            words = render_row(each) if isinstance(each, list) else render_cell(each)
            yield f"{path}: {words}" if path else words
