"""Files that come in over the upload route: what is taken, what is refused, and that none of them remains."""

import io
import json
import os
import socket
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from rag.chatbot import Chatbot
from rag.errors import LibraryLockedError
from rag.library.library import Library
from tests.ui.conftest import build_app_in_loop, served
from ui.errors import SAFE_SENTENCE
from ui.web.uploads import add_uploads

TEXT = "A new bridge across the river was opened by the mayor on Monday morning, in heavy rain."


@pytest.fixture
def temp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files go."""
    folder = tmp_path / "temp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(folder / "gradio"))
    return folder


@pytest.fixture
def address(bot: Chatbot, library: Library, temp: Path) -> Iterator[str]:
    with served(build_app_in_loop(bot, add_files=lambda paths: add_uploads(library, paths))) as address:
        yield address


def send(address: str, name: str, content: bytes, **headers: str) -> httpx.Response:
    return httpx.post(
        f"{address}/footnote-upload", content=content, headers={"X-File-Name": quote(name), **headers}, timeout=60
    )


def files_under(*folders: Path) -> list[Path]:
    return [path for folder in folders for path in folder.rglob("*") if not path.is_dir()]


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("news.txt", TEXT.encode(), "added"),
        ("Nachricht – “neu”.md", TEXT.encode(), "added"),
        ("damaged.pdf", b"%PDF-1.4 nothing", "failed"),
        ("empty.txt", b"", "failed"),
        ("picture.png", b"\x89PNG", "failed"),
        ("../../../etc/cron.d/job.txt", TEXT.encode(), "added"),
        ("新" * 200 + ".txt", TEXT.encode(), "added"),
        ("a." + "x" * 500, TEXT.encode(), "failed"),
        ("nul\0\r\n.txt", TEXT.encode(), "added"),
    ],
)
def test_file_is_gone_once_it_was_read_or_refused(
    address: str, library: Library, temp: Path, tmp_path: Path, name: str, content: bytes, status: str
) -> None:
    home = library.settings.home
    before = {path for path in tmp_path.rglob("*") if home not in path.parents}

    answer = send(address, name, content)

    assert answer.status_code == 200
    (outcome,) = answer.json()["outcomes"]
    assert outcome["status"] in {status, "skipped" if status == "failed" else status}
    assert "/" not in outcome["name"]
    assert files_under(temp, home / "uploads") == []
    assert {path for path in tmp_path.rglob("*") if home not in path.parents} <= before


def test_text_of_an_added_file_remains_in_the_library(address: str, library: Library) -> None:
    send(address, "news.txt", TEXT.encode())

    (article,) = [article for article in library.catalog.articles() if article.text == TEXT]
    assert article.source.endswith("news.txt")


@pytest.mark.parametrize("kind", ["tar", "zip"])
def test_links_and_outward_paths_in_an_archive_lead_nowhere(
    address: str, library: Library, temp: Path, tmp_path: Path, kind: str
) -> None:
    secret = tmp_path / "plan.txt"
    secret.write_text("The launch codes of the harbour ferry are kept in the blue cabinet behind the door.")
    out = io.BytesIO()
    if kind == "tar":
        with tarfile.open(fileobj=out, mode="w") as archive:
            for link_type in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE):
                member = tarfile.TarInfo(f"link{link_type.decode()}.txt")
                member.type, member.linkname = link_type, str(secret)
                archive.addfile(member)
            outward = tarfile.TarInfo("../../outward.txt")
            outward.size = len(TEXT)
            archive.addfile(outward, io.BytesIO(TEXT.encode()))
    else:
        with zipfile.ZipFile(out, "w") as archive:
            link = zipfile.ZipInfo("link.txt")
            link.external_attr = 0o120777 << 16
            archive.writestr(link, str(secret))
            archive.writestr("../../outward.txt", TEXT)

    assert send(address, f"news.{kind}", out.getvalue()).status_code == 200

    assert "launch codes" not in " ".join(article.text for article in library.catalog.articles())
    assert not list(tmp_path.rglob("outward.txt"))
    assert files_under(temp, library.settings.home / "uploads") == []


def test_file_of_a_client_that_leaves_is_deleted(address: str, library: Library, temp: Path) -> None:
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as leaving:
        head = (
            "POST /footnote-upload HTTP/1.1\r\nHost: localhost\r\nX-File-Name: a.txt\r\nContent-Length: 1000000\r\n\r\n"
        )
        leaving.sendall(head.encode() + b"x" * 200_000)
    answer = send(address, "next.txt", TEXT.encode())  # files are taken one after the other

    assert answer.json()["outcomes"][0]["status"] == "added"
    assert files_under(temp, library.settings.home / "uploads") == []
    assert len(library.catalog.articles()) == 4


@pytest.mark.parametrize(
    ("error", "status", "told"),
    [
        (LibraryLockedError("Another process is writing."), 409, "Another process is writing."),
        (KeyError("hidden"), 500, SAFE_SENTENCE),
    ],
)
def test_file_that_cannot_be_added_is_told_and_deleted(
    bot: Chatbot, temp: Path, error: Exception, status: int, told: str
) -> None:
    def refuse(paths: Sequence[str]) -> Any:
        assert [Path(path).read_text() for path in paths] == [TEXT]
        raise error

    with served(build_app_in_loop(bot, add_files=refuse)) as address:
        answer = send(address, "news.txt", TEXT.encode())

    assert (answer.status_code, answer.json()) == (status, {"error": told})
    assert os.listdir(temp) == [] or files_under(temp) == []


def test_slow_file_is_given_up(address: str, temp: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.web.upload_route.UPLOAD_READ_S", 0.1)
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as slow:
        slow.sendall(b"POST /footnote-upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nx")
        answer = slow.makefile("rb").read()

    assert (
        b" 408 " in answer.split(b"\r\n")[0] and "did not arrive" in json.loads(answer.split(b"\r\n\r\n")[1])["error"]
    )
    assert files_under(temp) == []


def test_page_without_uploads_has_no_upload_route(bot: Chatbot) -> None:
    with served(build_app_in_loop(bot)) as address:
        assert send(address, "news.txt", TEXT.encode()).status_code == 404
