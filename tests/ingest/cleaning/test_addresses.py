"""Canonical addresses: which addresses are the same page."""

from __future__ import annotations

import pytest

from ingest.cleaning.addresses import is_address, page_key


@pytest.mark.parametrize(
    ("source", "is_one"),
    [
        ("https://example.com/a", True),
        ("ftp://x", True),
        ("news/a.txt", False),
        ("C:\\news\\a.txt", False),
        ("a", False),
    ],
)
def test_an_address_is_told_from_a_path(source: str, is_one: bool) -> None:
    assert is_address(source) is is_one


def test_addresses_of_the_same_page_have_one_key() -> None:
    same = [
        "https://news.example/story?id=5&a=1",
        "http://news.example:80/story/?a=1&id=5",
        "https://NEWS.example./story?a=1&id=5&utm_source=feed&fbclid=x#comments",
    ]
    assert len({page_key(address) for address in same}) == 1
    others = ["https://news.example/story?id=6", "https://news.example:8443/story?id=5&a=1", "https://b.example/story"]
    assert len({page_key(address) for address in [same[0], *others]}) == 4
