"""The limits within which one file is read; the same for files, for members of archives and for lines of records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.settings import Settings

MAX_FILE_BYTES = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits on one file.

    Attributes:
        max_file_bytes: also of a member of an archive when unpacked, and of a line of a .jsonl file.
        file_timeout_s: seconds for a file, for a member of an archive, for a record.
        max_pages: of a PDF.
        max_article_chars: of an article's canonical text.
    """

    max_file_bytes: int = MAX_FILE_BYTES
    file_timeout_s: float = 30.0
    max_pages: int = 500
    max_article_chars: int = 2_000_000


def limits_of(settings: Settings) -> Limits:
    """Return the limits of the settings."""
    return Limits(
        max_file_bytes=settings.max_file_bytes,
        file_timeout_s=settings.file_timeout_s,
        max_pages=settings.max_pages,
        max_article_chars=settings.max_article_chars,
    )
