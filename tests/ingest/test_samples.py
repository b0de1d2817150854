"""The sample articles that come with Footnote."""

from __future__ import annotations

from pathlib import Path

import pytest

import ingest
from ingest.readers.files import read_file
from ingest.records import Document
from ingest.sources.paths import list_files

SAMPLES = list_files(str(Path(ingest.__file__).parent / "samples"))


def test_there_are_five_samples() -> None:
    assert len(SAMPLES) == 5


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: Path(path).stem)
def test_a_sample_is_a_whole_article_with_metadata(path: str) -> None:
    (document,) = read_file(path)
    assert isinstance(document, Document)
    assert document.publisher == "Footnote samples" and document.title and document.language == "en"
    assert document.published in ("2024-07-02", "2024-07-03", "2024-07-04")
    assert 300 <= len(document.text.split()) <= 600
