"""Books (.epub): the chapters in reading order."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from ingest.cleaning.canonical import canonical_text
from ingest.cleaning.characters import clean_line
from ingest.readers.extract import Extract
from ingest.readers.html_blocks import markup_blocks, parse_markup
from ingest.readers.metadata import parse_metadata
from ingest.readers.package import open_package, parse_xml
from rag.errors import IngestError

_CONTAINER = "META-INF/container.xml"


def extract_epub(data: bytes) -> Extract:
    """Return the book's description and its chapters as one article, with the metadata of its package file.

    Raises:
        IngestError: it is damaged, protected or too large when unpacked.
    """
    with open_package(data, ".epub") as package:
        names = parse_xml(package.read(_CONTAINER)).xpath("//@full-path")
        if not names:
            raise IngestError("not a readable .epub: its container names no package file")
        book = parse_xml(package.read(str(names[0])))
        blocks = [_text(book, "description"), *_chapters(package, book, posixpath.dirname(str(names[0])))]
    metadata = parse_metadata(
        {
            "title": _text(book, "title"),
            "authors": [clean_line(str(name)) for name in _all(book, "creator")],
            "publisher": _text(book, "publisher"),
            "published": _text(book, "date"),
            "language": _text(book, "language"),
        }
    )
    return Extract(text=canonical_text("\n\n".join(filter(None, blocks)), unwrap=False), **metadata)


def _chapters(package: zipfile.ZipFile, book: Any, folder: str) -> Iterator[str]:
    items = book.xpath("//*[local-name()='manifest']/*")
    hrefs = {item.get("id"): item.get("href") for item in items if "nav" not in (item.get("properties") or "").split()}
    for reference in book.xpath("//*[local-name()='spine']/*/@idref"):
        href = hrefs.get(str(reference))
        if not href:
            continue
        name = posixpath.normpath(posixpath.join(folder, unquote(href.partition("#")[0])))
        chapter = package.read(name)
        if chapter.strip():
            root = parse_markup(chapter)
            body = root.find(".//body") if root.tag != "body" else root
            yield from markup_blocks(root if body is None else body)


def _text(book: Any, name: str) -> str:
    return next((text for value in _all(book, name) if (text := clean_line(str(value), 2000))), "")


def _all(book: Any, name: str) -> list[Any]:
    found: list[Any] = book.xpath(f"//*[local-name()='metadata']/*[local-name()='{name}']/text()")
    return found
