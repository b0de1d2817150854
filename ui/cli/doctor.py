"""Checks of the installation, the models, the index and the machine, each with a remedy for what is wrong."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from rag.errors import FootnoteError
from rag.models.files import list_models
from rag.models.fits import stale_fits
from rag.settings import Settings

CheckStatus = Literal["ok", "warning", "failed"]

PYTHON_MIN = (3, 11)
PYTHON_TOO_NEW = (3, 14)
DISK_FREE_MIN_MB = 500
MEMORY_MIN_MB = 3000
"""The embedded models and their libraries take about 2 GB; the rest is for the system and the browser."""

PACKAGES = ("chromadb", "fastapi", "gradio", "langchain-core", "sentence-transformers", "sqlalchemy", "torch")


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """The result of one check.

    Attributes:
        remedy: what to do, as a sentence; "" where nothing is wrong.
    """

    name: str
    status: CheckStatus
    detail: str
    remedy: str = ""


def examine(settings: Settings) -> list[Check]:
    """Return the results of all checks. Each check needs what the ones before it look at."""
    return [check for look in _LOOKS for check in look(settings)]


def _ok(name: str, detail: str) -> Check:
    return Check(name=name, status="ok", detail=detail)


def _warning(name: str, detail: str, remedy: str) -> Check:
    return Check(name=name, status="warning", detail=detail, remedy=remedy)


def _failed(name: str, detail: str, remedy: str) -> Check:
    return Check(name=name, status="failed", detail=detail, remedy=remedy)


def _python(_settings: Settings) -> list[Check]:
    version = ".".join(map(str, sys.version_info[:3]))
    if PYTHON_MIN <= sys.version_info[:2] < PYTHON_TOO_NEW:
        return [_ok("Python", version)]
    return [_failed("Python", version, "Install Python 3.11, 3.12 or 3.13, and run `make setup` again.")]


def _packages(_settings: Settings) -> list[Check]:
    versions, missing = [], []
    for name in PACKAGES:
        try:
            versions.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            missing.append(name)
    if missing:
        return [_failed("Packages", f"not installed: {', '.join(missing)}", "Run `make setup`.")]
    return [_ok("Packages", ", ".join(versions))]


def _models(settings: Settings) -> list[Check]:
    try:
        files = list_models(settings)
    except FootnoteError as exc:
        return [_failed("Models", settings.llm, str(exc))]
    checks = []
    for file in files:
        detail = f"{file.status}, {file.size_bytes / 1e6:,.0f} MB, {file.path}"
        name = f"Model {file.name}"
        checks.append(_failed(name, detail, file.problem) if file.problem else _ok(name, detail))
    if settings.llm != "none" and not settings.llm.startswith("builtin:"):
        checks.append(_ok("Language model", f"{settings.llm}, which is managed by you"))
    if settings.llm == "none":
        remedy = "Unset FOOTNOTE_LLM to answer with the embedded model."
        checks.append(_warning("Language model", "none: answers are extracts, word for word", remedy))
    return checks


def _fits(_settings: Settings) -> list[Check]:
    stale = stale_fits()
    if not stale:
        return [_ok("Fits", "every fitted model matches the code of its features")]
    made_by = " and ".join(f"`{command}`" for command in dict.fromkeys(fit.made_by for fit in stale))
    return [_warning("Fits", f"older than their features: {', '.join(fit.file for fit in stale)}", f"Run {made_by}.")]


def _index(settings: Settings) -> list[Check]:
    """Compare catalog and vectors, then open the library as every command does, which checks its fingerprint."""
    if not settings.catalog_path.exists():
        remedy = "Add articles with `footnote ingest PATH`; `footnote chat` adds the samples."
        return [_warning("Index", f"no library in {settings.home} yet", remedy)]
    from ingest import verify
    from rag.wiring import open_library

    try:
        differences = verify(settings)  # first, since opening damaged vectors can end the process
        if differences:
            detail = f"catalog and vectors differ in {len(differences):,} places"
            return [_failed("Index", detail, "Run `footnote rebuild`.")]
        with open_library(settings) as library:
            n_articles, n_chunks = library.catalog.counts()
    except FootnoteError as exc:
        return [_failed("Index", f"can't be opened in {settings.home}", str(exc))]
    return [_ok("Index", f"{n_articles:,} articles, {n_chunks:,} chunks in {settings.home}")]


def _disk(settings: Settings) -> list[Check]:
    return [
        _folder("Disk for the library", settings.home, "FOOTNOTE_HOME"),
        _folder("Disk for models", settings.models_dir, "FOOTNOTE_MODELS_DIR"),
    ]


def _folder(name: str, folder: Path, variable: str) -> Check:
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    free_mb = shutil.disk_usage(existing).free / 1e6
    detail = f"{free_mb:,.0f} MB free for {folder}"
    if not os.access(existing, os.W_OK):
        return _failed(name, detail, f"Make {existing} writable, or set {variable} to another folder.")
    if free_mb < DISK_FREE_MIN_MB:
        return _warning(name, detail, f"Make room: at least {DISK_FREE_MIN_MB} MB should be free.")
    return _ok(name, detail)


def _memory(settings: Settings) -> list[Check]:
    total_mb = _memory_mb()
    if total_mb is None:
        return [_ok("Memory", "unknown on this system")]
    detail = f"{total_mb:,.0f} MB"
    if total_mb < MEMORY_MIN_MB and settings.llm.startswith("builtin:"):
        remedy = "Set FOOTNOTE_LLM=none, or name a model on another machine with FOOTNOTE_LLM_URL."
        return [_warning("Memory", detail, remedy)]
    return [_ok("Memory", detail)]


def _memory_mb() -> float | None:
    """Return this machine's memory in MB, or None where the system doesn't report it."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e6
    except (AttributeError, ValueError, OSError):
        return None


_LOOKS: tuple[Callable[[Settings], list[Check]], ...] = (_python, _packages, _models, _fits, _index, _disk, _memory)
