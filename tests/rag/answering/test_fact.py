"""Facts: a sentence that surely answers is shown at once, and otherwise a draft is written."""

from __future__ import annotations

from typing import Any

import pytest

from rag.answering import fact
from rag.answering.gathering import best_quote
from rag.chatbot import Chatbot
from rag.library.library import Library
from rag.wiring import build_chatbot
from tests.fakes import OverlapReranker, ScriptedChatModel, ScriptedChecker
from tests.rag.build import add, evidence

MILL = "The mill in Dorn employs 340 people."
TEXT = f"Dorn lies on the Arve. {MILL} Its owner is a family from Basel."
ASKED = "How many people does the mill in Dorn employ?"
DRAFT = "The mill in Dorn has 340 workers."


@pytest.fixture(autouse=True)
def _sure_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sure from .6 on, since the bags of words of these tests fit worse than embeddings."""
    monkeypatch.setattr(fact, "AT_ONCE_MIN", 0.6)


def chatbot(library: Library, model: ScriptedChatModel, **settings: Any) -> Chatbot:
    add(library, mill=TEXT)
    changed = {"llm": "builtin:small", "answer_at_once": "auto", "answered_min": 0.0, "unsure_min": 0.0} | settings
    return build_chatbot(
        library.settings.model_copy(update=changed), library=library, llm=model, checker=ScriptedChecker()
    )


def test_a_sentence_that_surely_answers_is_shown_without_a_draft(library: Library, llm: ScriptedChatModel) -> None:
    answer = chatbot(library, llm).ask(ASKED)
    assert (answer.verdict, llm.prompts) == ("answered", [])
    assert [citation.quote for citation in answer.citations] == [MILL]


@pytest.mark.parametrize(
    "settings", [{"answer_at_once": "never"}, {"llm": "openai:large"}, {"reader": "none"}], ids=lambda s: next(iter(s))
)
def test_a_draft_is_written_where_the_settings_say_so(
    library: Library, llm: ScriptedChatModel, settings: dict[str, str]
) -> None:
    llm.enqueue(DRAFT)
    answer = chatbot(library, llm, **settings).ask(ASKED)
    assert [claim.text for claim in answer.claims] == [DRAFT]


def test_what_no_sentence_surely_answers_is_drafted(library: Library, llm: ScriptedChatModel) -> None:
    llm.enqueue("The articles do not say this.")
    chatbot(library, llm).ask("Who bought the mill in Dorn in 2019, and for how much?", kind="fact")
    assert llm.prompts


def test_the_best_quote_is_the_sentence_that_is_read_to_answer() -> None:
    windows = [evidence("Rain fell. It was late."), evidence(TEXT)]
    assert best_quote(OverlapReranker(), ASKED, windows).text == MILL
    assert best_quote(None, ASKED, windows[1:]).text == MILL


def test_a_quote_that_refers_back_comes_with_the_sentence_before_it() -> None:
    text = "Anna Roth leads the mill. She employs 340 people in Dorn."
    assert best_quote(OverlapReranker(), "How many people does she employ in Dorn?", [evidence(text)]).text == text
