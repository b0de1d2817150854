"""Feeds and sitemaps: the articles that RSS, Atom and sitemap files list, with the metadata that they state."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import feedparser  # type: ignore[import-untyped]  # it ships no types
from lxml import etree  # type: ignore[import-untyped]  # lxml ships no types

from ingest.cleaning.characters import clean_line
from ingest.cleaning.dates import later_date, parse_date
from ingest.readers.limits import MAX_FILE_BYTES
from ingest.readers.metadata import parse_authors, parse_url
from rag.errors import IngestError

_ROOT = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*|<!DOCTYPE[^>\[]*>\s*)*<(?:[\w-]+:)?"
    rb"(rss|feed|RDF|urlset|sitemapindex)[\s>]",
    re.DOTALL,
)
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An article that a feed or a sitemap lists; what it doesn't state is ""."""

    address: str
    title: str = ""
    publisher: str = ""
    authors: tuple[str, ...] = ()
    published: str = ""
    updated: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The articles that a feed or sitemap lists, and the sitemaps that a sitemap index lists, in the file's order."""

    entries: tuple[Entry, ...] = ()
    sitemaps: tuple[str, ...] = ()


def parse_listing(data: bytes, address: str) -> Listing | None:
    """Return the listing in a file that is a feed or a sitemap, also gzipped; None for any other file.

    Relative addresses are completed, and those that are neither http nor https left out; each article comes once.

    Raises:
        IngestError: it is a sitemap that is not well-formed, or one too large when unpacked.
    """
    if data.startswith(_GZIP):
        data = _unpacked(data)
    found = _ROOT.match(data[:4096])
    if found is None:
        return None
    return _parse_sitemap(data, address) if found[1] in (b"urlset", b"sitemapindex") else _parse_feed(data, address)


def _parse_feed(data: bytes, address: str) -> Listing:
    # Relative links are completed here, and markup is never shown: feedparser's own handling would only cost time.
    feed: Any = feedparser.parse(io.BytesIO(data), sanitize_html=False, resolve_relative_uris=False)
    about: Mapping[str, Any] = feed.get("feed", {})
    publisher, language = clean_line(about.get("title")), clean_line(about.get("language"), 35)
    entries: dict[str, Entry] = {}
    for item in feed.get("entries", []):
        link = _web_address(item.get("link"), address)
        if not link:
            continue
        published = parse_date(item.get("published", ""))
        # Where an entry has no update, feedparser would return `published` for it, and warn.
        updated = parse_date(item["updated"]) if "updated" in item else ""
        source: Mapping[str, Any] = item.get("source") or {}  # stated for entries that an aggregator took over
        entries.setdefault(
            link,
            Entry(
                address=link,
                title=clean_line(item.get("title")),
                publisher=clean_line(source.get("title")) or publisher,
                authors=parse_authors([author.get("name", "") for author in item.get("authors", []) if author]),
                published=published or updated,
                updated=later_date(updated, published or updated),
                language=language,
            ),
        )
    return Listing(entries=tuple(entries.values()))


def _parse_sitemap(data: bytes, address: str) -> Listing:
    # The file may be hostile: no entities, which can expand without end or read other files, and no network.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser=parser)
    except etree.XMLSyntaxError as exc:
        raise IngestError(f"not a well-formed sitemap: {exc}") from exc
    entries: dict[str, Entry] = {}
    sitemaps: list[str] = []
    for item in root.iterchildren("{*}url", "{*}sitemap"):
        link = _web_address(item.findtext("{*}loc"), address)
        if not link:
            continue
        if etree.QName(item).localname == "sitemap":
            sitemaps.append(link)
            continue
        news = item.find("{*}news")
        entries.setdefault(link, _news_entry(link, news) if news is not None else Entry(address=link))
    return Listing(entries=tuple(entries.values()), sitemaps=tuple(dict.fromkeys(sitemaps)))


def _news_entry(link: str, news: Any) -> Entry:
    """Return an entry of a news sitemap, whose extension states publisher, date and title."""
    return Entry(
        address=link,
        title=clean_line(news.findtext("{*}title")),
        publisher=clean_line(news.findtext("{*}publication/{*}name")),
        published=parse_date(news.findtext("{*}publication_date") or ""),
        language=clean_line(news.findtext("{*}publication/{*}language"), 35),
    )


def _web_address(value: object, base: str) -> str:
    try:
        return parse_url(urljoin(base, value.strip())) if isinstance(value, str) and value.strip() else ""
    except ValueError:
        return ""


def _unpacked(data: bytes) -> bytes:
    inflate = zlib.decompressobj(wbits=31)
    try:
        unpacked = inflate.decompress(data, MAX_FILE_BYTES + 1)
    except zlib.error as exc:
        raise IngestError(f"a damaged archive: {exc}") from exc
    if len(unpacked) > MAX_FILE_BYTES:
        raise IngestError(f"more than {MAX_FILE_BYTES:,} bytes when unpacked")
    return unpacked
