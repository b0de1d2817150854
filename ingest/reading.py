"""From paths to documents: which files a source names, and what each holds or why it can't be read."""

from __future__ import annotations

import importlib
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from ingest.readers.extract import Extract
from ingest.records import Document, ReadFailure
from ingest.titles import choose_title
from rag.errors import IngestError

MAX_BYTES = 10_000_000
"""Largest file, or line of a .jsonl file."""

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
"""The reader of one article by a file's suffix; imported when first needed, since some are heavy."""

COLLECTIONS = {
    ".csv": "ingest.readers.delimited:read_table",
    ".tsv": "ingest.readers.delimited:read_table",
    ".json": "ingest.readers.json:read_json",
    ".xml": "ingest.readers.feed:read_feed",
    ".rss": "ingest.readers.feed:read_feed",
    ".atom": "ingest.readers.feed:read_feed",
}
"""The reader of files that may hold several articles."""

RECORDS_SUFFIX = ".jsonl"


def list_files(source: str) -> list[str]:
    """The files that a source names, in sorted order, each as the source was given, with the path below it.

    A file gives itself. A folder gives all files below it, also of unsupported kinds, so that each can be
    reported; hidden files and folders are left out, a folder that links lead to again is entered once, and
    one that can't be listed is given itself, so that reading it tells why.

    Raises:
        IngestError: nothing is at this path.
    """
    try:
        mode = os.stat(source).st_mode
    except (OSError, ValueError) as exc:
        raise IngestError(f"{source}: {_os_reason(exc)}") from exc
    return list(_walk(source)) if stat.S_ISDIR(mode) else [source]


def read_file(path: str) -> Iterator[Document | ReadFailure]:
    """What a file holds: one document, several for .jsonl, or a failure with its reason. Never raises."""
    try:
        yield from _read(path)
    except IngestError as exc:
        yield ReadFailure(source=path, reason=str(exc))
    except (OSError, ValueError) as exc:
        yield ReadFailure(source=path, reason=_os_reason(exc))
    except MemoryError:
        yield ReadFailure(source=path, reason="too large for the memory of this machine")
    except Exception as exc:  # parsers of other people's formats raise anything; one file must not end the run
        yield ReadFailure(source=path, reason=f"damaged or unusual: {type(exc).__name__}: {exc}"[:300])


def _read(path: str) -> Iterator[Document | ReadFailure]:
    status = os.stat(path)
    if stat.S_ISDIR(status.st_mode):
        os.listdir(path)
        raise IngestError("a folder, not a file")
    if not stat.S_ISREG(status.st_mode):
        raise IngestError("not a regular file")
    with open(path, "rb") as file:
        yield from read_content(file, path, key=str(Path(path).resolve()))


def read_content(file: BinaryIO, source: str, *, key: str) -> Iterator[Document | ReadFailure]:
    """What a file's bytes hold, read as the suffix of its name tells.

    Args:
        file: at its first byte.
        source: its name as it was given to ingest.
        key: what makes it the same file next time.

    Raises:
        IngestError: it can't be read; what was given before stays valid.
    """
    suffix = Path(source).suffix.lower()
    if suffix == RECORDS_SUFFIX:
        from ingest.readers.jsonl import read_lines

        yield from read_lines(file, source, MAX_BYTES)
        return
    if suffix not in EXTRACTORS | COLLECTIONS:
        known = " ".join([*EXTRACTORS, *COLLECTIONS, RECORDS_SUFFIX])
        raise IngestError(f"unsupported kind of file ({suffix or 'no suffix'}); supported are {known}")
    data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise IngestError(f"more than {MAX_BYTES:,} bytes")
    if not data:
        raise IngestError("empty file")
    if suffix in EXTRACTORS:
        yield _document(load_extractor(suffix)(data), source, key)
        return
    n_articles = 0
    for item in _load(COLLECTIONS[suffix])(data, source, key):
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
        language=extract.language,
    )


def load_extractor(suffix: str) -> Callable[[bytes], Extract]:
    """The reader of one article for a key of `EXTRACTORS`."""
    return _load(EXTRACTORS[suffix])


def _load(reader: str) -> Callable[..., Any]:
    module, _, name = reader.partition(":")
    loaded: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return loaded


def _walk(folder: str) -> Iterator[str]:
    waiting, entered = [folder], set()
    while waiting:
        path = waiting.pop()
        if not os.path.isdir(path):
            yield path
            continue
        real = os.path.realpath(path)
        if real in entered:
            continue
        entered.add(real)
        try:
            names = sorted(name for name in os.listdir(path) if not name.startswith("."))
        except OSError:
            yield path
            continue
        waiting += [os.path.join(path, name) for name in reversed(names)]


def _os_reason(error: OSError | ValueError) -> str:
    if isinstance(error, FileNotFoundError):
        return "no such file or folder"
    if isinstance(error, PermissionError):
        return "permission denied"
    return f"can't be read: {getattr(error, 'strerror', None) or error}"
