"""The window of dates that an abstention names."""

from __future__ import annotations

from datetime import date

from rag.library.library import Library
from rag.wiring import build_chatbot
from tests.fakes import ScriptedChatModel, ScriptedChecker
from tests.rag.build import publish


def test_an_empty_window_is_named_in_the_reason(library: Library) -> None:
    publish(library, "old", "Xi praised the harvest.", published="2024-07-16")
    bot = build_chatbot(library.settings, library=library, llm=ScriptedChatModel(), checker=ScriptedChecker())
    answer = bot.ask("What did Xi praise in the articles of last month?", kind="fact", as_of=date(2023, 3, 3))
    assert answer.verdict == "abstained" and answer.passages == ()
    assert "February 2023" in answer.reason and "February 2023" in answer.text
