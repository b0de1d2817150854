"""Documents that are zip files of XML (Office, OpenDocument, EPUB), opened within bounds and without XML entities."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from lxml import etree  # type: ignore[import-untyped]  # lxml ships no types

from rag.errors import IngestError

MAX_UNPACKED_BYTES = 200_000_000
MAX_PARTS = 20_000


@contextmanager
def open_package(data: bytes, kind: str) -> Iterator[zipfile.ZipFile]:
    """Open a document's parts as a zip file whose unpacked size is bounded.

    Args:
        data: the whole file.
        kind: the usual ending of such files, for error messages.

    Raises:
        IngestError: it is damaged, encrypted, of another kind or too large when unpacked. An error that a damaged
            part causes within the context becomes one too.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
            unpacked = sum(part.file_size for part in parts)
            if unpacked > MAX_UNPACKED_BYTES or len(parts) > MAX_PARTS:
                raise IngestError(
                    f"the document unpacks to {unpacked:,} bytes in {len(parts):,} parts, "
                    f"more than {MAX_UNPACKED_BYTES:,} in {MAX_PARTS:,}"
                )
            yield package
    except (zipfile.BadZipFile, etree.XMLSyntaxError, KeyError, ValueError, RuntimeError, EOFError) as exc:
        raise IngestError(f"not a readable {kind}: it is damaged, encrypted or of another kind") from exc


def parse_xml(data: bytes) -> Any:
    """Return the root of an XML part; entities are not replaced, and nothing is loaded from elsewhere.

    Raises:
        lxml.etree.XMLSyntaxError: it is not well-formed, or nested deeper than 256 elements.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(data, parser)
