"""The files of Chroma's HNSW index on disk: which are missing or cut off, told without opening them.

Chroma opens an index with a cut-off file without a word, and then searches in what is left of it, or ends the process.
"""

from __future__ import annotations

import struct
from pathlib import Path

NAMES = ("header.bin", "data_level0.bin", "length.bin", "link_lists.bin")
FORMAT = 1

_HEADER = struct.Struct("<i6QiI3QdQ")
"""As chroma-hnswlib writes it (`hnswalg.h`, `persistDirty`): the format, offset of level 0, most elements, elements,
bytes of an element, two offsets, highest level, entry point, three degrees, a factor, and the construction's width."""


def broken_files(folder: Path) -> list[str]:
    """What is wrong with the index files below a store's folder, in words; empty when nothing is, or there are none.

    An index that another format of Chroma wrote is not looked at.
    """
    told: list[str] = []
    for index in sorted({path.parent for name in NAMES for path in folder.glob(f"*/{name}")}):
        missing = [name for name in NAMES if not (index / name).is_file()]
        told += [f"the index file {index / name} is missing" for name in missing]
        if not missing:
            told += [f"the index file {index / name} is cut off" for name in _cut_off(index)]
    return told


def _cut_off(index: Path) -> list[str]:
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
    """Whether the file holds the links of every element: their size in 4 bytes, then so many bytes."""
    data, place = path.read_bytes(), 0
    for _ in range(n_elements):
        if place + 4 > len(data):
            return False
        place += 4 + struct.unpack_from("<I", data, place)[0]
    return place <= len(data)
