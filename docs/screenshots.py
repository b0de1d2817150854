"""Make the pictures of the page in this folder: `python docs/screenshots.py`, with Chromium and the models there.

The page is served on a new library of the sample articles. The settings are those of `footnote chat`, for example
`FOOTNOTE_LLM=none` for a page without a language model.
"""

from __future__ import annotations

import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from ingest import ingest, sample_sources
from rag.settings import load_settings
from rag.wiring import build_chatbot, build_library
from ui.http.app import build_app
from ui.http.server import AnnouncingServer
from ui.web.page_view import EXAMPLES
from ui.web.uploads import add_uploads

FOLDER = Path(__file__).parent
QUESTIONS = ("What was the weather in Astana during the summit?", "How many dialogue partners does the SCO have?")
ANSWER_MS = 300_000
LOADED_MS = 60_000
WIDE, PHONE = ViewportSize(width=1440, height=900), ViewportSize(width=375, height=760)


@contextmanager
def serve_samples(home: Path) -> Iterator[str]:
    """Serve the page on a new library of the sample articles, and give its address."""
    settings = load_settings(home=home)
    library = build_library(settings)
    ingest(sample_sources(), settings, library=library)
    app = build_app(
        build_chatbot(settings, library=library),
        add_files=lambda paths: add_uploads(library, paths),
        examples=EXAMPLES,
    )
    server = AnnouncingServer(app, "127.0.0.1", 0)
    thread = threading.Thread(target=server.run_until_stopped)
    thread.start()
    try:
        server.is_served.wait()
        yield server.address
    finally:
        server.should_exit = True
        thread.join()
        library.close()


def open_page(browser: Browser, address: str, *, dark: bool = False, phone: bool = False) -> Page:
    """Open the page in a new window, light or dark, wide or as a phone shows it."""
    expect.set_options(timeout=LOADED_MS)
    context = browser.new_context(
        viewport=PHONE if phone else WIDE, color_scheme="dark" if dark else "light", device_scale_factor=1
    )
    page = context.new_page()
    page.goto(address)
    expect(page.locator("#fn-kept")).not_to_be_empty()
    expect(page.locator(".fn-articles li").first).to_be_attached()
    return page


def ask_all(page: Page) -> str:
    """Ask the questions, each in a conversation of its own, and return the address of the last one."""
    for question in QUESTIONS:
        page.locator("#fn-new").click()
        expect(page.locator(".fn-welcome")).to_be_visible()
        page.get_by_label("Your question").fill(question)
        page.get_by_label("Your question").press("Enter")
        expect(page.locator("#fn-live .fn-actions")).to_be_visible(timeout=ANSWER_MS)
        expect(page.locator("#fn-new")).to_be_visible()
    page.wait_for_url("**/?conversation=*")
    return page.url


def take(page: Page, name: str) -> None:
    """Save what the window shows."""
    page.wait_for_timeout(600)  # until it has scrolled, and no element fades in any more
    page.screenshot(path=FOLDER / f"{name}.png")


def main() -> None:
    """Make all pictures."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        sys.exit("No Chromium is installed. Install one, and start this again.")
    with TemporaryDirectory() as home, serve_samples(Path(home)) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = open_page(browser, address)
        take(page, "page-start")
        conversation = ask_all(page)
        page.get_by_role("tab", name="Conversations").click()
        take(page, "page-conversations")
        for name, dark in (("page", False), ("page-dark", True)):
            shown = open_page(browser, conversation, dark=dark)
            shown.locator("#fn-live .fn-ref").first.click()
            expect(shown.locator("#fn-article mark")).to_be_in_viewport()
            take(shown, name)
        take(open_page(browser, conversation, phone=True), "page-phone")
        phone = open_page(browser, conversation, dark=True, phone=True)
        phone.locator('[data-open-side="fn-conversations"]').click()
        take(phone, "page-phone-conversations")
        browser.close()


if __name__ == "__main__":
    main()
