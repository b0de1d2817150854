"""Archives: each member is an outcome of its own, and no archive takes more than its bounds."""

from __future__ import annotations

import io
import stat
import tarfile
import zipfile
from pathlib import Path

import pytest

from ingest.readers.files import read_archive, read_file, read_items
from ingest.readers.limits import Limits
from ingest.readers.members import Budget
from ingest.records import Begun, Document, ReadFailure
from rag.errors import IngestError


def zip_of(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def tar_of(members: dict[str, bytes], mode: str = "w:gz") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]  # any of the modes
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def read(path: Path, limits: Limits | None = None) -> dict[str, str]:
    """Text or reason by the member's name; "" stands for the archive itself."""
    items = read_file(str(path), limits)
    return {
        item.source.removeprefix(str(path)).removeprefix("!/"): item.text
        if isinstance(item, Document)
        else f"{'skipped' if item.skipped else 'failed'}: {item.reason}"
        for item in items
    }


MEMBERS = {
    "a.txt": b"It rained.",
    "inner/b.md": b"# Sun\n\nIt shone.",
    "inner/c.png": b"\x89PNG",
    "empty.txt": b"",
    ".hidden.txt": b"No.",
    "__MACOSX/._a.txt": b"No.",
}
FOUND = {
    "a.txt": "It rained.",
    "inner/b.md": "Sun\n\nIt shone.",
    "inner/c.png": "skipped: unsupported kind of file",
    "empty.txt": "failed: empty file",
}


@pytest.mark.parametrize(
    ("ending", "data"),
    [
        ("zip", zip_of(MEMBERS)),
        ("tar", tar_of(MEMBERS, "w")),
        ("tar.gz", tar_of(MEMBERS)),
        ("TGZ", tar_of(MEMBERS)),
        ("tar.bz2", tar_of(MEMBERS, "w:bz2")),
        ("tar.xz", tar_of(MEMBERS, "w:xz")),
    ],
)
def test_each_member_is_read_under_its_own_name(tmp_path: Path, ending: str, data: bytes) -> None:
    path = tmp_path / f"news.{ending}"
    path.write_bytes(data)
    assert read(path) == FOUND
    keys = [item.key for item in read_file(str(path)) if isinstance(item, Document)]
    assert keys[0] == f"{path.resolve()}!/a.txt"


def test_archives_in_archives_are_read_to_a_depth(tmp_path: Path) -> None:
    third = zip_of({"deep.txt": b"Deep.", "fourth.zip": zip_of({"x.txt": b"Deeper."})})
    (tmp_path / "a.zip").write_bytes(zip_of({"b.tar.gz": tar_of({"c.zip": third})}))
    assert read(tmp_path / "a.zip") == {
        "b.tar.gz!/c.zip!/deep.txt": "Deep.",
        "b.tar.gz!/c.zip!/fourth.zip": "failed: archives are nested more than 3 deep",
    }


@pytest.mark.parametrize("name", ["../a.txt", "/etc/a.txt", "x/../../a.txt", "..\\a.txt", "C:\\a.txt"])
def test_names_that_lead_out_are_refused(tmp_path: Path, name: str) -> None:
    for path, data in (
        (tmp_path / "a.zip", zip_of({name: b"No.", "b.txt": b"Yes."})),
        (tmp_path / "a.tar", tar_of({name: b"No.", "b.txt": b"Yes."}, "w")),
    ):
        path.write_bytes(data)
        first, last = read(path).values()
        assert (first, last) == ("failed: its name leads out of the archive", "Yes.")


def test_links_and_devices_are_refused(tmp_path: Path) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, kind in (("l.txt", tarfile.SYMTYPE), ("h.txt", tarfile.LNKTYPE), ("d.txt", tarfile.CHRTYPE)):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    (tmp_path / "a.tar").write_bytes(out.getvalue())
    link = zipfile.ZipInfo("l.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        packed.writestr(link, "/etc/passwd")
    assert set(read(tmp_path / "a.tar").values()) == {"failed: a link or device, not a file"}
    assert read(tmp_path / "a.zip") == {"l.txt": "failed: a link or device, not a file"}


def test_bombs_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zip_of({"big.txt": b"0" * 9_000_000, "b.txt": b"It rained."}))
    assert read(tmp_path / "a.zip") == {
        "big.txt": "failed: packed more than 200 times, as bombs are",
        "b.txt": "It rained.",
    }
    (tmp_path / "a.tar.gz").write_bytes(tar_of({f"{n}.txt": b"0" * 9_000_000 for n in range(3)}))
    assert "packed more than 200 times" in read(tmp_path / "a.tar.gz")[""]


def test_a_member_that_is_larger_than_the_archive_says_is_refused(tmp_path: Path) -> None:
    data = zip_of({"a.txt": b"It rained. " * 1000}, zipfile.ZIP_STORED)
    size = (11_000).to_bytes(4, "little")
    (tmp_path / "a.zip").write_bytes(data.replace(size, (5).to_bytes(4, "little")))
    assert read(tmp_path / "a.zip")["a.txt"].startswith("failed: ")


def test_bounds_end_the_reading_with_a_reason(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zip_of({f"{n}.txt": b"It rained. %d" % n for n in range(4)}))
    assert "more than 5" in read(path, Limits(max_file_bytes=5))["0.txt"]
    for bound, n_read in (("n_members", 2), ("n_bytes", 30)):
        budget = Budget(**{bound: n_read})
        items = read_archive(io.BytesIO(path.read_bytes()), "a.zip", "a.zip", Limits(), budget=budget)
        documents = []
        with pytest.raises(IngestError, match="the rest is left out"):
            for item in items:
                documents += [item] if isinstance(item, Document) else []
        assert len(documents) == 2


def test_a_member_given_twice_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "a.tar").write_bytes(tar_of({"a.txt": b"One."}, "w")[:1024] + tar_of({"a.txt": b"Two."}, "w"))
    first, second = read_file(str(tmp_path / "a.tar"))
    assert isinstance(first, Document) and first.text == "One."
    assert isinstance(second, ReadFailure) and second.reason == "the archive has another file of this name"


def test_encrypted_members_are_refused(tmp_path: Path) -> None:
    data = bytearray(zip_of({"a.txt": b"It rained."}))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "a.zip").write_bytes(data)
    assert read(tmp_path / "a.zip") == {"a.txt": "failed: it is encrypted"}


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz", "a.tar.bz2", "a.tar.xz"])
@pytest.mark.parametrize(
    "data",
    [b"", b"nothing of the kind", tar_of(MEMBERS)[:60], zip_of(MEMBERS)[:60], zip_of({})],
    ids=["empty", "text", "cut tar", "cut zip", "zip of nothing"],
)
def test_damaged_and_empty_archives_are_failures(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    assert all(reason.startswith("failed: ") for reason in read(tmp_path / name).values())
    assert read(tmp_path / name)


def test_members_can_be_passed_over(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zip_of({f"{n}.txt": b"It rained %d times." % n for n in range(3)}))
    items = list(read_items(str(tmp_path / "a.zip"), Limits(), skip=2))
    assert [type(item) for item in items] == [Begun, Document]
    assert items[0].source.endswith("!/2.txt")
