"""What pages say of themselves: JSON-LD before meta tags, dates with their clock and zone."""

from __future__ import annotations

import json

import pytest
from lxml import html  # type: ignore[import-untyped]  # lxml ships no types

from ingest.readers.html import extract_html
from ingest.readers.html_metadata import page_metadata
from ingest.readers.metadata import parse_metadata
from tests.ingest.readers.test_html import PARAGRAPH

ARTICLE = {
    "@type": ["NewsArticle", "Thing"],
    "headline": "Leaders meet",
    "author": [{"@type": "Person", "name": "Jane Doe"}, {"name": "John Roe"}],
    "publisher": {"@type": "Organization", "name": "The Daily"},
    "datePublished": "2024-07-03T10:30:00+05:00",
    "dateModified": "2024-07-04",
    "inLanguage": "en-GB",
    "mainEntityOfPage": {"@id": "https://example.org/leaders"},
}


def page(*head: str) -> bytes:
    body = "".join(f"<p>{PARAGRAPH}</p>" for _ in range(3))
    return f"<html><head>{''.join(head)}</head><body><article>{body}</article></body></html>".encode()


def ld(value: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(value)}</script>'


@pytest.mark.parametrize("value", [ARTICLE, [ARTICLE], {"@graph": [{"@type": "WebSite", "name": "x"}, ARTICLE]}])
def test_an_article_in_json_is_the_page_s_metadata(value: object) -> None:
    meta = '<meta property="og:title" content="Leaders meet | The Daily"><meta name="author" content="Staff">'
    extract = extract_html(page(meta, ld(value)))
    assert (extract.title, extract.publisher, extract.language) == ("Leaders meet", "The Daily", "en-GB")
    assert extract.authors == ("Jane Doe", "John Roe")
    assert (extract.url, extract.published) == ("https://example.org/leaders", "2024-07-03T10:30:00+05:00")
    assert extract.updated == "2024-07-04"


@pytest.mark.parametrize("name", ["article:modified_time", "og:updated_time", "dateModified"])
def test_the_date_of_an_update_is_taken_where_it_is_later(name: str) -> None:
    published = '<meta property="article:published_time" content="2024-07-03T10:30Z">'
    later = f'<meta property="{name}" content="2024-07-03T13:45+02:00">'
    assert extract_html(page(published, later)).updated == "2024-07-03T13:45+02:00"
    assert extract_html(page(published, later.replace("13:45", "12:30"))).updated == ""


@pytest.mark.parametrize("name", ["article:published_time", "dc.date.issued", "parsely-pub-date", "DC.Date"])
def test_dates_of_meta_tags_keep_their_precision(name: str) -> None:
    assert extract_html(page(f'<meta name="{name}" content="2024-07-03T10:30Z">')).published == "2024-07-03T10:30+00:00"
    assert extract_html(page(f'<meta name="{name}" content="2024-07">')).published == "2024-07"


def test_the_most_precise_form_of_the_same_date_is_taken() -> None:
    tag = '<meta property="article:published_time" content="2024-07-03T10:30:00Z">'
    coarse = ARTICLE | {"datePublished": "2024-07-03"}
    assert extract_html(page(tag, ld(coarse))).published == "2024-07-03T10:30:00+00:00"
    other = ARTICLE | {"datePublished": "2024-07-01"}
    assert extract_html(page(tag, ld(other))).published == "2024-07-01"


@pytest.mark.parametrize(
    "script",
    [
        '<script type="application/ld+json">{broken</script>',
        '<script type="application/ld+json">' + "[" * 100_000 + "</script>",
        ld({"@type": "NewsArticle", "headline": [1], "author": 7, "publisher": None, "datePublished": {"a": 1}}),
        ld({"@type": 7}),
        ld([None, 1, "x"]),
    ],
)
def test_odd_json_is_survived(script: str) -> None:
    found = page_metadata(html.fromstring(page(script).decode()))
    metadata = parse_metadata(found)
    assert not metadata["publisher"] and not metadata["published"]
    assert extract_html(page(script)).text.startswith("The delegates")
