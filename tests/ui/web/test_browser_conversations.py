"""What a person sees of kept conversations: the list, one opened again, its turns judged, and filters remembered."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from rag.library.library import Library
from rag.wiring import build_chatbot
from tests.ui.conftest import PARTNERS, QUESTION, REPLY, build_app_in_loop, served
from tests.ui.web.conftest import IN_BROWSER, GatedChatModel, ask, open_tab

pytestmark = IN_BROWSER

ADDRESS = re.compile(r"\?conversation=[0-9a-f]{32}$")
NO_CONVERSATION = re.compile(r"/$")


@pytest.fixture
def llm(shared_llm: GatedChatModel) -> GatedChatModel:
    shared_llm.close()
    return shared_llm


def ask_and_wait(page: Page, question: str, turn: int = 1) -> Locator:
    """Asks, and gives the turn once it is answered."""
    ask(page, question)
    answered = page.locator(f'#fn-live [data-turn="{turn}"][aria-busy="false"]')
    expect(answered.locator(".fn-answer")).to_be_visible()
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible()
    return answered


def items(page: Page) -> Locator:
    return page.locator(".fn-conversations li")


def test_conversation_is_listed_addressed_and_there_after_a_reload(page: Page, llm: GatedChatModel) -> None:
    llm.open(REPLY)
    ask_and_wait(page, QUESTION)
    expect(page).to_have_url(ADDRESS)
    open_tab(page, "Conversations")
    expect(items(page).first.get_by_role("link", name=QUESTION)).to_have_attribute("aria-current", "page")
    expect(items(page).first).to_contain_text("1 question")
    address = page.url

    page.reload()

    expect(page.locator('#fn-live [data-turn="1"] .fn-answer')).to_contain_text("14 dialogue partners")
    expect(page).to_have_title(f"{QUESTION} – Footnote")
    page.locator("#fn-live .fn-answer").get_by_role("button", name="Footnote 1").last.click()
    expect(page.locator("#fn-article mark")).to_have_text(PARTNERS)
    assert page.url == address


def test_new_asks_nothing_and_loses_nothing_and_the_button_back_leads_back(page: Page, llm: GatedChatModel) -> None:
    llm.open(REPLY)
    ask_and_wait(page, QUESTION)
    expect(page).to_have_url(ADDRESS)
    address = page.url
    page.locator("#fn-new").click()

    expect(page.locator(".fn-welcome")).to_be_visible()
    expect(page).to_have_url(NO_CONVERSATION)
    expect(page.locator(".fn-turn")).to_have_count(0)
    page.go_back()
    expect(page.locator("#fn-live .fn-answer")).to_be_visible()
    assert page.url == address


def test_conversation_survives_a_restart(
    page: Page, browser: BrowserContext, shared_library: Library, llm: GatedChatModel
) -> None:
    llm.open(REPLY)
    ask_and_wait(page, QUESTION)
    expect(page).to_have_url(ADDRESS)
    bot = build_chatbot(shared_library.settings, library=shared_library, llm=llm)
    with served(build_app_in_loop(bot)) as restarted:
        again = browser.new_page()
        again.goto(f"{restarted}/?conversation={page.url.split('=')[-1]}")
        expect(again.locator("#fn-live .fn-answer")).to_contain_text("14 dialogue partners")
        llm.open(REPLY)
        ask_and_wait(again, QUESTION, turn=2)
        again.close()


def test_conversations_are_found_opened_renamed_deleted_and_restored(page: Page, llm: GatedChatModel) -> None:
    llm.open(REPLY)
    ask_and_wait(page, QUESTION)
    open_tab(page, "Conversations")
    first = items(page).first
    first.locator("summary").click()
    first.get_by_label("Title").fill("Zebra <b>crossing</b>")
    first.get_by_label("Title").press("Enter")
    expect(items(page).first.get_by_role("link", name="Zebra <b>crossing</b>")).to_be_visible()
    page.locator("#fn-new").click()
    expect(page.locator(".fn-welcome")).to_be_visible()
    llm.open("???")
    ask_and_wait(page, "Who sang in Chinese?")

    page.get_by_label("Search the conversations").fill("zebra")
    expect(items(page)).to_have_count(1)
    items(page).first.get_by_role("link", name="Zebra").click()
    expect(page.locator("#fn-live")).to_contain_text("14 dialogue partners")
    items(page).first.locator("summary").click()
    items(page).first.get_by_role("button", name="Delete").click()

    expect(page.locator("#fn-notice")).to_contain_text("Deleted Zebra <b>crossing</b>.")
    expect(page.locator("#fn-kept")).to_contain_text("No conversation mentions zebra")
    expect(page.locator(".fn-turn")).to_have_count(0)
    expect(page.get_by_role("button", name="Undo")).to_be_focused()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#fn-live")).to_contain_text("14 dialogue partners")
    expect(items(page)).to_have_count(1)


def test_address_of_no_conversation_opens_a_new_one_and_says_so(page: Page, address: str) -> None:
    page.goto(f"{address}/?conversation=0123")

    expect(page.locator("#fn-notice")).to_contain_text("was deleted, or never existed")
    expect(page.locator(".fn-welcome")).to_be_visible()
    expect(page).to_have_url(NO_CONVERSATION)


def test_conversation_is_saved_as_markdown_json_and_html(page: Page, llm: GatedChatModel) -> None:
    llm.open(REPLY)
    ask_and_wait(page, QUESTION)
    open_tab(page, "Conversations")
    items(page).first.locator("summary").click()
    saved = {}
    for name in ("Markdown", "JSON", "Web page"):
        with page.expect_download() as download:
            items(page).first.get_by_role("link", name=name).click()
        saved[name] = Path(download.value.path()).read_text(encoding="utf-8")

    assert "[^1-1]: “" in saved["Markdown"]
    assert json.loads(saved["JSON"])["turns"][0]["question"] == QUESTION
    assert PARTNERS in saved["Web page"] and "<script" not in saved["Web page"]


def test_stopped_turn_is_kept_and_can_be_tried_again_or_edited(page: Page, llm: GatedChatModel) -> None:
    llm.close(REPLY)
    ask(page, QUESTION)
    expect(page.locator(".fn-draft")).to_be_visible()
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.locator("#fn-live .fn-status")).to_contain_text("Stopped")
    expect(page).to_have_url(ADDRESS)
    page.reload()
    stopped = page.locator('#fn-live [data-turn="1"]')
    expect(stopped.locator(".fn-status")).to_contain_text("Stopped")
    stopped.get_by_role("button", name="Edit").click()
    expect(page.get_by_label("Your question")).to_have_value(QUESTION)
    expect(page.get_by_label("Your question")).to_be_focused()

    llm.open(REPLY)
    stopped.get_by_role("button", name="Try again").click()

    expect(page.locator('#fn-live [data-turn="2"] .fn-answer')).to_contain_text("14 dialogue partners")
    llm.open(REPLY)
    page.get_by_label("Your question").press("Enter")
    expect(page.locator('#fn-live [data-turn="3"] .fn-answer')).to_be_visible()


def test_answer_is_copied_with_its_sources(page: Page, llm: GatedChatModel) -> None:
    llm.open(REPLY)
    answered = ask_and_wait(page, QUESTION)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    answered.get_by_role("button", name="Copy with sources").click()
    expect(answered.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")

    assert copied.startswith(f"**{QUESTION}**\n\n")
    assert f"[^1]: “{PARTNERS}” Who belongs to the SCO, Daily Test, 2024-07-03" in copied


def test_answer_is_judged_with_a_reason_and_a_note(page: Page, llm: GatedChatModel, shared_library: Library) -> None:
    llm.open(REPLY)
    answered = ask_and_wait(page, QUESTION)
    answered.get_by_role("button", name="Bad").click()
    answered.get_by_label("Why?").select_option("A wrong passage is cited")
    answered.get_by_label("A note").fill("See <b>page two</b>")
    answered.get_by_role("button", name="Save").click()
    expect(answered.get_by_role("button", name="Bad: a wrong passage is cited")).to_be_focused()

    page.reload()

    bad = page.get_by_role("button", name="Bad: a wrong passage is cited")
    bad.click()
    expect(page.get_by_label("A note")).to_have_value("See <b>page two</b>")
    given = shared_library.conversations.rated()[-1].turn.feedback
    assert given and (given.rating, given.reason) == ("bad", "wrong_citation")
    page.get_by_role("button", name="Good", exact=True).click()
    expect(page.get_by_role("button", name="Good", exact=True)).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Good", exact=True).click()
    expect(page.get_by_role("button", name="Good", exact=True)).to_have_attribute("aria-pressed", "false")


def test_question_that_waits_shows_its_place_and_stops_at_once(
    page: Page, browser: BrowserContext, address: str, llm: GatedChatModel
) -> None:
    llm.close(REPLY)
    ask(page, QUESTION)
    expect(page.locator(".fn-draft")).to_be_visible()
    expect(page.locator("#fn-live .fn-elapsed")).to_have_text(re.compile(r"^\d+ s$"))
    other = browser.new_page()
    other.goto(address)
    ask(other, "Who waits?")
    expect(other.locator("#fn-live .fn-status")).to_contain_text("1 question before this one")
    other.get_by_role("button", name="Stop", exact=True).click()

    expect(other.locator("#fn-live .fn-status")).to_contain_text("Stopped")
    expect(page.locator(".fn-draft")).to_be_visible()
    other.close()
    llm.open()
    expect(page.locator("#fn-live .fn-answer")).to_be_visible()


def test_filters_are_shown_with_the_answer_and_remembered(page: Page, llm: GatedChatModel) -> None:
    page.get_by_role("button", name="Choose").click()
    page.get_by_label("Daily Test (1)").check()
    page.get_by_label("from").fill("2024-07-01")
    expect(page.locator(".fn-using")).to_contain_text("Only articles from Daily Test, from 2024-07-01 on")
    page.get_by_role("button", name="Done").click()
    llm.open(REPLY)
    answered = ask_and_wait(page, QUESTION)
    expect(answered.locator(".fn-answer")).to_contain_text("Using only articles from Daily Test, from 2024-07-01 on")

    page.reload()

    expect(page.locator(".fn-using")).to_contain_text("Only articles from Daily Test")
    page.get_by_role("button", name="Use all").click()
    expect(page.locator(".fn-using")).to_contain_text("Using all articles")
    open_tab(page, "Library")
    page.locator(".fn-articles button", has_text="Xi arrives").click()
    page.get_by_role("button", name="Ask only about this article").click()
    expect(page.locator(".fn-using")).to_contain_text("Only one chosen article")
    page.get_by_role("button", name="Choose").click()
    expect(page.get_by_label("Xi arrives")).to_be_checked()


def test_pasted_question_that_is_too_long_is_counted_and_not_cut(page: Page, llm: GatedChatModel) -> None:
    question = page.get_by_label("Your question")
    question.fill("x" * 2345)
    expect(page.locator(".fn-counter")).to_contain_text("2,345 of at most 2,000 characters")
    question.press("Enter")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(question).to_have_value("x" * 2345)
    question.fill(QUESTION)
    expect(page.locator(".fn-counter")).to_have_text("")
    llm.open(REPLY)
    ask_and_wait(page, QUESTION)


def test_on_a_phone_the_list_is_behind_a_button_and_each_button_opens_its_pane(page: Page, llm: GatedChatModel) -> None:
    page.set_viewport_size({"width": 375, "height": 740})
    llm.open(REPLY)
    ask_and_wait(page, QUESTION)
    expect(page.locator("#fn-kept")).to_be_hidden()
    page.locator(".fn-masthead").get_by_role("button", name="Library").click()
    expect(page.locator("#fn-articles")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator(".fn-masthead").get_by_role("button", name="Conversations").click()
    expect(items(page).first).to_be_visible()
    items(page).first.get_by_role("link").click()

    expect(page.locator("#fn-side")).to_be_hidden()
    expect(page.locator("#fn-live .fn-answer")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 375


def test_first_stop_of_the_tab_key_leads_to_the_question(page: Page) -> None:
    first = page.evaluate("document.querySelector('a[href], button, input, textarea, [tabindex]').textContent")
    assert first == "Skip to your question"
    page.get_by_role("link", name=first).focus()
    expect(page.get_by_role("link", name=first)).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Your question")).to_be_focused()
