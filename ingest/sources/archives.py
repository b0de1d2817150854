"""Archives (zip, tar): their members are read one by one, in memory and within bounds; nothing is ever unpacked.

A member is called `path/archive.zip!/inner/name.txt`.
"""

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
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from ingest.readers.limits import Limits
from ingest.records import Begun, Document, ReadFailure
from rag.errors import IngestError

ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")

MAX_MEMBERS = 10_000
"""Files in an archive, with those in archives inside it."""
MAX_ENTRIES = 100_000
"""Files, folders and links in one archive."""
MAX_TOTAL_BYTES = 500_000_000
"""Bytes that an archive unpacks to, with those in archives inside it."""
MAX_DEPTH = 3
"""An archive in an archive in an archive is read; a fourth is not."""
MAX_RATIO = 200
"""Text is packed to a third or a tenth; this is far above, and far below what bombs do."""
RATIO_COUNTS_FROM_BYTES = 1_000_000

_DAMAGED = (tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError)


def archive_kind(name: str) -> str:
    """The ending that makes it an archive; "" for other files."""
    return next((ending for ending in ARCHIVES if name.lower().endswith(ending)), "")


@dataclass(slots=True, kw_only=True)
class Budget:
    """What is left of an archive's bounds; shared with the archives inside it."""

    n_members: int = MAX_MEMBERS
    n_bytes: int = MAX_TOTAL_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A file in an archive, or one that is attached to a mail.

    Attributes:
        n_bytes: when unpacked, as its holder says.
        refusal: why it must not be read; "" when it may.
        read: gives its first bytes, at most so many.
    """

    name: str
    n_bytes: int
    refusal: str
    read: Callable[[int], bytes]


def read_members(
    file: BinaryIO,
    source: str,
    key: str,
    limits: Limits,
    *,
    skip: int = 0,
    depth: int = 1,
    budget: Budget | None = None,
) -> Iterator[Document | ReadFailure | Begun]:
    """What the members of an archive hold; every one has an outcome of its own, hidden ones are left out.

    Args:
        file: the archive, at its first byte.
        source: its name as it was given to ingest.
        key: what makes it the same archive next time.
        limits: what each member may take.
        skip: so many members are passed over.
        depth: 1 for an archive that is a file.
        budget: what is left of the bounds of the archive that this one is in.

    Raises:
        IngestError: it is damaged, or beyond its bounds; the members given before stay valid.
    """
    opened = _zip_members(file) if archive_kind(source) == ".zip" else _tar_members(file, archive_kind(source))
    shown = (member for member in opened if not _is_hidden(member.name))
    n_items = 0
    try:
        for item in read_each(shown, source, key, limits, skip=skip, depth=depth, budget=budget or Budget()):
            n_items += 1
            yield item
        if not n_items and not skip:
            raise IngestError("the archive holds no files")
    except _DAMAGED as exc:
        raise IngestError(f"a damaged archive: {exc}") from exc


def read_each(
    members: Iterable[Member], source: str, key: str, limits: Limits, *, skip: int, depth: int, budget: Budget
) -> Iterator[Document | ReadFailure | Begun]:
    """What the members of a file hold, each named behind it; see `read_members`."""
    from ingest.sources.documents import guarded  # reading a file may mean reading an archive

    names: set[str] = set()
    for number, member in enumerate(members):
        if not budget.n_members:
            raise IngestError(f"more than {MAX_MEMBERS:,} files in it; the rest is left out")
        budget.n_members -= 1
        if number < skip:
            names.add(member.name)
            continue
        inner = f"{source}!/{member.name.encode('utf-8', 'backslashreplace').decode()}"
        if depth == 1:
            yield Begun(source=inner)
        if member.n_bytes > budget.n_bytes and not member.refusal:
            raise IngestError(f"the archive unpacks to more than {MAX_TOTAL_BYTES:,} bytes; the rest is left out")
        repeated = member.name in names
        names.add(member.name)
        if repeated:
            yield ReadFailure(source=inner, reason="the archive has another file of this name")
            continue
        yield from guarded(inner, _read_member(member, inner, f"{key}{inner[len(source) :]}", limits, depth, budget))


def _read_member(
    member: Member, source: str, key: str, limits: Limits, depth: int, budget: Budget
) -> Iterator[Document | ReadFailure | Begun]:
    from ingest.sources.documents import is_readable, read_whole  # reading a file may mean reading an archive

    nested = archive_kind(member.name) != ""
    if member.refusal:
        yield ReadFailure(source=source, reason=member.refusal)
    elif not is_readable(member.name):
        yield ReadFailure(source=source, reason="unsupported kind of file", skipped=True)
    elif nested and depth == MAX_DEPTH:
        yield ReadFailure(source=source, reason=f"archives are nested more than {MAX_DEPTH} deep")
    elif member.n_bytes > (max_bytes := budget.n_bytes if nested else limits.max_file_bytes):
        yield ReadFailure(source=source, reason=f"{member.n_bytes:,} bytes when unpacked, more than {max_bytes:,}")
    else:
        data = member.read(max_bytes + 1)
        budget.n_bytes -= min(len(data), budget.n_bytes)
        if len(data) > max_bytes:
            yield ReadFailure(source=source, reason=f"more than {max_bytes:,} bytes when unpacked")
        elif nested:
            yield from read_members(io.BytesIO(data), source, key, limits, depth=depth + 1, budget=budget)
        else:
            yield from read_whole(io.BytesIO(data), source, key, limits, depth=depth + 1, budget=budget)


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


def _tar_members(file: BinaryIO, kind: str) -> Iterator[Member]:
    with tarfile.open(fileobj=_Unpacked(file, kind), mode="r|") as archive:  # as a stream: nothing is read twice
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
    """The bytes of a packed tar, which end with an error where they are too many."""

    def __init__(self, file: BinaryIO, kind: str) -> None:
        self._file, self._n_bytes = file, 0
        openers: dict[str, Callable[[BinaryIO], Any]] = {"gz": gzip.open, "bz2": bz2.open, "xz": lzma.open}
        packing = {".tgz": "gz", ".tbz2": "bz2", ".txz": "xz"}.get(kind, kind.rpartition(".")[2])
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
