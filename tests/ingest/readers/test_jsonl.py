"""Lines of JSON: an article a line, or the reason why not."""

from __future__ import annotations

import json

import pytest

from ingest.readers.jsonl import parse_record
from rag.errors import IngestError


def test_a_record_becomes_a_document_under_its_own_source() -> None:
    record = {
        "source": "wire/7",
        "title": "Leaders meet",
        "text": "One.\n\nTwo.",
        "publisher": "The Daily",
        "published": "July 3, 2024",
        "url": "https://example.org/7",
        "more": None,
    }
    document = parse_record(json.dumps(record).encode())
    assert (document.source, document.key, document.text) == ("wire/7", "wire/7", "One.\n\nTwo.")
    assert (document.title, document.publisher) == ("Leaders meet", "The Daily")
    assert (document.published, document.url) == ("2024-07-03", "https://example.org/7")


def test_a_record_without_source_is_known_by_its_url_and_titled_by_its_text() -> None:
    document = parse_record(b'{"url": "https://example.org/7", "text": "It rained.", "title": null}')
    assert (document.source, document.title) == ("https://example.org/7", "It rained")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[1]", "not a JSON object"),
        (b'{"text": "a"}', 'no "source"'),
        (b'{"source": "a"}', 'no "text"'),
        (b'{"source": "a", "text": 7}', 'no "text"'),
        (b'{"source": "a", "text": " \\n"}', "blank"),
        (b'{"source": "a", "text": "\xff"}', "not UTF-8"),
    ],
)
def test_wrong_records_are_refused_with_the_reason(line: bytes, reason: str) -> None:
    with pytest.raises(IngestError, match=reason):
        parse_record(line)


def test_lone_surrogates_of_json_escapes_are_replaced() -> None:
    assert parse_record(b'{"source": "a", "text": "One \\ud800 two."}').text == "One \ufffd two."
