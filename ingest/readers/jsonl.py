"""Lines of JSON, one article each: {"source", "title", "text", "publisher", "published", "url"}."""

from __future__ import annotations

import json
from collections.abc import Iterator

from ingest.characters import clean_line
from ingest.readers.extract import Extract
from ingest.readers.metadata import parse_metadata
from ingest.readers.text import extract_plain
from ingest.records import Document, ReadFailure
from ingest.titles import choose_title
from rag.errors import IngestError


def read_records(path: str, max_bytes: int) -> Iterator[Document | ReadFailure]:
    """An article, or a failure that names the line, for each line that is not blank.

    The file may be of any size; a single line may hold `max_bytes`. A source given twice is a failure.

    Raises:
        OSError: the file can't be read.
    """
    first_lines: dict[str, int] = {}
    with open(path, "rb") as lines:
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
                yield ReadFailure(source=path, reason=f"line {number}: {exc}")
                continue
            first_lines[document.source] = number
            yield document
    if number == 0:
        yield ReadFailure(source=path, reason="empty file")
    elif not first_lines and number:
        yield ReadFailure(source=path, reason="no line holds an article")


def parse_record(line: bytes) -> Document:
    """The article of one line; its source is the record's own, or its URL.

    Raises:
        IngestError: it is not a JSON object with a source and a text.
    """
    try:
        record = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as exc:
        raise IngestError("not UTF-8") from exc
    except (json.JSONDecodeError, RecursionError) as exc:
        raise IngestError(f"not JSON: {getattr(exc, 'msg', 'nested too deep')}") from exc
    if not isinstance(record, dict):
        raise IngestError(f"not a JSON object but {type(record).__name__}")
    metadata = parse_metadata({key: value for key, value in record.items() if key != "source"})
    source = clean_line(record.get("source"), 2000) or metadata["url"]
    if not source:
        raise IngestError('no "source" and no "url"')
    if not isinstance(record.get("text"), str):
        raise IngestError('no "text"')
    plain: Extract = extract_plain(record["text"])
    if not any(character.isalnum() for character in plain.text):
        raise IngestError('"text" is blank')
    metadata["title"] = metadata["title"] or choose_title(plain.text)
    metadata["published"] = metadata["published"] or plain.published
    return Document(source=source, key=source, text=plain.text, **metadata)
