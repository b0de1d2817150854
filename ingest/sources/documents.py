"""From paths to documents: which files a source names, and what each holds or why it can't be read."""

from __future__ import annotations

import importlib
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BufferedReader
from pathlib import PurePath
from typing import Any, BinaryIO, TypeVar

from ingest.cleaning.characters import counted_hidden
from ingest.cleaning.languages import recognise_language
from ingest.cleaning.titles import choose_title
from ingest.readers.extract import Extract
from ingest.readers.limits import MAX_FILE_BYTES, Limits
from ingest.records import Begun, Document, ReadFailure
from ingest.sources.archives import ARCHIVES, Budget, archive_kind, read_members
from rag.errors import IngestError

MAX_BYTES = MAX_FILE_BYTES
"""Largest page of the web."""

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

MAILS = frozenset({".eml", ".msg"})
RECORDS_SUFFIX = ".jsonl"
READABLE = frozenset({*EXTRACTORS, *COLLECTIONS, RECORDS_SUFFIX})

Item = TypeVar("Item")

_OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


def list_files(source: str) -> list[str]:
    """The files that a source names, in sorted order, each as the source was given, with the path below it.

    A file gives itself. A folder gives all files below it, also of unsupported kinds, so that each can be
    reported; hidden files and folders are left out, a folder that links lead to again is entered once. One that
    can't be listed is given itself, so that reading it tells why, and so is one that a link finds elsewhere.

    Raises:
        IngestError: nothing is at this path.
    """
    try:
        mode = os.stat(source).st_mode
    except (OSError, ValueError) as exc:
        raise IngestError(f"{source}: {_os_reason(exc)}") from exc
    return list(_walk(source)) if stat.S_ISDIR(mode) else [source]


def read_file(path: str, limits: Limits | None = None) -> Iterator[Document | ReadFailure]:
    """What a file holds: one document, several for a collection or an archive, or failures with their reasons.

    Never raises. It reads in this process, without a limit of time; `ExtractionPool` reads in others.
    """
    for item in read_items(path, limits or Limits()):
        if not isinstance(item, Begun):
            yield item


def read_items(path: str, limits: Limits, skip: int = 0) -> Iterator[Document | ReadFailure | Begun]:
    """As `read_file`, with a `Begun` before each member of an archive, a mail, and each file attached to it.

    Args:
        path: the file.
        limits: what it may take.
        skip: what so many of them announced is passed over.
    """
    yield from guarded(storable(path), _read(path, limits, skip))


def guarded(source: str, items: Iterator[Item]) -> Iterator[Item | ReadFailure]:
    """The items, and whatever ends them early as a failure with its reason."""
    try:
        yield from items
    except IngestError as exc:
        yield ReadFailure(source=source, reason=str(exc))
    except (OSError, ValueError) as exc:
        yield ReadFailure(source=source, reason=_os_reason(exc))
    except MemoryError:
        yield ReadFailure(source=source, reason="too large for the memory of this machine")
    except RecursionError:
        yield ReadFailure(source=source, reason="nested too deep")
    except Exception as exc:  # parsers of other people's formats raise anything; one file must not end the run
        yield ReadFailure(source=source, reason=f"damaged or unusual: {type(exc).__name__}: {storable(str(exc))}"[:300])


def open_regular(path: str) -> BufferedReader:
    """The opened file; pipes, devices and sockets are never waited for.

    Raises:
        IngestError: it is a folder, or something else that is not a regular file.
        OSError: it can't be opened.
    """
    _check_regular(path, os.stat(path))
    file = open(os.open(path, _OPEN_FLAGS), "rb")  # noqa: SIM115 - the caller closes it
    try:
        _check_regular(path, os.fstat(file.fileno()))  # it may have been replaced meanwhile
    except BaseException:
        file.close()
        raise
    return file


def is_readable(name: str) -> bool:
    """Whether there is a reader for files of this name, by its ending."""
    return _suffix(name) in READABLE or archive_kind(name) != ""


