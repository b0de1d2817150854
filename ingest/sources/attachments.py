"""Mails with what is attached to them: each document is an article beside the mail, within an archive's bounds.

An attachment is called `path/mail.eml!/report.pdf`.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from typing import BinaryIO

from ingest.readers.limits import Limits
from ingest.readers.mail import Attachment, list_attachments
from ingest.records import Begun, Document, ReadFailure
from ingest.sources.archives import MAX_DEPTH, Budget, Member, read_each
from ingest.sources.documents import guarded, read_content
from rag.errors import IngestError


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
    """The mail, then what each attachment holds, with an outcome for every one.

    Args:
        file: the mail, at its first byte.
        source: its name as it was given to ingest.
        key: what makes it the same mail next time.
        limits: what it, and each attachment, may take.
        skip: the mail and its attachments that are passed over, so many together.
        depth: 1 for a mail that is a file; one more for each archive or mail that it is in.
        budget: what is left of the bounds of the archive that it is in.
    """
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
        for item in guarded(source, read_content(io.BytesIO(data), source, key=key, limits=limits)):
            if isinstance(item, ReadFailure):
                problem = ""  # that the mail can't be read says it all
                item = replace(item, skipped=bool(attachments) and item.reason.startswith("no text"))
            yield item
        if problem:
            yield ReadFailure(source=source, reason=problem)
    members = [_member(attachment, depth) for attachment in _named_apart(attachments)]
    yield from read_each(members, source, key, limits, skip=max(0, skip - 1), depth=depth, budget=budget or Budget())


def _member(attachment: Attachment, depth: int) -> Member:
    def read(n_bytes: int) -> bytes:
        return attachment.data[:n_bytes]

    too_deep = f"mails and archives are nested more than {MAX_DEPTH} deep" if depth > MAX_DEPTH else ""
    refusal = attachment.refusal or too_deep
    return Member(name=attachment.name, n_bytes=len(attachment.data), refusal=refusal, read=read)


def _named_apart(attachments: list[Attachment]) -> Iterator[Attachment]:
    """The attachments; where names repeat, which is common in mails, the later ones get a number."""
    seen: set[str] = set()
    for attachment in attachments:
        name, number = attachment.name, 2
        while name in seen:
            path = PurePosixPath(attachment.name)
            name, number = f"{path.stem} ({number}){path.suffix}", number + 1
        seen.add(name)
        yield replace(attachment, name=name)
