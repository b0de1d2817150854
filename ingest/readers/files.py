"""Reading one file: its document, or the documents in an archive, or a mail with its attachments.

These hold one another, so they are read in one place. A member is called `path/archive.zip!/inner/name.txt`, and an
attachment `path/mail.eml!/report.pdf`.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import BinaryIO

from ingest.cleaning.characters import escape_surrogates
from ingest.readers.archives import open_members
from ingest.readers.attachments import attachment_members
from ingest.readers.content import read_content
from ingest.readers.failures import catch_failures
from ingest.readers.formats import MAILS, READABLE, RECORDS_SUFFIX, archive_suffix, file_suffix, is_readable
from ingest.readers.limits import Limits
from ingest.readers.members import MAX_DEPTH, MAX_MEMBERS, MAX_TOTAL_BYTES, Attachment, Budget, Member
from ingest.readers.regular_files import open_regular
from ingest.records import Begun, Document, ReadFailure
from rag.errors import IngestError


def read_file(path: str, limits: Limits | None = None) -> Iterator[Document | ReadFailure]:
    """Yield what a file holds: one document, several for a collection or an archive, or failures with their reasons.

    Never raises. It reads in this process, without a limit of time; `ExtractionPool` reads in others.
    """
    for item in read_items(path, limits or Limits()):
        if not isinstance(item, Begun):
            yield item


def read_items(path: str, limits: Limits, skip: int = 0) -> Iterator[Document | ReadFailure | Begun]:
    """Yield what `read_file` does, with a `Begun` before each mail, attachment and member of an archive.

    Args:
        path: the file.
        limits: on its size, time, pages and characters.
        skip: how many of the parts announced by a `Begun` are passed over.
    """
    yield from catch_failures(escape_surrogates(path), _read(path, limits, skip))


def read_archive(
    file: BinaryIO,
    source: str,
    key: str,
    limits: Limits,
    *,
    skip: int = 0,
    depth: int = 1,
    budget: Budget | None = None,
) -> Iterator[Document | ReadFailure | Begun]:
    """Yield what the members of an archive hold; every one has an outcome of its own, hidden ones are left out.

    Args:
        file: the archive, open at its first byte.
        source: its name as it was given to ingest.
        key: identifies the archive in later runs.
        limits: on each member.
        skip: how many members are passed over.
        depth: 1 for an archive that is a file of its own; one more for each archive or mail that it is in.
        budget: what the archive around this one has left; None for a full budget.

    Raises:
        IngestError: it is damaged, or beyond its bounds; the items that were yielded before stay valid.
    """
    n_items = 0
    members = open_members(file, source)
    for item in _read_members(members, source, key, limits, skip=skip, depth=depth, budget=budget or Budget()):
        n_items += 1
        yield item
    if not n_items and not skip:
        raise IngestError("the archive holds no files")


def read_mail(
    file: BinaryIO,
    source: str,
    key: str,
    limits: Limits,
    *,
    skip: int = 0,
    depth: int = 1,
    budget: Budget | None = None,
) -> Iterator[Document | ReadFailure | Begun]:
    """Yield the mail, then what each attachment holds, with an outcome for every one.

    The parameters are those of `read_archive`; `skip` counts the mail as the first part.
    """
    from ingest.readers.mail import list_attachments  # loads lxml and olefile, which most files don't need

    data = file.read(limits.max_file_bytes + 1)
    attachments: list[Attachment] = []
    problem = ""
    try:
        attachments = list_attachments(data, is_outlook=source.lower().endswith(".msg"))
    except IngestError as exc:
        problem = str(exc)
    if not skip:
        if depth == 1:
            yield Begun(source=source)
        for item in catch_failures(source, read_content(io.BytesIO(data), source, key, limits)):
            if isinstance(item, ReadFailure):
                problem = ""  # a mail that can't be read is reported once
                item = replace(item, skipped=bool(attachments) and item.reason.startswith("no text"))
            yield item
        if problem:
            yield ReadFailure(source=source, reason=problem)
    members = attachment_members(attachments, depth)
    skip = max(0, skip - 1)
    yield from _read_members(members, source, key, limits, skip=skip, depth=depth, budget=budget or Budget())


def _read(path: str, limits: Limits, skip: int) -> Iterator[Document | ReadFailure | Begun]:
    with open_regular(path) as file:
        source, key = escape_surrogates(path), escape_surrogates(os.path.realpath(path))
        if archive_suffix(path):
            yield from read_archive(file, source, key, limits, skip=skip)
            return
        size = os.fstat(file.fileno()).st_size
        if size > limits.max_file_bytes and file_suffix(path) in READABLE - {RECORDS_SUFFIX}:
            raise IngestError(f"{size:,} bytes, more than {limits.max_file_bytes:,} (setting max_file_bytes)")
        if file_suffix(source) in MAILS:
            yield from read_mail(file, source, key, limits, skip=skip)
        else:
            yield from read_content(file, source, key, limits)


def _read_members(
    members: Iterable[Member], source: str, key: str, limits: Limits, *, skip: int, depth: int, budget: Budget
) -> Iterator[Document | ReadFailure | Begun]:
    names: set[str] = set()
    for number, member in enumerate(members):
        if not budget.n_members:
            raise IngestError(f"more than {MAX_MEMBERS:,} files in it; the rest is left out")
        budget.n_members -= 1
        if number < skip:
            names.add(member.name)
            continue
        inner = f"{source}!/{member.name.encode('utf-8', 'backslashreplace').decode()}"
        if depth == 1:
            yield Begun(source=inner)
        if member.n_bytes > budget.n_bytes and not member.refusal:
            raise IngestError(f"the archive unpacks to more than {MAX_TOTAL_BYTES:,} bytes; the rest is left out")
        repeated = member.name in names
        names.add(member.name)
        if repeated:
            yield ReadFailure(source=inner, reason="the archive has another file of this name")
            continue
        inner_key = f"{key}{inner[len(source) :]}"
        yield from catch_failures(inner, _read_member(member, inner, inner_key, limits, depth, budget))


def _read_member(
    member: Member, source: str, key: str, limits: Limits, depth: int, budget: Budget
) -> Iterator[Document | ReadFailure | Begun]:
    nested = archive_suffix(member.name) != ""
    if member.refusal:
        yield ReadFailure(source=source, reason=member.refusal)
    elif not is_readable(member.name):
        yield ReadFailure(source=source, reason="unsupported kind of file", skipped=True)
    elif nested and depth == MAX_DEPTH:
        yield ReadFailure(source=source, reason=f"archives are nested more than {MAX_DEPTH} deep")
    elif member.n_bytes > (max_bytes := budget.n_bytes if nested else limits.max_file_bytes):
        yield ReadFailure(source=source, reason=f"{member.n_bytes:,} bytes when unpacked, more than {max_bytes:,}")
    else:
        data = member.read(max_bytes + 1)
        budget.n_bytes -= min(len(data), budget.n_bytes)
        if len(data) > max_bytes:
            yield ReadFailure(source=source, reason=f"more than {max_bytes:,} bytes when unpacked")
        elif nested:
            yield from read_archive(io.BytesIO(data), source, key, limits, depth=depth + 1, budget=budget)
        elif file_suffix(source) in MAILS:
            yield from read_mail(io.BytesIO(data), source, key, limits, depth=depth + 1, budget=budget)
        else:
            yield from read_content(io.BytesIO(data), source, key, limits)
