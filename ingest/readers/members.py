"""Files inside another file, such as the members of an archive or the attachments of a mail, and their bounds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

MAX_MEMBERS = 10_000
"""Files in an archive, including those of the archives inside it."""
MAX_TOTAL_BYTES = 500_000_000
"""Unpacked bytes of an archive, including those of the archives inside it."""
MAX_DEPTH = 3
"""How deep archives may be nested: an archive in an archive in an archive is read, a fourth level is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A file in an archive, or one that is attached to a mail.

    Attributes:
        n_bytes: unpacked size, as the archive states it.
        refusal: why it must not be read; "" when it may.
        read: returns its first bytes, at most as many as asked for.
    """

    name: str
    n_bytes: int
    refusal: str
    read: Callable[[int], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that is attached to a mail.

    Attributes:
        name: without folders, and with an ending if the mail states its type.
        refusal: why it can't be read; "" when it can.
    """

    name: str
    data: bytes
    refusal: str = ""


@dataclass(slots=True, kw_only=True)
class Budget:
    """How many members and bytes may still be read from an archive; the archives inside it share the budget."""

    n_members: int = MAX_MEMBERS
    n_bytes: int = MAX_TOTAL_BYTES
