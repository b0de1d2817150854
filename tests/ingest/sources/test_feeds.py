"""Feeds and sitemaps: what they list, in all their dialects, and that foreign XML does no harm."""

from __future__ import annotations

import gzip
import time

import pytest

from ingest.sources.feeds import parse_listing
from rag.errors import IngestError

ADDRESS = "https://news.example/feed.xml"

RSS = """<?xml version="1.0"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>
<title>Daily Example</title><language>en-GB</language>
<item><title>Gas &amp; rail</title><link>/gas?a=1&amp;b=2</link><dc:creator>Ann Writer</dc:creator>
<pubDate>Wed, 03 Jul 2024 10:30:00 +0500</pubDate></item>
<item><title>No link</title></item>
<item><title>Again</title><link>https://news.example/gas?a=1&amp;b=2</link></item>
<item><title>Bad link</title><link>javascript:alert(1)</link></item>
</channel></rss>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>Weekly Example</title>
<entry><title type="html">Ports &lt;b&gt;open&lt;/b&gt;</title><link rel="alternate" href="https://news.example/ports"/>
<author><name>Bo Writer</name></author><updated>2024-07-04T08:00:00Z</updated>
<source><title>First Example</title></source></entry></feed>"""

SITEMAP = """<?xml version="1.0" encoding="UTF-8"?><!-- made today -->
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc> https://news.example/a </loc><n:news><n:publication><n:name>Daily</n:name><n:language>en</n:language>
</n:publication><n:publication_date>2024-07-03</n:publication_date><n:title>A</n:title></n:news></url>
<url><loc>https://news.example/b</loc></url><url><loc></loc></url></urlset>"""

INDEX = """<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>https://news.example/1.xml</loc></sitemap><sitemap><loc>https://news.example/2.xml.gz</loc></sitemap>
</sitemapindex>"""


def test_rss_tells_address_title_author_publisher_and_date() -> None:
    listing = parse_listing(RSS.encode(), ADDRESS)
    assert listing is not None and not listing.sitemaps
    (entry,) = listing.entries
    assert (entry.address, entry.title) == ("https://news.example/gas?a=1&b=2", "Gas & rail")
    assert (entry.publisher, entry.authors, entry.language) == ("Daily Example", ("Ann Writer",), "en-GB")
    assert entry.published == "2024-07-03T10:30:00+05:00"


def test_atom_tells_them_too_and_names_the_source_of_what_was_taken_over() -> None:
    listing = parse_listing(ATOM.encode(), ADDRESS)
    assert listing is not None
    (entry,) = listing.entries
    assert (entry.address, entry.publisher) == ("https://news.example/ports", "First Example")
    assert (entry.authors, entry.published[:10], entry.updated) == (("Bo Writer",), "2024-07-04", "")


def test_atom_tells_when_an_entry_was_updated() -> None:
    dated = ATOM.replace("<updated>", "<published>2024-07-03T08:00:00Z</published><updated>")
    listing = parse_listing(dated.encode(), ADDRESS)
    assert listing is not None
    (entry,) = listing.entries
    assert (entry.published, entry.updated) == ("2024-07-03T08:00:00+00:00", "2024-07-04T08:00:00+00:00")


@pytest.mark.parametrize("data", [SITEMAP.encode(), gzip.compress(SITEMAP.encode())], ids=["plain", "gzipped"])
def test_a_sitemap_lists_pages_with_what_its_news_extension_tells(data: bytes) -> None:
    listing = parse_listing(data, ADDRESS)
    assert listing is not None
    first, second = listing.entries
    assert (first.address, first.title, first.publisher) == ("https://news.example/a", "A", "Daily")
    assert (first.published, second.address, second.title) == ("2024-07-03", "https://news.example/b", "")


def test_an_index_lists_further_sitemaps() -> None:
    listing = parse_listing(INDEX.encode(), ADDRESS)
    assert listing is not None
    assert listing.sitemaps == ("https://news.example/1.xml", "https://news.example/2.xml.gz")


@pytest.mark.parametrize(
    "data", [b"", b"<html><body><feed></feed></body></html>", b"plain", b"\x00\x01", b"<article/>"]
)
def test_other_files_are_no_listing(data: bytes) -> None:
    assert parse_listing(data, ADDRESS) is None


def test_a_broken_sitemap_is_told_and_a_broken_feed_gives_what_it_has() -> None:
    with pytest.raises(IngestError, match="not a well-formed sitemap"):
        parse_listing(SITEMAP[:-20].encode(), ADDRESS)
    listing = parse_listing(RSS[: RSS.index("<item><title>No link")].encode(), ADDRESS)
    assert listing is not None and len(listing.entries) == 1


def test_entities_are_neither_expanded_nor_read_from_files(tmp_path: object) -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    doctype = f'<!DOCTYPE x [<!ENTITY l0 "lol">{laughs}<!ENTITY file SYSTEM "file:///etc/passwd">]>'
    started = time.monotonic()
    for body in (RSS, ATOM, SITEMAP):
        hostile = body.replace('<?xml version="1.0"?>', "").replace('<?xml version="1.0" encoding="UTF-8"?>', "")
        hostile = doctype + hostile.replace("Gas", "&l11;&file;").replace("Ports", "&l11;&file;").replace(
            ">A<", ">&file;<"
        )
        try:
            listing = parse_listing(hostile.encode(), ADDRESS)
        except IngestError:
            continue
        assert listing is None or all("lol" not in e.title and "root:" not in e.title for e in listing.entries)
    assert time.monotonic() - started < 5


def test_an_archive_that_unpacks_to_too_much_is_refused() -> None:
    with pytest.raises(IngestError, match="when unpacked"):
        parse_listing(gzip.compress(b" " * 20_000_000), ADDRESS)
