"""The real page in a real browser, on the real chatbot with fake models; for the browser tests."""

from __future__ import annotations

import asyncio
import shutil
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from langchain_core.outputs import ChatGenerationChunk
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright
from pydantic import PrivateAttr

from rag.library.library import Library
from rag.wiring import build_chatbot
from tests.fakes import ScriptedChatModel
from tests.ui.conftest import build_app_in_loop, served
from ui.web.uploads import add_uploads

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BROWSER_PATH = next(filter(None, map(shutil.which, BROWSERS)), None)
BROWSER_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
EXAMPLE = "What was the weather in Astana?"
LONG_WAIT_MS = 30_000

IN_BROWSER = [
    pytest.mark.browser,
    pytest.mark.skipif(BROWSER_PATH is None, reason=f"no browser is installed; looked for {', '.join(BROWSERS)}"),
]
"""Marks of the tests that need a browser."""


class GatedChatModel(ScriptedChatModel):
    """Writes one word, then waits until the test opens its gate; so a test sees the page in between."""

    _gate: threading.Event = PrivateAttr(default_factory=threading.Event)
    _is_stopped: threading.Event = PrivateAttr(default_factory=threading.Event)

    def open(self, *replies: str) -> None:
        """Lets the given answers be written at once."""
        self.enqueue(*replies)
        self._gate.set()

    def close(self, *replies: str) -> None:
        """Holds back the given answers after their first word; forgets others."""
        self._replies = list(replies)
        self._gate.clear()
        self._is_stopped.clear()

    @property
    def is_stopped(self) -> threading.Event:
        """Set once a reply was broken off."""
        return self._is_stopped

    async def _astream(self, *arguments: Any, **options: Any) -> AsyncIterator[ChatGenerationChunk]:
        """Writes as a model behind a connection does, which notices at any time that nobody waits any more."""
        is_whole = False
        try:
            for chunk in super()._stream(*arguments, **options):
                yield chunk
                while not self._gate.is_set():
                    await asyncio.sleep(0.02)
            is_whole = True
        finally:
            if not is_whole:
                self._is_stopped.set()


@pytest.fixture(scope="module")
def shared_llm() -> GatedChatModel:
    return GatedChatModel()


@pytest.fixture(scope="module")
def address(shared_library: Library, shared_llm: GatedChatModel) -> Iterator[str]:
    """Where the page is served."""
    bot = build_chatbot(shared_library.settings, library=shared_library, llm=shared_llm)
    shared_llm.open("???")
    bot.ask("What is new?")  # the first question loads the small networks, which may take longer than a test waits
    app = build_app_in_loop(bot, add_files=lambda paths: add_uploads(shared_library, paths), examples=(EXAMPLE,))
    with served(app) as address:
        yield address
        shared_llm.open()


@pytest.fixture(scope="module")
def browser() -> Iterator[BrowserContext]:
    """One context for all pages, so that they share what was loaded."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER_PATH, args=BROWSER_ARGUMENTS)
        yield browser.new_context(viewport={"width": 1280, "height": 900})
        browser.close()


@pytest.fixture
def page(browser: BrowserContext, address: str) -> Iterator[Page]:
    """The page, loaded; at the end, that it called no other host, ran no foreign script, and was refused nothing."""
    page = browser.new_page()
    page.set_default_timeout(LONG_WAIT_MS)
    expect.set_options(timeout=LONG_WAIT_MS)
    foreign: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: foreign.append(request.url) if not is_ours(request.url, address) else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("dialog", lambda dialog: errors.append(dialog.message))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.goto(address)
    expect(page.locator(".fn-articles li").first).to_be_attached()
    yield page
    page.close()
    assert (foreign, errors) == ([], [])


def is_ours(url: str, address: str) -> bool:
    return url.startswith((address, "data:", "blob:"))


def ask(page: Page, question: str) -> None:
    page.get_by_label("Your question").fill(question)
    page.get_by_label("Your question").press("Enter")


def open_tab(page: Page, name: str) -> None:
    """Shows one pane beside the conversation."""
    page.get_by_role("tab", name=name).click()
