"""Reasons and yes or no: a draft where the model may write one, and elsewhere the articles' own sentences."""

from __future__ import annotations

from rag.chatbot import Chatbot
from rag.library.library import Library
from rag.wiring import build_chatbot
from tests.fakes import ScriptedChatModel, ScriptedChecker
from tests.rag.town import assert_exact

WHY = "Why do farmers near Velden fear the tunnel?"
WELLS = "Farmers near Velden fear that the tunnel dries up their wells."


def test_without_a_language_model_the_nearest_sentences_explain(quoting: Chatbot) -> None:
    answer = quoting.ask(WHY)
    assert answer.kind == "explanation" and answer.verdict in ("answered", "unsure")
    assert WELLS in [claim.text for claim in answer.claims] and len(answer.claims) <= 5
    assert_exact(answer, quoting)


def test_quotes_that_may_not_explain_are_marked_as_unsure(town: Library) -> None:
    settings = town.settings.model_copy(update={"llm": "none", "answered_min": 1.0, "unsure_min": 0.0})
    answer = build_chatbot(settings, library=town, checker=ScriptedChecker()).ask(WHY)
    assert (answer.verdict, bool(answer.reason), bool(answer.claims)) == ("unsure", True, True)
    assert answer.reason not in answer.text


def test_the_embedded_model_is_not_asked_for_reasons(town: Library) -> None:
    llm = ScriptedChatModel()
    settings = town.settings.model_copy(update={"llm": "builtin:small"})
    bot = build_chatbot(settings, library=town, llm=llm, checker=ScriptedChecker())
    answer = bot.ask(WHY)
    assert (answer.kind, llm.prompts) == ("explanation", [])
    assert WELLS in [claim.text for claim in answer.claims]


def test_another_model_writes_a_draft_that_is_checked(writing: Chatbot, llm: ScriptedChatModel) -> None:
    llm.enqueue("Farmers fear that the tunnel dries up their wells. The tunnel will cost 40 million crowns.")
    answer = writing.ask(WHY)
    assert [claim.text for claim in answer.claims] == [
        "Farmers fear that the tunnel dries up their wells.",
        "The tunnel will cost 40 million crowns.",
    ]
    assert len(llm.prompts) == 1
    assert_exact(answer, writing)


def test_an_explanation_that_is_refused_shows_the_nearest_sentence(refusing: Chatbot) -> None:
    answer = refusing.ask(WHY, kind="explanation")
    assert (answer.verdict, answer.claims) == ("abstained", ()) and answer.nearest
    assert_exact(answer, refusing)


def test_the_embedded_model_is_not_asked_for_yes_or_no(town: Library) -> None:
    llm = ScriptedChatModel()
    settings = town.settings.model_copy(update={"llm": "builtin:small"})
    bot = build_chatbot(settings, library=town, llm=llm, checker=ScriptedChecker())
    answer = bot.ask("Do farmers near Velden fear the tunnel?", kind="yesno")
    assert (answer.kind, llm.prompts) == ("yesno", [])
    assert answer.claims[0].text == WELLS and len(answer.claims) <= 3
