"""Markdown files: front matter, and words without markup."""

from __future__ import annotations

import pytest

from ingest.readers.markdown import extract_markdown

MARKDOWN = """---
title: "Leaders: a meeting"
publisher: Footnote samples
authors: [Jane Doe, John Roe]
published: 2024-07-03
url: https://example.org/a
language: en
---
# Leaders meet

A paragraph with **bold**, a [link](https://example.org) and `code`,
wrapped in the source.

> A quote.

* one
* two
  1. deeper

| Name | Number |
| --- | --- |
| Asia | 9.55 |

<div>Some <b>markup</b></div>

***
End.
"""


def test_markdown_gives_front_matter_and_words_without_markup() -> None:
    extract = extract_markdown(MARKDOWN.encode())
    assert extract.text.split("\n\n") == [
        "Leaders meet",
        "A paragraph with bold, a link and code, wrapped in the source.",
        "A quote.",
        "- one\n- two\n1. deeper",
        "Name | Number\nAsia | 9.55",
        "Some markup",
        "End.",
    ]
    assert (extract.title, extract.publisher) == ("Leaders: a meeting", "Footnote samples")
    assert (extract.authors, extract.published) == (("Jane Doe", "John Roe"), "2024-07-03")
    assert (extract.url, extract.language) == ("https://example.org/a", "en")


def test_markdown_without_front_matter_takes_its_first_heading_as_title() -> None:
    extract = extract_markdown(b"Published: July 3, 2024\n\nText.\n\n## A *heading*\n\nMore.")
    assert (extract.title, extract.published) == ("A heading", "2024-07-03")
    assert extract.text == "Text.\n\nA heading\n\nMore."


def test_front_matter_that_is_not_yaml_is_read_by_line() -> None:
    extract = extract_markdown(b"---\ntitle: Leaders: a meeting\ndate: 2024-07-03\n---\nText.")
    assert (extract.title, extract.published, extract.text) == ("Leaders: a meeting", "2024-07-03", "Text.")


@pytest.mark.parametrize("text", ["---\n\nText.\n\n---\n\nMore.", "---\n- a\n---\nText."])
def test_rules_are_not_front_matter(text: str) -> None:
    assert "Text." in extract_markdown(text.encode()).text


def test_front_matter_never_builds_objects() -> None:
    extract = extract_markdown(b'---\ntitle: !!python/object/apply:os.system ["false"]\n---\nText.')
    assert extract.text == "Text."
