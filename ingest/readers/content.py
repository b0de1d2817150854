"""The documents in the bytes of one file that is no archive, read by the reader for its format."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

from ingest.cleaning.characters import count_hidden
from ingest.cleaning.languages import recognise_language
from ingest.cleaning.titles import choose_title
from ingest.readers.extract import Extract
from ingest.readers.formats import (
    ARCHIVES,
    COLLECTIONS,
    EXTRACTORS,
    READABLE,
    RECORDS_SUFFIX,
    file_suffix,
    load_collection_reader,
    load_extractor,
)
from ingest.readers.jsonl import read_lines
from ingest.readers.limits import Limits
from ingest.records import Document, ReadFailure
from rag.errors import IngestError


def read_content(file: BinaryIO, source: str, key: str, limits: Limits) -> Iterator[Document | ReadFailure]:
    """Yield the documents in a file's bytes; of a mail, only the mail itself without its attachments.

    The ending of the file's name chooses the reader.

    Args:
        file: open at its first byte.
        source: the file's name as it was given to ingest.
        key: identifies the file in later runs.
        limits: on size, pages and characters.

    Raises:
        IngestError: it can't be read; the documents that were yielded before stay valid.
    """
    items = _read_content(file, source, key, limits)
    while True:
        with count_hidden() as n_hidden:
            item = next(items, None)
        if item is None:
            return
        if isinstance(item, Document) and len(item.text) > limits.max_article_chars:
            reason = (
                f"{len(item.text):,} characters, more than {limits.max_article_chars:,} (setting max_article_chars)"
            )
            item = ReadFailure(source=item.source, reason=reason)
        if isinstance(item, Document):
            item = replace(item, n_hidden=n_hidden(), language=item.language or recognise_language(item.text))
        yield item


def _read_content(file: BinaryIO, source: str, key: str, limits: Limits) -> Iterator[Document | ReadFailure]:
    suffix = file_suffix(source)
    if suffix == RECORDS_SUFFIX:
        yield from read_lines(file, source, limits.max_file_bytes)
        return
    if suffix not in READABLE:
        known = " ".join([*EXTRACTORS, *COLLECTIONS, RECORDS_SUFFIX, *ARCHIVES])
        raise IngestError(f"unsupported kind of file ({suffix or 'no suffix'}); supported are {known}")
    data = file.read(limits.max_file_bytes + 1)
    if len(data) > limits.max_file_bytes:
        raise IngestError(f"more than {limits.max_file_bytes:,} bytes (setting max_file_bytes)")
    if not data:
        raise IngestError("empty file")
    if suffix in EXTRACTORS:
        paged = {"max_pages": limits.max_pages} if suffix == ".pdf" else {}
        yield _document(load_extractor(suffix)(data, **paged), source, key)
        return
    n_articles = 0
    for item in load_collection_reader(suffix)(data, source, key):
        n_articles += not isinstance(item, ReadFailure)
        yield _document(item, source, key) if isinstance(item, Extract) else item
    if not n_articles:
        yield ReadFailure(source=source, reason="it holds no article")


def _document(extract: Extract, source: str, key: str) -> Document:
    if not any(character.isalnum() for character in extract.text):
        raise IngestError("no text: the file is blank")
    return Document(
        source=source,
        key=key,
        text=extract.text,
        title=extract.title or choose_title(extract.text, source),
        publisher=extract.publisher,
        authors=extract.authors,
        url=extract.url,
        published=extract.published,
        updated=extract.updated,
        language=extract.language,
        note=extract.note,
    )
