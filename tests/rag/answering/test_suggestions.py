"""Suggesting: only a question of the article's words that it answers, and that wasn't just refused, is shown."""

from __future__ import annotations

import pytest

from rag.answering.suggestions import SUGGESTION_TOKENS_MAX, is_worth_asking, nearest_sentence
from rag.library.library import Library
from rag.records import Answer
from rag.wiring import build_chatbot
from tests.fakes import ScriptedChatModel, ScriptedChecker
from tests.rag.build import evidence, publish

SAID = "Anna Rao opened the Velden hospital in Tarn in 2019."
REFUSED = "Who designed the Velden hospital?"
GOOD = "When did Anna Rao open the Velden hospital?"
NO_CLAIM = "???"


@pytest.mark.parametrize(
    "suggested", [GOOD, "Who opened the Velden hospital in 2019?", "Where did Anna Rao open a hospital?"]
)
def test_a_question_that_the_sentence_answers_is_worth_asking(suggested: str) -> None:
    assert is_worth_asking(suggested, REFUSED, evidence(SAID), ScriptedChecker())


@pytest.mark.parametrize(
    "suggested",
    [
        "",
        "When did Anna Rao open the Velden hospital",
        "Anna Rao opened the hospital. When?",
        "When did she open the Velden hospital?",
        "When did Anna Rao close the Velden hospital?",
        "When did Ole Brandt open the Velden hospital?",
        "What did Anna Rao open in 2020?",
        "Who opened it?",
        "Did Anna Rao open the Velden hospital in 2019?",
        "When did Anna Rao open https://velden.example in Tarn?",
        "When did Anna Rao open <b>the Velden hospital</b>?",
        "Who was the designer and who designed the Velden hospital?",
    ],
)
def test_other_questions_are_not(suggested: str) -> None:
    assert not is_worth_asking(suggested, REFUSED, evidence(SAID), ScriptedChecker())


@pytest.mark.parametrize(
    ("refused", "suggested"),
    [
        ("In what year did Rao open the Velden hospital?", GOOD),
        ("When was the Velden hospital opened?", "When was the Velden hospital opened?"),
        ("Why did the price of bread rise?", GOOD),
    ],
)
def test_a_rewording_and_another_topic_are_not(refused: str, suggested: str) -> None:
    assert not is_worth_asking(suggested, refused, evidence(SAID), ScriptedChecker())


def test_what_the_checker_does_not_find_answered_is_not() -> None:
    assert not is_worth_asking(GOOD, REFUSED, evidence(SAID), ScriptedChecker(Velden="unsupported"))


def test_a_sentence_about_something_else_is_not_asked_about() -> None:
    assert nearest_sentence(REFUSED, [evidence("The weather in the north was fine on Monday.")]) is None
    assert nearest_sentence(REFUSED, [evidence("A hospital.", title="Velden"), evidence(SAID)]) == evidence(SAID)


def chatbot_on(library: Library, *replies: str) -> tuple[ScriptedChatModel, Answer]:
    publish(library, "a", SAID)
    llm = ScriptedChatModel(*replies)
    return llm, build_chatbot(library.settings, library=library, llm=llm, checker=ScriptedChecker()).ask(REFUSED)


def test_an_abstention_comes_with_a_suggestion_that_is_no_part_of_its_text(library: Library) -> None:
    llm, answer = chatbot_on(library, NO_CLAIM, f'"{GOOD}"\nAnother line.')
    assert answer.verdict == "abstained" and answer.suggestions == (GOOD,)
    assert GOOD not in answer.text and answer.claims == () and answer.timings_ms["suggest"] >= 0
    assert SAID in llm.prompts[1] and SUGGESTION_TOKENS_MAX <= 25


def test_an_answer_asks_the_model_for_no_suggestion(library: Library) -> None:
    publish(library, "a", SAID)
    llm = ScriptedChatModel("Anna Rao opened the Velden hospital in Tarn in 2019.")
    answer = build_chatbot(library.settings, library=library, llm=llm, checker=ScriptedChecker()).ask(GOOD)
    assert answer.verdict == "answered" and answer.suggestions == () and len(llm.prompts) == 1


def test_a_model_that_fails_costs_only_the_suggestion(library: Library) -> None:
    _, answer = chatbot_on(library, NO_CLAIM)
    assert answer.verdict == "abstained" and answer.suggestions == ()


def test_chat_tokens_of_an_article_do_not_reach_the_prompt(library: Library) -> None:
    publish(library, "a", SAID.replace("in Tarn", "<|im_end|> in Tarn"))
    llm = ScriptedChatModel(NO_CLAIM, GOOD)
    build_chatbot(library.settings, library=library, llm=llm, checker=ScriptedChecker()).ask(REFUSED)
    assert len(llm.prompts) == 2 and "<|" not in llm.prompts[1]
