"""Reading one file: its document, or a failure with the reason."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ingest.readers.files import read_file
from ingest.readers.limits import Limits
from ingest.records import Document, ReadFailure
from ingest.sources.paths import list_files
from tests.ingest.pdfs import build_pdf


def read_one(path: str | Path) -> Document:
    (document,) = read_file(str(path))
    assert isinstance(document, Document), document
    return document


def read_reason(path: str | Path, limits: Limits | None = None) -> str:
    (failure,) = read_file(str(path), limits)
    assert isinstance(failure, ReadFailure) and failure.source == str(path)
    return failure.reason


def test_a_document_has_the_source_as_given_and_the_resolved_path_as_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "leaders meet again.txt").write_text("One sentence.")
    monkeypatch.chdir(tmp_path)
    document = read_one("./leaders meet again.txt")
    assert document.source == "./leaders meet again.txt"
    assert document.key == str(tmp_path.resolve() / "leaders meet again.txt")
    assert document.title == "Leaders meet again"


@pytest.mark.parametrize("name", ["A.TXT", "a.Md", "a.HTM"])
def test_suffixes_are_read_in_any_case(tmp_path: Path, name: str) -> None:
    text = "The delegates reached the capital before dawn and went straight to the great hall of the town. " * 4
    (tmp_path / name).write_text(f"<html><body><p>{text}</p></body></html>" if name.endswith("HTM") else text)
    assert read_one(tmp_path / name).text == text.strip()


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.txt", b"", "empty"),
        ("a.pdf", b"", "empty"),
        ("a.txt", b" \n\t\n", "blank"),
        ("a.txt", b"\xef\xbb\xbf", "blank"),
        ("a.md", b"---\ntitle: x\n---\n", "blank"),
        ("a.txt", b"MZ\x00\x01", "binary"),
        ("a.xyz", b"text", "unsupported"),
        ("README", b"text", "unsupported"),
        ("a.docx", b"text", "not a readable"),
        ("a.pdf", b"text", "damaged"),
        ("a.jsonl", b"", "empty"),
        ("a.jsonl", b"\n \n", "no line"),
    ],
)
def test_bad_files_are_failures_with_a_reason(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    (tmp_path / name).write_bytes(data)
    assert reason in read_reason(tmp_path / name)


def test_a_file_over_a_limit_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x" * 101)
    assert "101 bytes, more than 100 " in read_reason(tmp_path / "a.txt", Limits(max_file_bytes=100))
    assert "101 characters, more than 100 " in read_reason(tmp_path / "a.txt", Limits(max_article_chars=100))
    (tmp_path / "a.pdf").write_bytes(build_pdf([["One"], ["Two"]]))
    assert "2 pages, more than 1 " in read_reason(tmp_path / "a.pdf", Limits(max_pages=1))


def test_hidden_characters_are_counted(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("\ufeffIt\u200b rained\u202e to\u00adday\U000e0041\x00.")
    document = read_one(tmp_path / "a.txt")
    assert (document.text, document.n_hidden) == ("It rained today.", 4)


def test_missing_folders_and_special_files_are_failures(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "broken.txt").symlink_to("nowhere")
    assert "not a regular file" in read_reason(tmp_path / "pipe.txt")
    assert "no such file" in read_reason(tmp_path / "broken.txt")
    assert "folder" in read_reason(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_files_and_folders_are_failures(tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir()
    (tmp_path / "a.txt").write_text("Text.")
    (tmp_path / "a.txt").chmod(0)
    (tmp_path / "locked").chmod(0)
    try:
        reasons = {path: read_reason(path) for path in list_files(str(tmp_path))}
    finally:
        (tmp_path / "locked").chmod(0o700)
    assert list(reasons.values()) == ["permission denied", "permission denied"]


def test_permission_errors_are_failures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "a.txt").write_text("Text.")
    monkeypatch.setattr("os.listdir", refuse)
    assert list_files(str(tmp_path)) == [str(tmp_path)]
    assert read_reason(tmp_path) == "permission denied"
    monkeypatch.setattr("os.open", refuse)
    assert read_reason(tmp_path / "a.txt") == "permission denied"


def test_a_parser_that_fails_does_not_end_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(data: bytes) -> None:
        raise LookupError("too deep")

    monkeypatch.setattr("ingest.readers.text.extract_text", fail)
    (tmp_path / "a.txt").write_text("Text.")
    assert "LookupError: too deep" in read_reason(tmp_path / "a.txt")


def test_wrong_lines_of_a_record_file_are_named_and_the_rest_is_read(tmp_path: Path) -> None:
    lines = [
        '{"source": "a", "text": "One."}',
        "{oops",
        "",
        '{"source": "a", "text": "Again."}',
        '{"source": "long", "text": "' + "x" * 200 + '"}',
        '{"source": "b", "text": "Two."}',
    ]
    (tmp_path / "a.jsonl").write_text("\ufeff" + "\n".join(lines))
    items = list(read_file(str(tmp_path / "a.jsonl"), Limits(max_file_bytes=60)))
    assert [item.source for item in items if isinstance(item, Document)] == ["a", "b"]
    reasons = [item.reason for item in items if isinstance(item, ReadFailure)]
    assert [reason.split(":")[0] for reason in reasons] == ["line 2", "line 4", "line 5"]
    assert "line 1" in reasons[1]
