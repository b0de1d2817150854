"""Pages: which stated address is believed."""

from __future__ import annotations

import pytest

from ingest.sources.pages import canonical_address


@pytest.mark.parametrize(
    ("stated", "is_taken"),
    [
        ("https://news.example/story", True),
        ("https://www.news.example/story", True),
        ("/story", True),
        ("https://other.example/story", False),
        ("https://evil.news.example/story", False),
        ("https://news.example/", False),
        ("javascript:alert(1)", False),
        ("http://[bad", False),
        ("", False),
    ],
)
def test_a_canonical_address_counts_only_on_the_same_site(stated: str, is_taken: bool) -> None:
    fetched = "https://m.news.example/story?from=feed"
    assert (canonical_address(stated, fetched) != fetched) is is_taken
