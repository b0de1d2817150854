"""A library with three short articles, and chatbots on it: the real one, with fake models."""

from __future__ import annotations

import asyncio
import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from ingest import ingest
from rag.chatbot import Chatbot
from rag.library.library import Library
from rag.settings import Settings, load_settings
from rag.wiring import build_chatbot, build_library
from tests.fakes import BagOfWordsEmbeddings, ScriptedChatModel
from ui.cli.tools import Tools
from ui.http.app import build_app
from ui.http.server import AnnouncingServer

PARTNERS = "The Shanghai Cooperation Organization has 14 dialogue partners."
QUESTION = "How many dialogue partners does the Shanghai Cooperation Organization have?"
REPLY = "The Shanghai Cooperation Organization has 14 dialogue partners."

ARTICLES = {
    "partners.md": "---\ntitle: Who belongs to the SCO\npublisher: Daily Test\ndate: 2024-07-03\n---\n"
    "The leaders of ten countries met in Astana on Wednesday to talk about trade and security.\n\n"
    f"{PARTNERS} Turkey and Egypt are among them, and more have asked to join.\n",
    "arrival.md": "---\ntitle: Xi arrives\npublisher: Weekly Test\ndate: 2024-07-02\n---\n"
    "Children sang in Chinese as the president of China landed in Kazakhstan for a state visit.\n",
    "hostile.txt": "The <script>alert('xss')</script> group and <img src=http://evil.example/x.png> of hackers "
    "wrote [click](http://evil.example) into an article about phishing.\n",
}


def write_articles(folder: Path) -> Path:
    """Makes the folder of the three articles."""
    folder.mkdir()
    for name, text in ARTICLES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def articles_dir(tmp_path: Path) -> Path:
    return write_articles(tmp_path / "articles")


@pytest.fixture
def settings() -> Settings:
    return load_settings()


@pytest.fixture
def empty_library(empty_home: Path, settings: Settings) -> Iterator[Library]:
    library = build_library(settings, embeddings=BagOfWordsEmbeddings())
    yield library
    library.close()


@pytest.fixture(scope="session")
def filled_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a library of the three articles, which are beside it in `articles`; tests open copies of it."""
    folder = tmp_path_factory.mktemp("filled")
    library = build_library(load_settings(home=folder / "home"), embeddings=BagOfWordsEmbeddings())
    ingest([str(write_articles(folder / "articles"))], library.settings, library=library)
    library.close()
    return folder / "home"


@pytest.fixture
def ingested(filled_home: Path, settings: Settings) -> Path:
    """The folder of three articles that are in the library of the test's home; no test changes the folder."""
    shutil.copytree(filled_home, settings.home)
    return filled_home.parent / "articles"


@pytest.fixture
def library(ingested: Path, settings: Settings) -> Iterator[Library]:
    library = build_library(settings, embeddings=BagOfWordsEmbeddings())
    yield library
    library.close()


@pytest.fixture
def llm() -> ScriptedChatModel:
    return ScriptedChatModel()


@pytest.fixture
def bot(library: Library, llm: ScriptedChatModel) -> Chatbot:
    return build_chatbot(library.settings, library=library, llm=llm)


@pytest.fixture(scope="module")
def shared_library(filled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """One library for all tests of a module, where opening the page for each would take too long."""
    home = tmp_path_factory.mktemp("shared") / "home"
    shutil.copytree(filled_home, home)
    settings = load_settings(home=home, answered_min=0.0, unsure_min=0.0)
    library = build_library(settings, embeddings=BagOfWordsEmbeddings())
    yield library
    library.close()


@pytest.fixture
def tools(llm: ScriptedChatModel) -> Tools:
    """What the command line works with: the real library and chatbot, with fake models."""

    def open_library(settings: Settings, rebuilding: bool) -> Library:
        return build_library(settings, embeddings=BagOfWordsEmbeddings(), rebuilding=rebuilding)

    def open_chatbot(settings: Settings, library: Library) -> Chatbot:
        return build_chatbot(settings, library=library, llm=None if settings.llm == "none" else llm)

    return Tools(open_library=open_library, open_chatbot=open_chatbot)


def build_app_in_loop(bot: Chatbot, **options: Any) -> FastAPI:
    """The application, made while an event loop runs: without one, Gradio opens loops that it never closes.

    In a thread, since a browser test's own thread runs Playwright's loop.
    """

    async def build() -> FastAPI:
        return build_app(bot, **options)

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, build()).result()


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """Serves an application on a free port of this machine; gives its address."""
    running = AnnouncingServer(app, "127.0.0.1", 0)
    thread = threading.Thread(target=running.run_until_stopped)
    thread.start()
    try:
        assert running.is_served.wait(60)
        yield running.address
    finally:
        running.should_exit = True
        thread.join(30)
