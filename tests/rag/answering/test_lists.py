"""Lists: every item that the articles hold, once, with the window that holds all its words."""

from __future__ import annotations

from rag.answering.lists import parse_items
from rag.chatbot import Chatbot
from rag.library.library import Library
from rag.records import Answer, Turn
from rag.text.overlap import coverage
from rag.wiring import build_chatbot
from tests.fakes import ScriptedChatModel, ScriptedChecker
from tests.rag.build import publish
from tests.rag.town import assert_exact, cited

PEOPLE = "List the people who are named."
DRAFT = "- Rao\n2) Ana Rao [3]\n* Ole Brandt\nPeter Pan\nMila Holt;\n• Mila\nmila holt\n"
PROMPTS_MAX = 4


def items(answer: Answer) -> list[str]:
    return [claim.text for claim in answer.claims]


def ask_for_people(bot: Chatbot, llm: ScriptedChatModel, draft: str = DRAFT) -> Answer:
    """The list of people, out of the same draft for each of its prompts."""
    llm.enqueue(*[draft] * PROMPTS_MAX)
    return bot.ask(PEOPLE)


def test_an_item_and_its_fuller_form_are_one_item_and_inventions_are_left_out(
    writing: Chatbot, llm: ScriptedChatModel
) -> None:
    answer = ask_for_people(writing, llm)
    assert (answer.kind, answer.verdict) == ("list", "answered")
    assert sorted(items(answer)) == ["Ana Rao", "Mila Holt", "Ole Brandt"]
    assert_exact(answer, writing)


def test_each_item_is_cited_with_a_window_that_holds_all_its_words(writing: Chatbot, llm: ScriptedChatModel) -> None:
    answer = ask_for_people(writing, llm)
    quotes = {citation.number: citation.quote for citation in answer.citations}
    for claim in answer.claims:
        assert all(coverage(claim.text, quotes[number]) == 1.0 for number in claim.citations)
    assert dict(zip(items(answer), cited(answer), strict=True)) == {
        "Ana Rao": "plan",
        "Ole Brandt": "works",
        "Mila Holt": "chess",
    }


def test_each_item_is_a_line_of_its_own_and_the_last_says_how_many_articles_were_read(
    writing: Chatbot, llm: ScriptedChatModel
) -> None:
    answer = ask_for_people(writing, llm)
    *lines, last = answer.text.split("\n")
    assert len(lines) == len(items(answer)) == 3
    assert last == "Read in 6 articles."


def test_a_shorter_list_has_fewer_items(writing: Chatbot, llm: ScriptedChatModel) -> None:
    llm.enqueue(*[DRAFT] * PROMPTS_MAX)
    shorter = writing.ask("shorter please", [Turn(question=PEOPLE, answer="Ana Rao, Ole Brandt, Mila Holt")])
    assert (shorter.kind, len(items(shorter))) == ("list", 2)


def test_an_item_that_the_checker_does_not_find_supported_is_left_out(town: Library) -> None:
    llm = ScriptedChatModel()
    bot = build_chatbot(town.settings, library=town, llm=llm, checker=ScriptedChecker(Holt="unsupported"))
    answer = ask_for_people(bot, llm)
    assert "Ana Rao" in items(answer) and "Mila Holt" not in answer.text


def test_a_draft_without_items_gives_the_sentences_themselves(writing: Chatbot, llm: ScriptedChatModel) -> None:
    answer = ask_for_people(writing, llm, "Here are the people:\nPeter Pan\n?\n")
    assert items(answer) and items(answer) == [citation.quote for citation in answer.citations]
    assert "Peter Pan" not in answer.text
    assert_exact(answer, writing)


def test_without_a_language_model_the_sentences_are_listed(quoting: Chatbot) -> None:
    answer = quoting.ask(PEOPLE)
    assert (answer.kind, answer.verdict) == ("list", "answered")
    assert 2 <= len(items(answer)) == len(set(items(answer)))
    assert [citation.quote for citation in answer.citations] == items(answer)
    assert_exact(answer, quoting)


def test_a_list_that_is_refused_shows_the_nearest_sentence(refusing: Chatbot) -> None:
    answer = refusing.ask("List the people who work on the tunnel.")
    assert (answer.kind, answer.verdict, answer.claims) == ("list", "abstained", ()) and answer.nearest
    assert_exact(answer, refusing)


def test_items_are_read_without_marks_and_once() -> None:
    draft = "Ministers:\n- Ana Rao,\n1. Ole Brandt [2, 4]\n**Mila Holt**\n– ana rao\n\nWho else?\n" + "word " * 15
    assert list(parse_items(draft)) == ["Ana Rao", "Ole Brandt", "Mila Holt"]


def test_where_articles_name_different_items_it_says_how_many_each_names(library: Library) -> None:
    three = "The mayor met Ana Rao, Ole Brandt and Mila Holt about the tunnel."
    publish(library, "one", three, "Post", "2024-05-01", "Three came")
    publish(
        library, "two", "Ana Rao and Mila Holt came to the mayor about the tunnel.", "Mail", "2024-05-02", "Two came"
    )
    settings = library.settings.model_copy(update={"llm": "none", "answered_min": 0.0, "unsure_min": 0.0})
    llm = ScriptedChatModel("Ana Rao\nOle Brandt\nMila Holt")
    answer = build_chatbot(settings, library=library, llm=llm, checker=ScriptedChecker()).ask(
        "Which people met the mayor about the tunnel?", kind="list"
    )
    said = "Of these 3, “Three came, Post, 2024-05-01” names all, and “Two came, Mail, 2024-05-02” names 2."
    assert sorted(items(answer)[1:]) == ["Ana Rao", "Mila Holt", "Ole Brandt"]
    assert said in answer.text or "Of these 3, “Two came, Mail, 2024-05-02” names 2, and “Three" in answer.text


def test_where_articles_name_the_same_items_nothing_is_said_of_it(library: Library) -> None:
    publish(library, "one", "Ana Rao and Mila Holt met the mayor about the tunnel.", "Post", "2024-05-01", "Met")
    publish(library, "two", "Mila Holt and Ana Rao came to the mayor about the tunnel.", "Mail", "2024-05-02", "Came")
    settings = library.settings.model_copy(update={"llm": "none", "answered_min": 0.0, "unsure_min": 0.0})
    llm = ScriptedChatModel("Ana Rao\nMila Holt")
    answer = build_chatbot(settings, library=library, llm=llm, checker=ScriptedChecker()).ask(
        "Which people met the mayor about the tunnel?", kind="list"
    )
    assert sorted(items(answer)) == ["Ana Rao", "Mila Holt"] and "Of these" not in answer.text
