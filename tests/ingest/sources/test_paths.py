"""Paths: which files a source names, and under which names."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.sources.paths import list_files
from rag.errors import IngestError


def test_a_folder_gives_its_files_sorted_under_the_name_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("b.txt", "a/z.md", "a/y.xyz", ".hidden.txt", ".git/config.txt"):
        (tmp_path / "news" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "news" / name).write_text("Text.")
    monkeypatch.chdir(tmp_path)
    assert list_files("news") == ["news/a/y.xyz", "news/a/z.md", "news/b.txt"]
    assert list_files("news/b.txt") == ["news/b.txt"]
    assert list_files("news/.hidden.txt") == ["news/.hidden.txt"]


def test_folders_linked_into_themselves_are_entered_once(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "one.txt").write_text("Text.")
    (tmp_path / "a" / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "a" / "self").symlink_to("self")
    assert list_files(str(tmp_path)) == [str(tmp_path / "a" / "one.txt"), str(tmp_path / "a" / "self")]


def test_a_missing_path_is_an_error() -> None:
    with pytest.raises(IngestError, match="no-such: no such file"):
        list_files("no-such")
    with pytest.raises(IngestError):
        list_files("nul\x00byte")
