"""Saved web pages: the article and its metadata."""

from __future__ import annotations

import pytest

from ingest.readers.html import extract_html
from rag.errors import IngestError

PARAGRAPH = (
    "The delegates reached the capital before dawn and went straight to the hall, where the first of the two "
    "meetings was about to open, although nobody expected the talks to be short or easy."
)

HTML = f"""<html lang="en"><head><title>Leaders meet | The Daily</title>
<meta property="og:site_name" content="The Daily"><meta name="author" content="Jane Doe">
<meta property="article:published_time" content="2024-07-03T10:00:00Z">
<link rel="canonical" href="https://example.org/leaders"></head><body>
<nav><a href="/">Home</a><a href="/b">Business</a></nav>
<article><h1>Leaders meet</h1><p>{PARAGRAPH}</p>
<h2>Who came</h2><p>{PARAGRAPH.replace("delegates", "guests")}</p>
<ul><li>the hosts of <b>the</b> day</li><li>all the guests</li></ul>
<table><tr><td>Asia</td><td>9.55</td></tr><tr><td>Europe</td><td>8.00</td></tr></table>
<p>{PARAGRAPH.replace("delegates", "others")}</p></article>
<footer>Cookie settings</footer></body></html>"""


def test_html_gives_the_article_and_its_metadata() -> None:
    extract = extract_html(HTML.encode())
    assert (extract.title, extract.publisher, extract.authors) == ("Leaders meet", "The Daily", ("Jane Doe",))
    assert (extract.url, extract.published) == ("https://example.org/leaders", "2024-07-03T10:00:00+00:00")
    blocks = extract.text.split("\n\n")
    assert PARAGRAPH in blocks and "Who came" in blocks
    assert "- the hosts of the day\n- all the guests" in blocks
    assert "Asia | 9.55\nEurope | 8.00" in blocks
    assert "Cookie" not in extract.text and "Business" not in extract.text


def test_html_in_a_declared_encoding_is_decoded() -> None:
    page = HTML.replace("<head>", '<head><meta charset="iso-8859-1">').replace("delegates", "délégués")
    assert "délégués" in extract_html(page.encode("latin-1")).text


@pytest.mark.parametrize("page", [b"<html><body></body></html>", b"<!-- -->", b" "])
def test_html_without_text_is_refused(page: bytes) -> None:
    with pytest.raises(IngestError, match="no text"):
        extract_html(page)
