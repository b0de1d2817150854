"""What a person sees who asks: evidence, draft, answer, footnotes, and what others can't do to the page."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from playwright.sync_api import BrowserContext, Page, expect

from tests.ui.conftest import PARTNERS, QUESTION, REPLY, served
from tests.ui.web.conftest import EXAMPLE, IN_BROWSER, GatedChatModel, ask, open_tab

pytestmark = IN_BROWSER


@pytest.fixture
def llm(shared_llm: GatedChatModel) -> GatedChatModel:
    shared_llm.close()
    return shared_llm


def test_evidence_then_draft_then_answer_then_the_quote_in_its_article(page: Page, llm: GatedChatModel) -> None:
    llm.close(REPLY)
    ask(page, QUESTION)

    expect(page.get_by_role("heading", name=QUESTION)).to_be_visible()
    expect(page.locator(".fn-card").first).to_contain_text(PARTNERS)
    expect(page.locator(".fn-card").first).to_contain_text("Who belongs to the SCO")
    expect(page.locator(".fn-draft")).to_contain_text("not checked yet")
    expect(page.locator(".fn-draft > p")).to_have_text("The ")
    expect(page.locator(".fn-answer")).to_have_count(0)
    llm.open()

    expect(page.locator(".fn-answer .fn-text").first).to_contain_text("14")
    expect(page.locator(".fn-answer .fn-text").last).to_contain_text("14 dialogue partners")
    expect(page.locator(".fn-draft")).to_have_count(0)
    expect(page.locator(".fn-check")).to_contain_text("2 supported")
    page.locator(".fn-answer").get_by_role("button", name="Footnote 1").last.click()

    article = page.locator("#fn-article")
    expect(article.get_by_role("heading", name="Who belongs to the SCO")).to_be_visible()
    expect(article).to_contain_text("Daily Test · 3 July 2024")
    expect(article.locator("mark")).to_have_text(PARTNERS)
    expect(article.locator("mark")).to_be_in_viewport()


def test_follow_up_is_shown_as_understood_and_can_be_asked_in_other_words(page: Page, llm: GatedChatModel) -> None:
    llm.open(REPLY, "How many dialogue partners does the Shanghai group have?", REPLY, REPLY)
    ask(page, QUESTION)
    expect(page.locator('#fn-live [data-turn="1"] .fn-answer')).to_be_visible()
    ask(page, "And how many has it?")
    second = page.locator('#fn-live [data-turn="2"]')
    expect(second.get_by_text("Understood as")).to_be_visible()
    expect(second).to_have_attribute("aria-busy", "false")
    second.get_by_text("Change").click()
    second.get_by_label("Ask again as").fill(QUESTION)
    second.get_by_role("button", name="Ask again").click()

    third = page.locator('#fn-live [data-turn="3"]')
    expect(third.get_by_text("Asked as")).to_be_visible()
    expect(third.locator(".fn-answer")).to_be_visible()
    expect(page.locator("#fn-past [data-turn]")).to_have_count(2)


def test_another_kind_of_answer_can_be_chosen(page: Page, llm: GatedChatModel) -> None:
    llm.open(REPLY)
    ask(page, QUESTION)
    first = page.locator('#fn-live [data-turn="1"]')
    expect(first).to_have_attribute("aria-busy", "false")
    first.get_by_text("Answered as a fact").click()
    expect(first.get_by_label("Answer as")).to_have_value("fact")
    first.get_by_label("Answer as").select_option("a timeline")
    first.get_by_role("button", name="Ask again").click()

    second = page.locator('#fn-live [data-turn="2"]')
    expect(second.get_by_text("Answered as a timeline")).to_be_visible()
    expect(second.locator(".fn-answer .fn-text").first).to_contain_text("Wednesday 3 July 2024")


def test_stop_really_stops_and_another_question_can_be_asked(page: Page, llm: GatedChatModel) -> None:
    llm.close(REPLY, REPLY)
    ask(page, QUESTION)
    expect(page.locator(".fn-draft")).to_be_visible()
    page.get_by_role("button", name="Stop", exact=True).click()

    expect(page.locator("#fn-live .fn-status")).to_contain_text("Stopped")
    assert llm.is_stopped.wait(30)
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible()
    llm.open()
    ask(page, QUESTION)
    expect(page.locator('#fn-live [data-turn="2"] .fn-answer')).to_be_visible()


def test_closed_tab_stops_its_answer_and_the_next_question_is_answered(
    browser: BrowserContext, address: str, page: Page, llm: GatedChatModel
) -> None:
    llm.close(REPLY)
    leaving = browser.new_page()
    leaving.goto(address)
    ask(leaving, QUESTION)
    expect(leaving.locator(".fn-draft")).to_be_visible()
    leaving.close()

    assert llm.is_stopped.wait(30)
    llm.open(REPLY)
    ask(page, QUESTION)
    expect(page.locator(".fn-answer")).to_be_visible()


def test_example_that_the_articles_do_not_answer_is_abstained_from(page: Page, llm: GatedChatModel) -> None:
    llm.open("???")
    page.get_by_role("button", name=EXAMPLE).click()

    expect(page.get_by_role("heading", name="No answer in these articles")).to_be_visible()
    expect(page.locator(".fn-nearest .fn-note").first).to_be_visible()
    nearest = page.locator(".fn-notes .fn-note")
    expect(nearest).to_contain_text("[1]")
    nearest.click()
    expect(page.locator("#fn-article mark")).to_have_text(nearest.locator("q").inner_text())


def test_what_is_copied_holds_its_footnotes_apart_from_its_numbers(page: Page, llm: GatedChatModel) -> None:
    llm.open(REPLY)
    ask(page, QUESTION)
    expect(page.locator(".fn-answer")).to_be_visible()
    page.locator(".fn-check summary").click()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate(
        """() => {
            const range = document.createRange();
            range.setStartBefore(document.querySelector("#fn-live .fn-answer"));
            range.setEndAfter(document.querySelector("#fn-live .fn-check"));
            getSelection().removeAllRanges();
            getSelection().addRange(range);
        }"""
    )
    page.keyboard.press("Control+C")
    copied = page.evaluate("navigator.clipboard.readText()")
    lines = [" ".join(line.split()) for line in copied.split("\n")]

    assert "14 [1]" in lines and f"{REPLY} [1]" in lines and f"[1] {PARTNERS}" in lines
    assert "141" not in copied and "1The" not in copied
    pasted = page.evaluate(
        """async () => {
            const [item] = await navigator.clipboard.read();
            const html = await (await item.getType("text/html")).text();
            return new DOMParser().parseFromString(html, "text/html").body.textContent;
        }"""
    )
    assert "14 [1]" in pasted and "141" not in pasted


def test_hostile_article_stays_text_in_the_page(page: Page) -> None:
    open_tab(page, "Library")
    page.locator(".fn-articles button", has_text="<script>").click()

    body = page.locator("#fn-article .fn-body")
    expect(body).to_contain_text("<script>alert('xss')</script>")
    expect(body).to_contain_text("<img src=http://evil.example/x.png>")
    expect(body.locator("script, img, a")).to_have_count(0)


def test_added_file_joins_the_library(page: Page, tmp_path: Any) -> None:
    news = tmp_path / "new article.txt"
    news.write_text("A new bridge across the river was opened by the mayor on Monday morning, in heavy rain.")
    page.locator("#fn-library input[type=file]").set_input_files(news)

    open_tab(page, "Library")
    expect(page.locator(".fn-outcomes")).to_contain_text("added new article.txt")
    expect(page.locator(".fn-articles button", has_text="new article")).to_be_visible()


def test_files_are_added_one_by_one_and_those_refused_are_named(page: Page, tmp_path: Any) -> None:
    (tmp_path / "damaged.pdf").write_bytes(b"no PDF")
    (tmp_path / "<b>bold.txt").write_text("The harbour of the old town was closed on Tuesday, for want of ships.")
    (tmp_path / "empty.txt").touch()
    open_tab(page, "Library")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Add files").press("Enter")
    chooser.value.set_files([tmp_path / name for name in ("damaged.pdf", "<b>bold.txt", "empty.txt")])

    outcomes = page.locator(".fn-outcomes li")
    expect(outcomes).to_have_count(3)
    expect(outcomes.nth(0)).to_contain_text("failed damaged.pdf: ")
    expect(outcomes.nth(1)).to_contain_text("added _b_bold.txt")
    expect(outcomes.nth(2)).to_contain_text("failed empty.txt")
    expect(page.get_by_role("button", name="Add files")).to_be_enabled()


def test_markup_that_got_into_the_page_runs_and_loads_nothing(browser: BrowserContext, address: str) -> None:
    page = browser.new_page()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if "Content Security" in message.text else None)
    page.goto(address)
    expect(page.locator(".fn-articles li").first).to_be_attached()

    page.evaluate(
        """() => {
            document.body.insertAdjacentHTML("beforeend",
                "<img src=x onerror='window.ran = 1'><a href='javascript:window.ran = 2' id=evil>x</a>"
                + "<img src='http://127.0.0.2:9/x.png'><iframe src='data:text/html,x'></iframe>");
            const script = document.createElement("script");
            script.textContent = "window.ran = 3";
            document.body.append(script);
            document.getElementById("evil").click();
        }"""
    )

    page.wait_for_function("() => document.querySelector('img[src=x]').complete")
    assert page.evaluate("window.ran") is None
    assert sum("inline" in text or "event handler" in text for text in refused) >= 3
    assert any("127.0.0.2" in text for text in refused)
    page.close()


def test_page_of_another_port_can_neither_use_nor_frame_this_one(browser: BrowserContext, address: str) -> None:
    other = FastAPI()

    @other.get("/", response_class=HTMLResponse)
    async def attack() -> str:
        return f"<iframe src='{address}'></iframe>"

    with served(other) as elsewhere:
        page = browser.new_page()
        page.goto(elsewhere)
        tried = page.evaluate(
            """async (address) => {
                const simple = { method: "POST", mode: "no-cors", body: "x" };
                const sent = await fetch(`${address}/footnote-upload`, simple).catch(() => null);
                const read = async (path, options) => {
                    try { return await (await fetch(address + path, options)).text(); } catch { return "refused"; }
                };
                return [
                    sent,
                    await read("/v1/articles", { credentials: "include" }),
                    await read("/gradio_api/queue/join", { method: "POST", body: "{}" }),
                    document.querySelector("iframe").contentDocument,
                ];
            }""",
            address,
        )
        framed = page.frames[1]
        assert framed.url.startswith("chrome-error:") or "Footnote" not in framed.content()
        page.close()

    assert tried == [None, "refused", "refused", None]


def test_narrow_window_shows_the_article_over_the_page_and_leads_back(page: Page, llm: GatedChatModel) -> None:
    page.set_viewport_size({"width": 400, "height": 800})
    llm.open(REPLY)
    ask(page, QUESTION)
    footnote = page.locator(".fn-answer").get_by_role("button", name="Footnote 1").last
    footnote.click()
    expect(page.locator("#fn-article mark")).to_be_in_viewport()
    page.keyboard.press("Escape")

    expect(page.locator("#fn-side")).to_be_hidden()
    expect(footnote).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
