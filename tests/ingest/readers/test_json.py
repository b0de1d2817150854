"""JSON files: articles, other data and notebooks."""

from __future__ import annotations

import json
from pathlib import Path

from ingest.readers.json import extract_notebook
from ingest.records import Document, ReadFailure
from tests.ingest.files import only, read


def test_json_articles_are_found_in_a_list_in_an_object(tmp_path: Path) -> None:
    articles = [
        {"id": 7, "headline": "Rain", "body": "It rained.", "source": {"name": "BBC"}, "author": "Jane Doe"},
        {"id": 8, "headline": "Sun", "body": None},
        {"id": 9, "headline": "Sun", "body": "It shone."},
    ]
    first, failure, third = read(tmp_path, "a.json", json.dumps({"status": "ok", "articles": articles}))
    assert isinstance(first, Document) and isinstance(failure, ReadFailure) and isinstance(third, Document)
    assert (first.title, first.text, first.publisher) == ("Rain", "It rained.", "BBC")
    assert third.source == f"{tmp_path}/a.json#9"
    assert failure.reason == 'record 2: no "body"'


def test_json_of_one_article_and_of_other_data(tmp_path: Path) -> None:
    document = only(read(tmp_path, "one.json", '{"title": "Rain", "text": "It rained.", "date": "2024"}'))
    assert (document.title, document.text, document.published) == ("Rain", "It rained.", "2024")
    document = only(read(tmp_path, "data.json", '{"a": {"b": 1.5, "c": ["x", "y"]}, "d": [{"e": true}]}'))
    assert document.text == "a b: 1.5\n\na c: x | y\n\nd e: True"


def test_a_notebook_gives_text_and_code_without_output() -> None:
    cells = [
        {"cell_type": "markdown", "source": ["# Trade\n", "Some *text*."]},
        {"cell_type": "code", "source": "print(1)", "outputs": [{"text": "1"}]},
    ]
    assert extract_notebook(json.dumps({"cells": cells}).encode()).text == "Trade\n\nSome text.\n\nprint(1)"
