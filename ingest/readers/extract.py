"""What a reader takes out of one file, before titles and dates are settled."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """The canonical text of one file and the metadata that it states itself; "" where it states none.

    Attributes:
        text: canonical text, apart from a leading date line.
        published: ISO 8601.
        updated: ISO 8601, later than `published`.
        note: what a reader should know of how the text was taken, such as an order that is uncertain.
    """

    text: str
    title: str = ""
    publisher: str = ""
    authors: tuple[str, ...] = ()
    url: str = ""
    published: str = ""
    updated: str = ""
    language: str = ""
    note: str = ""
