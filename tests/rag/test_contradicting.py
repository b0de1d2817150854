"""Nothing contradicts an answer or an article: neither its question's premise nor another article's sentence."""

from __future__ import annotations

import pytest

from rag.library.library import Library
from rag.records import Answer
from rag.wiring import build_chatbot
from tests.fakes import ScriptedChatModel, ScriptedChecker
from tests.rag.build import add


def ask(library: Library, question: str, draft: str) -> Answer:
    llm = ScriptedChatModel(draft)
    settings = library.settings.model_copy(update={"answered_min": 0.0, "unsure_min": 0.0})
    return build_chatbot(settings, library=library, llm=llm, checker=ScriptedChecker()).ask(question, kind="fact")


@pytest.mark.parametrize(
    ("question", "aside", "answer"),
    [
        (
            "Why did Cameron resign as prime minister?",
            "Cameron remained prime minister until July.",
            "The vote on Europe had been lost, so he went.",
        ),
        (
            "Why did Ford close the plant in Genk?",
            "Ford had promised to keep the plant in Genk open.",
            "The firm lost money on every car that it built there.",
        ),
    ],
)
def test_what_a_question_takes_for_granted_is_not_denied(
    library: Library, question: str, aside: str, answer: str
) -> None:
    add(library, a=f"{aside} {answer}")
    said = ask(library, question, answer)
    assert (said.verdict, said.claims[0].text) == ("answered", answer)
    assert aside not in said.text and "opposite" not in said.text


def test_a_year_in_another_article_is_no_disagreement(library: Library) -> None:
    answer = "In 2014 Lund's team was listed on the cover of the annual."
    other = "The annual listed Lund's team in 2013 for its cover story on the year's losses."
    add(library, a=answer, b=other)
    said = ask(library, "In what year was Lund's team listed on the cover of the annual?", answer)
    assert said.verdict == "answered" and answer in said.text
    assert other not in said.text and "But" not in said.text
    assert said.conflicts == ()