def storable(text: str) -> str:
    r"""The text with what can't be encoded (bytes of a file's name that are no UTF-8) as `\udc..`."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _read(path: str, limits: Limits, skip: int) -> Iterator[Document | ReadFailure | Begun]:
    with open_regular(path) as file:
        source, key = storable(path), storable(os.path.realpath(path))
        if archive_kind(path):
            yield from read_members(file, source, key, limits, skip=skip)
            return
        size = os.fstat(file.fileno()).st_size
        if size > limits.max_file_bytes and _suffix(path) in READABLE - {RECORDS_SUFFIX}:
            raise IngestError(f"{size:,} bytes, more than {limits.max_file_bytes:,} (setting max_file_bytes)")
        yield from read_whole(file, source, key, limits, skip=skip)


def read_whole(
    file: BinaryIO,
    source: str,
    key: str,
    limits: Limits,
    *,
    skip: int = 0,
    depth: int = 1,
    budget: Budget | None = None,
) -> Iterator[Document | ReadFailure | Begun]:
    """What a file holds that is no archive; of a mail, also what is attached. The parameters are `read_mail`'s."""
    if _suffix(source) in MAILS:
        from ingest.sources.attachments import read_mail

        yield from read_mail(file, source, key, limits, skip=skip, depth=depth, budget=budget)
    else:
        yield from read_content(file, source, key=key, limits=limits)


def read_content(file: BinaryIO, source: str, *, key: str, limits: Limits) -> Iterator[Document | ReadFailure]:
    """What a file's bytes hold, read as the suffix of its name tells; of a mail, what was written in it.

    Args:
        file: at its first byte.
        source: its name as it was given to ingest.
        key: what makes it the same file next time.
        limits: what it may take.

    Raises:
        IngestError: it can't be read; what was given before stays valid.
    """
    items = _read_content(file, source, key, limits)
    while True:
        with counted_hidden() as hidden:
            item = next(items, None)
        if item is None:
            return
        if isinstance(item, Document) and len(item.text) > limits.max_article_chars:
            reason = (
                f"{len(item.text):,} characters, more than {limits.max_article_chars:,} (setting max_article_chars)"
            )
            item = ReadFailure(source=item.source, reason=reason)
        if isinstance(item, Document):
            item = replace(item, n_hidden=hidden(), language=item.language or recognise_language(item.text))
        yield item


def _read_content(file: BinaryIO, source: str, key: str, limits: Limits) -> Iterator[Document | ReadFailure]:
    suffix = _suffix(source)
    if suffix == RECORDS_SUFFIX:
        from ingest.readers.jsonl import read_lines

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
        yield _document(_load(EXTRACTORS[suffix])(data, **paged), source, key)
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
        updated=extract.updated,
        language=extract.language,
        note=extract.note,
    )


def load_extractor(suffix: str) -> Callable[[bytes], Extract]:
    """The reader of one article for a key of `EXTRACTORS`."""
    return _load(EXTRACTORS[suffix])


def _load(reader: str) -> Callable[..., Any]:
    module, _, name = reader.partition(":")
    loaded: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return loaded


def _check_regular(path: str, status: os.stat_result) -> None:
    if stat.S_ISDIR(status.st_mode):
        os.listdir(path)
        raise IngestError("a folder, not a file")
    if not stat.S_ISREG(status.st_mode):
        raise IngestError("not a regular file but a device, pipe or socket")


def _suffix(name: str) -> str:
    return PurePath(name).suffix.lower()


def _walk(folder: str) -> Iterator[str]:
    waiting, entered = [folder], set()
    while waiting:
        path = waiting.pop()
        if not os.path.isdir(path) or leads_out(path, folder):
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


def leads_out(path: str, folder: str) -> bool:
    """Whether a path below a folder is, by links, somewhere else."""
    root = os.path.realpath(folder)
    return os.path.commonpath([root, os.path.realpath(path)]) != root


def _os_reason(error: OSError | ValueError) -> str:
    if isinstance(error, FileNotFoundError):
        return "no such file or folder"
    if isinstance(error, PermissionError):
        return "permission denied"
    return f"can't be read: {getattr(error, 'strerror', None) or error}"
