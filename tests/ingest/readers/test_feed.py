"""Saved feeds: an article for each entry."""

from __future__ import annotations

from pathlib import Path

from ingest.records import Document, ReadFailure
from tests.ingest.files import read


def test_a_saved_feed_gives_its_entries(tmp_path: Path) -> None:
    feed = """<rss version="2.0" xmlns:content="urn:c"><channel><title>The Daily</title><language>en</language>
<item><title>Rain</title><link>https://example.org/1</link><pubDate>Wed, 03 Jul 2024 10:30:00 GMT</pubDate>
<description>Short.</description>
<content:encoded>&lt;p&gt;It rained.&lt;/p&gt;&lt;p&gt;Then not.&lt;/p&gt;</content:encoded></item>
<item><title>None</title></item></channel></rss>"""
    first, failure = read(tmp_path, "feed.xml", feed)
    assert isinstance(first, Document) and isinstance(failure, ReadFailure)
    assert (first.source, first.title, first.text) == ("https://example.org/1", "Rain", "It rained.\n\nThen not.")
    assert (first.publisher, first.published) == ("The Daily", "2024-07-03T10:30:00+00:00")
