"""Understanding: which kind of answer a question wants in its conversation, and which it gets."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.answering.kinds import KindGuess
from rag.chatbot import Chatbot
from rag.records import Filters, Kind, Turn
from tests.fakes import ScriptedChatModel
from tests.rag.town import COURIER, NEWS, assert_exact

COST = "How much did the tunnel of Velden cost?"
SAID = "The tunnel cost 62 million crowns, which is 22 million more than planned."
TUNNEL = "What do the articles say about the tunnel of Velden?"


def guessing(bot: Chatbot, **guess: object) -> Chatbot:
    """The chatbot with the same guess for every question."""
    guessed = KindGuess(**guess)  # type: ignore[arg-type]  # as given by the test
    return Chatbot(replace(bot._with, classify=lambda question, previous: guessed))


def test_more_after_a_fact_is_an_overview_of_what_was_asked(quoting: Chatbot) -> None:
    answer = quoting.ask("tell me more", [Turn(question=COST, answer=SAID)])
    assert (answer.question, answer.kind, answer.standalone_question) == ("tell me more", "overview", COST)
    assert answer.claims and SAID not in [claim.text for claim in answer.claims]
    assert_exact(answer, quoting)


def test_where_a_fact_was_read_is_answered_with_the_article_that_says_it(quoting: Chatbot) -> None:
    answer = quoting.ask("in which article?", [Turn(question=COST, answer=SAID)])
    assert [citation.quote for citation in answer.citations] == [SAID]
    assert answer.text.startswith("Velden drives through, Tolme Courier, 2024-07-03:")


def test_talk_in_between_is_passed_over(quoting: Chatbot) -> None:
    history = [Turn(question=COST, answer=SAID), Turn(question="thanks!", answer="You're welcome.")]
    assert quoting.ask("tell me more", history).standalone_question == COST
    source = quoting.ask("in which article?", history)
    assert source.standalone_question == COST
    assert [citation.quote for citation in source.citations] == [SAID]


@pytest.mark.parametrize("said", ["The articles do not say this.", ""])
def test_an_answer_that_no_article_gave_has_no_source(quoting: Chatbot, said: str) -> None:
    answer = quoting.ask("in which article?", [Turn(question=COST, answer=said)])
    assert (answer.verdict, answer.claims, answer.citations) == ("abstained", (), ())
    assert answer.text and answer.nearest
    assert_exact(answer, quoting)


def test_a_filter_of_the_question_before_holds_on_for_more(quoting: Chatbot) -> None:
    asked = "What does the Tolme Courier say about the tunnel?"
    answer = quoting.ask("tell me more", [Turn(question=asked, answer="")])
    assert answer.filters == Filters(publishers=(COURIER,))
    assert {citation.publisher for citation in answer.citations} == {COURIER}


def test_the_callers_filter_holds_for_more_too(quoting: Chatbot) -> None:
    filters = Filters(publishers=(NEWS,))
    answer = quoting.ask("tell me more", [Turn(question=TUNNEL, answer="")], filters=filters)
    assert answer.filters == filters
    assert {citation.publisher for citation in answer.citations} == {NEWS}


@pytest.mark.parametrize("said", ["tell me more", "shorter please", "in which article?"])
def test_a_move_without_a_question_before_it_is_no_error(quoting: Chatbot, said: str) -> None:
    assert_exact(quoting.ask(said), quoting)
    assert_exact(quoting.ask(said, [Turn(question="hi", answer="Hello!")]), quoting)


def test_hi_after_ten_turns_is_still_a_hello(writing: Chatbot, llm: ScriptedChatModel) -> None:
    history = [Turn(question=f"Who built bridge {n}?", answer=f"Ana Rao built bridge {n}.") for n in range(10)]
    answer = writing.ask("hi", history)
    assert (answer.kind, answer.verdict, answer.standalone_question) == ("talk", "answered", "hi")
    assert (answer.passages, answer.citations, llm.prompts) == ((), (), [])
    assert len(answer.suggestions) == 3


def test_a_question_about_the_library_is_answered_from_the_catalog_and_not_rewritten(
    writing: Chatbot, llm: ScriptedChatModel
) -> None:
    answer = writing.ask("How many articles are there?", [Turn(question=COST, answer=SAID)])
    assert (answer.kind, answer.verdict, llm.prompts) == ("library", "answered", [])
    assert answer.text == "The library has 6 articles."
    short = writing.ask("How many articles are from the Courier?")
    assert {citation.publisher for citation in short.citations} == {COURIER}
    assert_exact(short, writing)


@pytest.mark.parametrize("kind", ["overview", "timeline", "summary", "library", "talk"])
def test_the_kind_that_the_caller_chooses_is_served(quoting: Chatbot, kind: Kind) -> None:
    assert quoting.ask(COST, kind=kind).kind == kind
    assert quoting.ask("tell me more", [Turn(question=COST, answer=SAID)], kind=kind).kind == kind


def test_a_doubtful_guess_that_finds_no_answer_gives_way_to_the_second(quoting: Chatbot, ids: dict[str, str]) -> None:
    soup = Filters(articles=(ids["soup"],))  # it names no time
    question = "What happens with the soup of Tarn?"
    doubtful = guessing(quoting, kind="timeline", probability=0.5, second="overview", second_probability=0.4)
    sure = guessing(quoting, kind="timeline", probability=0.9, second="overview", second_probability=0.05)
    answer = doubtful.ask(question, filters=soup)
    assert (answer.kind, answer.verdict) == ("overview", "answered") and answer.filters == soup
    refused = sure.ask(question, filters=soup)
    assert (refused.kind, refused.verdict) == ("timeline", "abstained")
    chosen = doubtful.ask(question, kind="timeline", filters=soup)
    assert (chosen.kind, chosen.verdict) == ("timeline", "abstained")


def test_a_guess_that_is_too_unsure_is_taken_for_a_fact(quoting: Chatbot) -> None:
    unsure = guessing(quoting, kind="timeline", probability=0.2, second="list", second_probability=0.19)
    assert unsure.ask(COST).kind == "fact"
