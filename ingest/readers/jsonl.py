"""Lines of JSON, one article each: {"source", "title", "text", "publisher", "published", "url"}."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import BinaryIO

from ingest.cleaning.characters import clean_line
from ingest.readers.article_records import parse_values, text_name
from ingest.records import Document, ReadFailure
from rag.errors import IngestError


def read_lines(lines: BinaryIO, source: str, max_bytes: int) -> Iterator[Document | ReadFailure]:
    """Yield an article, or a failure that names the line, for each line that is not blank.

    There may be any number of lines, each of at most `max_bytes`. A source that is given twice is a failure.

    Raises:
        OSError: the file can't be read.
    """
    first_lines: dict[str, int] = {}
    number = 0
    while line := lines.readline(max_bytes + 1):
        number += 1
        try:
            if len(line) > max_bytes:
                while line and not line.endswith(b"\n"):
                    line = lines.readline(max_bytes)
                raise IngestError(f"longer than {max_bytes:,} bytes")
            if not line.strip(b" \t\r\n\xef\xbb\xbf"):
                continue
            document = parse_record(line)
            if document.source in first_lines:
                raise IngestError(
                    f"source {document.source!r} was already given in line {first_lines[document.source]}"
                )
        except IngestError as exc:
            yield ReadFailure(source=source, reason=f"line {number}: {exc}")
            continue
        first_lines[document.source] = number
        yield document
    if number == 0:
        yield ReadFailure(source=source, reason="empty file")
    elif not first_lines:
        yield ReadFailure(source=source, reason="no line holds an article")


def parse_record(line: bytes) -> Document:
    """Return the article of one line; its source is the record's own, or its URL.

    Raises:
        IngestError: it is not a JSON object with a source and a text.
    """
    try:
        record = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as exc:
        raise IngestError("not UTF-8") from exc
    except (ValueError, RecursionError) as exc:
        raise IngestError(f"not JSON: {getattr(exc, 'msg', 'nested too deep, or a number too long')}") from exc
    if not isinstance(record, dict):
        raise IngestError(f"not a JSON object but {type(record).__name__}")
    source = clean_line(record.pop("source", None), 2000)
    return parse_values(record, source=source, text=text_name(list(record)) or "text")
