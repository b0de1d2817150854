"""What every test gets: no network but this machine's own, a home of its own, none of the user's settings.

What it can ask for: an empty library, `library`.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from ingest.readers import pool
from rag.library.library import Library
from rag.settings import load_settings
from rag.wiring import build_library
from tests.fakes import BagOfWordsEmbeddings

hypothesis.settings.register_profile("footnote", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("footnote")


def _refuse_network(event: str, args: tuple[Any, ...]) -> None:
    """Makes other machines unreachable, as they are without a network."""
    if event == "socket.connect":
        host = args[1][0] if isinstance(args[1], tuple) else "localhost"
    elif event == "socket.getaddrinfo":
        host = args[0] or "localhost"
    else:
        return
    host = host.decode() if isinstance(host, bytes) else host
    if host not in {"localhost", "::1", "0.0.0.0", "::"} and not host.startswith("127."):
        raise OSError(f"tests use no network, so {host!r} can't be reached")


sys.addaudithook(_refuse_network)


DRAFTING = ("FOOTNOTE_ANSWER_AT_ONCE", "never")
"""Each question is drafted: what a test scripts as a draft is what it is about."""


@pytest.fixture(scope="session", autouse=True)
def _drafting() -> Iterator[None]:
    """Let fixtures that several tests share draft, too; they are made before a test's own settings."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(*DRAFTING)
        yield


@pytest.fixture(autouse=True)
def _own_settings(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The defaults, but with an empty home, and without models unless the test is marked as one that needs them."""
    needs_models = request.node.get_closest_marker("model") is not None
    for name in os.environ:
        if name.startswith("FOOTNOTE_") and not (needs_models and name == "FOOTNOTE_MODELS_DIR"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("FOOTNOTE_HOME", str(tmp_path / "home"))
    if not needs_models:
        monkeypatch.setenv(*DRAFTING)
        monkeypatch.setenv("FOOTNOTE_MODELS_DIR", str(tmp_path / "models"))


@pytest.fixture(scope="session", autouse=True)
def _one_reading_process() -> Iterator[None]:
    """One process that reads files, since starting another takes longer than reading the few files of a test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pool, "MAX_WORKERS", 1)
        yield


@pytest.fixture(scope="session")
def made_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of an empty library; to open a copy of it is faster than to make tables and vectors anew."""
    home = tmp_path_factory.mktemp("made") / "home"
    build_library(load_settings(home=home), embeddings=BagOfWordsEmbeddings()).close()
    return home


@pytest.fixture
def empty_home(made_home: Path) -> Path:
    """The test's own home, with an empty library that is not opened."""
    home = load_settings().home
    shutil.copytree(made_home, home)
    return home


@pytest.fixture
def library(empty_home: Path) -> Iterator[Library]:
    """An empty library in a temporary folder: real SQLite, real Chroma, fake embeddings."""
    opened = build_library(load_settings(), embeddings=BagOfWordsEmbeddings())
    yield opened
    opened.close()
