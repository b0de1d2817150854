"""Documents in many formats, from outside of the project: what their extraction must and must not contain.

They lie beside the project, in `../shared/data/files`, where there is such a folder. Their lists were written for
Markdown, so headings' marks, emphasis, links' targets and table borders are left out of the comparison; pictures
are never text here, so what is said about their data is one rule: there is none of it.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from ingest.readers.files import read_file
from ingest.records import Document

FILES = Path(__file__).parents[4] / "shared" / "data" / "files"
LISTS = json.loads((FILES / "vectors.json").read_text(encoding="utf-8")) if (FILES / "vectors.json").exists() else []

pytestmark = pytest.mark.skipif(not LISTS, reason="the documents are not beside the project")

TEMPLATE = {"Content"}
"""Headings that only the Markdown converter's template for mails writes."""


def plain(text: str) -> str:
    """The text without Markdown's marks, its words parted by single spaces."""
    without_targets = re.sub(r"\]\([^)]*\)", "", text)
    return " ".join(re.sub(r"[#*\[\]|!>_`-]", " ", without_targets).split())


def shown(document: Document) -> str:
    """An article as a reader sees it, metadata first."""
    return f"{document.publisher} {document.title} Authors: {', '.join(document.authors)} {document.text}"


@pytest.mark.parametrize("wanted", LISTS, ids=[f"{n}-{wanted['filename']}" for n, wanted in enumerate(LISTS)])
def test_documents_hold_what_they_must(wanted: dict[str, Any]) -> None:
    path = FILES / wanted["filename"]
    if not path.exists():
        pytest.skip(f"{path.name} is not there")
    documents = [item for item in read_file(str(path)) if isinstance(item, Document)]
    whole = " ".join(shown(document) for document in documents)
    found = plain(whole)

    needles = [plain(needle) for needle in wanted["must_include"] if not needle.startswith("data:")]
    assert [needle for needle in needles if needle not in TEMPLATE and needle not in found] == []
    assert [needle for needle in wanted["must_not_include"] if needle in whole] == []
    assert "data:image" not in whole
