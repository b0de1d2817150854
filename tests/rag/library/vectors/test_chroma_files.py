"""Chroma's index files, without Chroma; damaged files of a whole library are in `tests/ingest/indexing`."""

from __future__ import annotations

from pathlib import Path

from rag.library.vectors.chroma_files import NAMES, broken_files


def test_index_files_of_another_format_are_not_examined(tmp_path: Path) -> None:
    (tmp_path / "segment").mkdir()
    for name in NAMES:
        (tmp_path / "segment" / name).write_bytes(b"\x02\x00\x00\x00")
    assert broken_files(tmp_path) == []


def test_missing_and_cut_off_files_are_named(tmp_path: Path) -> None:
    (tmp_path / "segment").mkdir()
    (tmp_path / "segment" / "header.bin").write_bytes(b"\x01\x00\x00\x00")
    problems = broken_files(tmp_path)
    assert [problem.rsplit(" is ", 1)[1] for problem in problems] == ["missing"] * (len(NAMES) - 1)
    for name in NAMES[1:]:
        (tmp_path / "segment" / name).touch()
    assert broken_files(tmp_path) == [f"the index file {tmp_path / 'segment' / 'header.bin'} is cut off"]
