"""Export and import of a library: one file of all articles with their versions, to be moved or merged.

The file is a ZIP archive of `articles.jsonl`, one article a line. It holds no chunks and vectors: import makes them
anew, so it works with any embedding model.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import pydantic
from tqdm import tqdm

from ingest.indexing.identity import find_same, identity_keys
from ingest.indexing.writing import Indexer, OnOutcome
from ingest.records import Document, IngestReport, Outcome, OutcomeStatus
from rag.errors import LibraryError
from rag.library.library import Library
from rag.library.records import NewVersion, PastVersion, content_hash
from rag.records import Article

FORMAT = "footnote-library-1"
MEMBER = "articles.jsonl"
MAX_LINE_BYTES = 200_000_000
"""Longest line: an article with all its versions, each of which is bounded by `max_article_chars`."""


class _Version(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", strict=True)

    version: Annotated[int, pydantic.Field(ge=1)]
    source: str
    text: str
    title: str
    publisher: str
    authors: list[str]
    url: str
    published: str
    updated: str = ""
    language: str
    note: str = ""
    ingested_at: str


class _Record(pydantic.BaseModel):
    """One line: an article, its current version's number, and all versions."""

    model_config = pydantic.ConfigDict(extra="forbid", strict=True)

    id: Annotated[str, pydantic.Field(pattern=r"^[0-9a-f]{16}$")]
    current: int
    versions: Annotated[list[_Version], pydantic.Field(min_length=1)]


def export_library(library: Library, path: str) -> int:
    """Write all articles with their versions to a file; return the number of articles.

    The file appears when it is complete, and replaces one that exists.

    Raises:
        LibraryError: it can't be written.
    """
    target = Path(path)
    articles = library.catalog.articles()
    part = ""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        with os.fdopen(handle, "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.comment = FORMAT.encode()
                with archive.open(MEMBER, "w", force_zip64=True) as lines:
                    for article in articles:
                        lines.write(_render(article, library.catalog.history(article.id)))
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, target)
    except OSError as exc:
        raise LibraryError(
            f"The library can't be written to {target}: {exc.strerror or exc}. Name a file in a folder that can be "
            "written and has space."
        ) from exc
    finally:
        if part:
            with suppress(FileNotFoundError):
                os.unlink(part)
    return len(articles)


def import_library(
    library: Library, path: str, on_outcome: OnOutcome | None = None, progress: bool = False
) -> IngestReport:
    """Add the articles of an exported file; articles that are already in the library stay as they are.

    A new article keeps the numbers of its versions, so citations of them still resolve. Of an article that is already
    in the library, the unknown versions are added behind the known ones; the version that was ingested last becomes
    the current one.

    Raises:
        LibraryError: the file is damaged or no export; nothing of a damaged line is added.
        LibraryLockedError: another process is writing.
    """
    started = time.monotonic()
    with library.writing():
        indexer = Indexer(library, on_outcome)
        for versions, current in tqdm(_parse(path), desc="Import", unit="article", delay=1, disable=not progress):
            _add_article(indexer, library, versions, current)
        indexer.flush()
    return IngestReport(outcomes=tuple(indexer.outcomes), seconds=time.monotonic() - started)


def _add_article(indexer: Indexer, library: Library, versions: Sequence[PastVersion], current: PastVersion) -> None:
    catalog = library.catalog
    indexer.flush_if_pending(current.article.id, identity_keys(_document(current.article)))
    article_id = current.article.id
    here = catalog.history(article_id)
    if not here and (same := find_same(catalog, _document(current.article))) is not None:
        article_id, here = same.id, catalog.history(same.id)
    known = {content_hash(past.article): past for past in here}
    first_free = catalog.next_version(article_id)
    if first_free == 1:  # a new article: its versions keep their numbers
        added = list(versions)
    else:
        unknown = [past for past in versions if content_hash(past.article) not in known]
        added = [
            replace(past, article=replace(past.article, id=article_id, version=first_free + n))
            for n, past in enumerate(unknown)
        ]
    digest = content_hash(current.article)
    latest = next((past for past in reversed(added) if content_hash(past.article) == digest), None)
    kept = catalog.article(article_id) if here else None
    kept_at = max((past.ingested_at for past in here if kept and past.article.version == kept.version), default="")
    if latest is None or (kept is not None and kept_at >= latest.ingested_at):
        catalog.store_history(added)
        article = kept or current.article
        status: OutcomeStatus = "updated" if added else "unchanged"
        indexer.report(Outcome(source=article.source, status=status, article_id=article_id))
        return
    indexer.put(
        NewVersion(
            article=latest.article,
            content_hash=digest,
            chunks=indexer.chunk(latest.article),
            identities=identity_keys(_document(latest.article)),
            history=tuple(past for past in added if past is not latest),
            ingested_at=latest.ingested_at,
        ),
        "updated" if here else "added",
    )


def _render(article: Article, history: Sequence[PastVersion]) -> bytes:
    record = _Record(
        id=article.id,
        current=article.version,
        versions=[
            _Version(
                version=past.article.version,
                source=past.article.source,
                text=past.article.text,
                title=past.article.title,
                publisher=past.article.publisher,
                authors=list(past.article.authors),
                url=past.article.url,
                published=past.article.published,
                updated=past.article.updated,
                language=past.article.language,
                note=past.article.note,
                ingested_at=past.ingested_at,
            )
            for past in history
        ],
    )
    return json.dumps(record.model_dump()).encode() + b"\n"


def _parse(path: str) -> Iterator[tuple[list[PastVersion], PastVersion]]:
    """Yield the versions of each article, oldest first, and the current one."""
    try:
        with zipfile.ZipFile(path) as archive:
            if archive.comment != FORMAT.encode():
                raise LibraryError(f"{path} is no library of this version of Footnote. Export it again.")
            with archive.open(MEMBER) as lines:
                number = 0
                while line := lines.readline(MAX_LINE_BYTES):
                    number += 1
                    yield _parse_line(path, number, line)
    except (OSError, zipfile.BadZipFile, KeyError, EOFError) as exc:
        raise LibraryError(f"{path} can't be read as an exported library: {exc}. Export it again.") from exc


def _parse_line(path: str, number: int, line: bytes) -> tuple[list[PastVersion], PastVersion]:
    try:
        record = _Record.model_validate_json(line)
    except pydantic.ValidationError as exc:
        wrong = exc.errors()[0]
        place = ".".join(map(str, wrong["loc"]))
        raise LibraryError(f"{path} is damaged in article {number}: {place} {wrong['msg']}. Export it again.") from exc
    versions = {
        each.version: PastVersion(
            article=Article(
                id=record.id,
                source=each.source,
                text=each.text,
                title=each.title,
                publisher=each.publisher,
                authors=tuple(each.authors),
                url=each.url,
                published=each.published,
                updated=each.updated,
                language=each.language,
                note=each.note,
                version=each.version,
            ),
            ingested_at=each.ingested_at,
        )
        for each in sorted(record.versions, key=lambda each: each.version)
    }
    if len(versions) < len(record.versions) or record.current not in versions:
        raise LibraryError(f"{path} is damaged in article {number}: its versions are not whole. Export it again.")
    return list(versions.values()), versions[record.current]


def _document(article: Article) -> Document:
    return Document(
        source=article.source,
        key=article.source,
        text=article.text,
        title=article.title,
        publisher=article.publisher,
        url=article.url,
    )
