"""Formats: a file of another kind than its name says is refused by every reader."""

from __future__ import annotations

import pytest

from ingest.readers.epub import extract_epub
from ingest.readers.mail import extract_msg
from ingest.readers.odt import extract_odt
from ingest.readers.pptx import extract_pptx
from ingest.readers.rtf import extract_rtf
from ingest.readers.workbook import extract_workbook
from rag.errors import IngestError
from tests.ingest.files import zipped


@pytest.mark.parametrize(
    "extractor", [extract_pptx, extract_workbook, extract_epub, extract_odt, extract_rtf, extract_msg]
)
@pytest.mark.parametrize("data", [b"nothing of the kind", b"PK\x03\x04 cut", zipped({"other.xml": "<a/>"})])
def test_files_of_another_kind_are_refused(extractor: object, data: bytes) -> None:
    assert callable(extractor)
    with pytest.raises(IngestError, match="not a readable"):
        extractor(data)
