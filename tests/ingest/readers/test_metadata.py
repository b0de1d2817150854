"""Metadata of any shape: authors, addresses and the rest."""

from __future__ import annotations

import pytest

from ingest.readers.metadata import parse_authors, parse_metadata, parse_url


@pytest.mark.parametrize("url", ["javascript:alert(1)", "/relative", "http://", "https://a b", "ftp://a/b", 7, None])
def test_only_web_addresses_are_taken_as_url(url: object) -> None:
    assert parse_url(url) == ""


def test_authors_come_as_list_or_string() -> None:
    assert parse_authors("By Jane Doe and John Roe; Jane Doe") == ("Jane Doe", "John Roe")
    assert parse_authors(["Jane Doe", None, ""]) == ("Jane Doe",)
    assert parse_authors(7) == ()


def test_metadata_of_any_shape_is_survived() -> None:
    metadata = parse_metadata({"title": ["x"], "date": {"a": 1}, "Author": float("nan"), "lang": "<b>", "url": "x"})
    assert not any(metadata.values())
