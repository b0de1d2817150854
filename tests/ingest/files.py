"""Files for the tests of readers: written to a folder, or zipped, and read."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from ingest.readers.files import read_file
from ingest.records import Document, ReadFailure


def zipped(parts: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, text in parts.items():
            package.writestr(name, text)
    return out.getvalue()


def read(tmp_path: Path, name: str, content: str | bytes) -> list[Document | ReadFailure]:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(read_file(str(path)))


def only(items: list[Document | ReadFailure]) -> Document:
    (item,) = items
    assert isinstance(item, Document), item
    return item
