"""The formats that are read, and which reader reads each, by the ending of a file's name."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from pathlib import PurePath
from typing import Any

from ingest.readers.extract import Extract
from ingest.records import Document, ReadFailure

EXTRACTORS = {
    ".txt": "ingest.readers.text:extract_text",
    ".md": "ingest.readers.markdown:extract_markdown",
    ".html": "ingest.readers.html:extract_html",
    ".htm": "ingest.readers.html:extract_html",
    ".pdf": "ingest.readers.pdf:extract_pdf",
    ".docx": "ingest.readers.docx:extract_docx",
    ".odt": "ingest.readers.odt:extract_odt",
    ".rtf": "ingest.readers.rtf:extract_rtf",
    ".pptx": "ingest.readers.pptx:extract_pptx",
    ".xlsx": "ingest.readers.workbook:extract_workbook",
    ".xls": "ingest.readers.workbook:extract_workbook",
    ".epub": "ingest.readers.epub:extract_epub",
    ".eml": "ingest.readers.mail:extract_eml",
    ".msg": "ingest.readers.mail:extract_msg",
    ".ipynb": "ingest.readers.json:extract_notebook",
}
"""Readers of files that hold one article. Each is imported when it is first needed, since some are heavy."""

COLLECTIONS = {
    ".csv": "ingest.readers.delimited:read_table",
    ".tsv": "ingest.readers.delimited:read_table",
    ".json": "ingest.readers.json:read_json",
    ".xml": "ingest.readers.feed:read_feed",
    ".rss": "ingest.readers.feed:read_feed",
    ".atom": "ingest.readers.feed:read_feed",
}
"""Readers of files that may hold several articles."""

ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
MAILS = frozenset({".eml", ".msg"})
RECORDS_SUFFIX = ".jsonl"
READABLE = frozenset({*EXTRACTORS, *COLLECTIONS, RECORDS_SUFFIX})
"""The endings of all files that are read, apart from archives."""


def file_suffix(name: str) -> str:
    """Return the ending of a file's name in lower case, such as `.html`; "" when it has none."""
    return PurePath(name).suffix.lower()


def archive_suffix(name: str) -> str:
    """Return the ending that makes a file an archive, such as `.tar.gz`; "" for other files."""
    return next((ending for ending in ARCHIVES if name.lower().endswith(ending)), "")


def is_readable(name: str) -> bool:
    """Return whether there is a reader for files of this name, judged by its ending."""
    return file_suffix(name) in READABLE or archive_suffix(name) != ""


def load_extractor(suffix: str) -> Callable[..., Extract]:
    """Return the reader of one article for a key of `EXTRACTORS`; the reader of PDF also takes `max_pages`."""
    extractor: Callable[..., Extract] = _load(EXTRACTORS[suffix])
    return extractor


def load_collection_reader(suffix: str) -> Callable[[bytes, str, str], Iterator[Document | ReadFailure | Extract]]:
    """Return the reader of several articles for a key of `COLLECTIONS`; it takes the bytes, source and key."""
    reader: Callable[[bytes, str, str], Iterator[Document | ReadFailure | Extract]] = _load(COLLECTIONS[suffix])
    return reader


def _load(reader: str) -> Any:
    module, _, name = reader.partition(":")
    return getattr(importlib.import_module(module), name)
