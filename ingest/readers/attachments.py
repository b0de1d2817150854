"""The attachments of a mail as members of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from ingest.readers.members import MAX_DEPTH, Attachment, Member


def attachment_members(attachments: Sequence[Attachment], depth: int) -> list[Member]:
    """Return a member for each attachment; below the deepest level that is read, each is refused.

    Args:
        attachments: all attachments of one mail.
        depth: 1 for a mail that is a file of its own; one more for each archive or mail that it is in.
    """
    too_deep = f"mails and archives are nested more than {MAX_DEPTH} deep" if depth > MAX_DEPTH else ""
    return [_member(attachment, attachment.refusal or too_deep) for attachment in _with_own_names(attachments)]


def _member(attachment: Attachment, refusal: str) -> Member:
    def read(n_bytes: int) -> bytes:
        return attachment.data[:n_bytes]

    return Member(name=attachment.name, n_bytes=len(attachment.data), refusal=refusal, read=read)


def _with_own_names(attachments: Sequence[Attachment]) -> Iterator[Attachment]:
    """Yield the attachments; where names repeat, which is common in mails, the later ones get a number.

    Example: a second `report.pdf` becomes `report (2).pdf`.
    """
    seen: set[str] = set()
    for attachment in attachments:
        name, number = attachment.name, 2
        while name in seen:
            path = PurePosixPath(attachment.name)
            name, number = f"{path.stem} ({number}){path.suffix}", number + 1
        seen.add(name)
        yield replace(attachment, name=name)
