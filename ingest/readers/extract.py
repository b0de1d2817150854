"""The result of a reader: the text and metadata of one file, before a title is chosen."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """The canonical text of one file and the metadata that it states itself; "" where it states none.

    Attributes:
        text: canonical text, apart from a leading date line.
        published: ISO 8601.
        updated: ISO 8601, later than `published`.
        note: a remark on how the text was extracted, such as an uncertain reading order.
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
