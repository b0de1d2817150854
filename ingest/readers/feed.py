"""Feeds saved as files (.xml, .rss, .atom): an article for each entry that holds its text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree  # type: ignore[import-untyped]  # lxml ships no types

from ingest.cleaning.characters import clean_line
from ingest.readers.article_records import record_documents
from ingest.readers.extract import Extract
from ingest.readers.html_blocks import markup_blocks, parse_markup
from ingest.readers.metadata import parse_url
from ingest.readers.package import parse_xml
from ingest.records import Document, ReadFailure
from rag.errors import IngestError

_TEXTS = ("encoded", "content", "description", "summary")


def read_feed(data: bytes, source: str, key: str) -> Iterator[Document | ReadFailure | Extract]:
    """Yield the articles of an RSS, RDF or Atom file.

    Raises:
        IngestError: it is not well-formed, or another kind of XML.
    """
    try:
        root = parse_xml(data)
    except etree.XMLSyntaxError as exc:
        raise IngestError(f"not well-formed XML: {exc}") from exc
    entries = root.xpath("//*[local-name()='item' or local-name()='entry']")
    if _tag(root) not in ("rss", "feed", "RDF") or not entries:
        raise IngestError("not a feed: only RSS and Atom are read of XML files")
    publisher = next((clean_line(str(title)) for title in root.xpath("(//*[local-name()='title'])[1]/text()")), "")
    language = next((str(found) for found in root.xpath("//*[local-name()='language']/text()")), "")
    records = [{"publisher": publisher, "language": language, **_record(entry)} for entry in entries]
    yield from record_documents(records, source=source, key=key, text="text")


def _record(entry: Any) -> Mapping[str, object]:
    found: dict[str, str] = {}
    for child in entry:
        tag = _tag(child)
        value = child.get("href") if tag == "link" and child.get("href") else "".join(child.itertext())
        found.setdefault(tag, value.strip())
    text = next((found[name] for name in _TEXTS if found.get(name)), "")
    blocks = list(markup_blocks(parse_markup(f"<div>{text}</div>"))) if text else []
    address = next((each for each in (found.get("link"), found.get("guid"), found.get("id")) if parse_url(each)), "")
    return {
        "title": found.get("title", ""),
        "url": address,
        "authors": found.get("creator") or found.get("author", ""),
        "published": found.get("pubDate") or found.get("published") or found.get("date") or found.get("updated", ""),
        "updated": found.get("updated") or found.get("modified", ""),
        "text": "\n\n".join(blocks),
    }


def _tag(node: Any) -> str:
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""
