"""Archives (zip, tar): their members are opened one by one, in memory and within bounds; never unpacked to disk."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import re
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from ingest.readers.formats import archive_suffix
from ingest.readers.members import MAX_TOTAL_BYTES, Member
from rag.errors import IngestError

MAX_ENTRIES = 100_000
"""Files, folders and links in one archive."""
MAX_RATIO = 200
"""Text is packed to a third or a tenth of its size. This ratio is far above that, and far below that of zip bombs."""
RATIO_COUNTS_FROM_BYTES = 1_000_000

_DAMAGED = (tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError)


def open_members(file: BinaryIO, name: str) -> Iterator[Member]:
    """Yield the members of an archive in its order, without hidden ones; read each before asking for the next.

    Args:
        file: the archive, open at its first byte.
        name: the archive's file name, whose ending names the format.

    Raises:
        IngestError: it is damaged, or beyond its bounds; the members that were yielded before stay valid.
    """
    suffix = archive_suffix(name)
    try:
        for member in _zip_members(file) if suffix == ".zip" else _tar_members(file, suffix):
            if not _is_hidden(member.name):
                yield member
    except _DAMAGED as exc:
        raise IngestError(f"a damaged archive: {exc}") from exc


def _zip_members(file: BinaryIO) -> Iterator[Member]:
    with zipfile.ZipFile(file) as archive:
        entries = archive.infolist()
        if len(entries) > MAX_ENTRIES:
            raise IngestError(f"the archive has {len(entries):,} entries, more than {MAX_ENTRIES:,}")
        for info in entries:
            mode = info.external_attr >> 16
            if info.is_dir():
                continue
            refusal = _name_refusal(info.filename)
            if info.flag_bits & 1:
                refusal = "it is encrypted"
            elif stat.S_IFMT(mode) not in (0, stat.S_IFREG):
                refusal = "a link or device, not a file"
            elif info.file_size > max(RATIO_COUNTS_FROM_BYTES, MAX_RATIO * info.compress_size):
                refusal = f"packed more than {MAX_RATIO} times, as bombs are"

            def read(n_bytes: int, info: zipfile.ZipInfo = info) -> bytes:
                with archive.open(info) as member:
                    return member.read(n_bytes)

            yield Member(name=info.filename, n_bytes=info.file_size, refusal=refusal, read=read)


def _tar_members(file: BinaryIO, suffix: str) -> Iterator[Member]:
    with tarfile.open(fileobj=_Unpacked(file, suffix), mode="r|") as archive:  # as a stream: nothing is read twice
        for number, info in enumerate(archive):
            if number == MAX_ENTRIES:
                raise IngestError(f"more than {MAX_ENTRIES:,} entries in the archive; the rest is left out")
            if info.isdir():
                continue
            refusal = _name_refusal(info.name) if info.isreg() else "a link or device, not a file"

            def read(n_bytes: int, info: tarfile.TarInfo = info) -> bytes:
                member = archive.extractfile(info)
                return member.read(n_bytes) if member is not None else b""

            yield Member(name=info.name, n_bytes=info.size, refusal=refusal, read=read)


class _Unpacked(io.RawIOBase):
    """The bytes of a packed tar; reading raises an `IngestError` once they are too many."""

    def __init__(self, file: BinaryIO, suffix: str) -> None:
        self._file, self._n_bytes = file, 0
        openers: dict[str, Callable[[BinaryIO], Any]] = {"gz": gzip.open, "bz2": bz2.open, "xz": lzma.open}
        packing = {".tgz": "gz", ".tbz2": "bz2", ".txz": "xz"}.get(suffix, suffix.rpartition(".")[2])
        self._unpacked = openers[packing](file) if packing in openers else file

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data: bytes = self._unpacked.read(size)
        self._n_bytes += len(data)
        if self._n_bytes > MAX_TOTAL_BYTES:
            raise IngestError(f"the archive unpacks to more than {MAX_TOTAL_BYTES:,} bytes; the rest is left out")
        packed = self._file.tell()
        if self._n_bytes > max(10 * RATIO_COUNTS_FROM_BYTES, MAX_RATIO * packed):
            raise IngestError(f"the archive is packed more than {MAX_RATIO} times, as bombs are; the rest is left out")
        return data


def _name_refusal(name: str) -> str:
    parts = re.split(r"[/\\]", name)
    leads_out = ".." in parts or parts[0] == "" or re.match(r"[A-Za-z]:", name)
    return "its name leads out of the archive" if leads_out else ""


def _is_hidden(name: str) -> bool:
    return any(re.match(r"\.[^.]|__MACOSX$", part) for part in name.split("/"))
