"""The files of Chroma's HNSW index on disk: which of them are missing or cut off, found without opening the index.

Chroma opens an index with a cut-off file without an error. It then searches in what is left, or crashes the process.
"""

from __future__ import annotations

import struct
from pathlib import Path

NAMES = ("header.bin", "data_level0.bin", "length.bin", "link_lists.bin")
FORMAT = 1

_HEADER = struct.Struct("<i6QiI3QdQ")
"""The header that chroma-hnswlib writes (`hnswalg.h`, `persistDirty`): format, offset of level 0, most elements,
elements, bytes of an element, two offsets, highest level, entry point, three degrees, a factor, construction width."""


def broken_files(folder: Path) -> list[str]:
    """Return a sentence for each index file below a store's folder that is missing or cut off.

    An index in another format of Chroma is not examined.
    """
    problems: list[str] = []
    for index in sorted({path.parent for name in NAMES for path in folder.glob(f"*/{name}")}):
        missing = [name for name in NAMES if not (index / name).is_file()]
        problems += [f"the index file {index / name} is missing" for name in missing]
        if not missing:
            problems += [f"the index file {index / name} is cut off" for name in _cut_off(index)]
    return problems


def _cut_off(index: Path) -> list[str]:
    """Return the names of the files in an index's folder that are shorter than their header says."""
    header = (index / "header.bin").read_bytes()
    if len(header) >= 4 and struct.unpack_from("<i", header)[0] != FORMAT:
        return []
    if len(header) < _HEADER.size:
        return ["header.bin"]
    _format, _offset, _most, n_elements, element_bytes, *_ = _HEADER.unpack_from(header)
    needed = {"data_level0.bin": n_elements * element_bytes, "length.bin": n_elements * 4}
    cut = [name for name, n_bytes in needed.items() if (index / name).stat().st_size < n_bytes]
    return cut if _holds_links(index / "link_lists.bin", n_elements) else [*cut, "link_lists.bin"]


def _holds_links(path: Path, n_elements: int) -> bool:
    """Return whether the file holds the links of every element: 4 bytes with their size, then the links."""
    data, place = path.read_bytes(), 0
    for _ in range(n_elements):
        if place + 4 > len(data):
            return False
        place += 4 + struct.unpack_from("<I", data, place)[0]
    return place <= len(data)
