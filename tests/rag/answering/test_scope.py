"""Scope: what a question says about which articles to use, and the filters that a caller sets."""

from __future__ import annotations

from datetime import date

import pytest

from rag.answering.scope import narrow, read_scope
from rag.chatbot import Chatbot
from rag.library.library import Library
from rag.records import Answer, Filters, Kind
from tests.fakes import ScriptedChatModel
from tests.rag.town import COURIER, NEWS, TIME, assert_exact

SEARCHING: list[Kind] = ["fact", "yesno", "list", "explanation", "overview", "comparison", "timeline"]


def found(answer: Answer) -> set[str]:
    """The names of the articles that the passages of an answer come from."""
    return {passage.article.source.removeprefix("news/").removesuffix(".txt") for passage in answer.passages}


@pytest.mark.parametrize(
    "question",
    [
        "What does “Old bridge closes” say?",
        'Who is named in "Old bridge closes"?',
        "Summarise «Old bridge closes».",
        "What is „Old bridge closes“ about?",
        "What does “Old bridge closes.” say?",
    ],
)
def test_a_quoted_title_of_the_library_is_a_filter(town: Library, ids: dict[str, str], question: str) -> None:
    scope = read_scope(question, town.catalog)
    assert scope.filters == Filters(articles=(ids["bridge"],))
    assert "this article" in scope.question and "bridge" not in scope.question


@pytest.mark.parametrize(
    "question", ["What does “New bridge opens” say?", "What does Old bridge closes say?", "Who said “bridge”?"]
)
def test_words_that_are_no_quoted_title_are_no_filter(town: Library, question: str) -> None:
    assert read_scope(question, town.catalog).filters == Filters()


@pytest.mark.parametrize(
    ("question", "publishers"),
    [
        ("What did the Tolme Courier write about the tunnel?", (COURIER,)),
        ("what did the tolme courier write about the tunnel?", (COURIER,)),
        ("Do the Tolme Courier and Lund Valley News agree?", (COURIER, NEWS)),
        ("What does Time write about the soup?", (TIME,)),
        ("What did the harbour herald report?", ("The Harbour Herald",)),
        ("What did the courier of the council carry?", ()),
        ("Which news came from the valley of Lund?", ()),
        ("Which ships reached the harbour?", ()),
        ("Who was there at the time of the vote in Velden?", ()),
        ("who was there at the time of the vote in velden?", ()),
    ],
)
def test_a_publisher_is_a_filter_by_its_whole_name_and_a_namesake_is_not(
    town: Library, question: str, publishers: tuple[str, ...]
) -> None:
    assert set(read_scope(question, town.catalog).filters.publishers) == set(publishers)


def test_the_callers_filters_go_before_those_of_the_question() -> None:
    day = date(2024, 7, 3)
    mine = Filters(publishers=("A",), published_from=day, articles=("a",))
    named = Filters(publishers=("B",), published_to=day, articles=("b",))
    assert narrow(mine, named) == Filters(publishers=("A",), published_from=day, published_to=day, articles=("a",))
    assert narrow(Filters(), named) == named
    assert narrow(mine, Filters()) == mine


def test_the_answer_uses_and_shows_the_publisher_that_the_question_names(
    writing: Chatbot, llm: ScriptedChatModel
) -> None:
    llm.enqueue("The tunnel cost 62 million crowns.")
    answer = writing.ask("How much did the tunnel cost, according to the Tolme Courier?", kind="fact")
    assert answer.filters == Filters(publishers=(COURIER,))
    assert found(answer) == {"plan", "opening"}
    assert_exact(answer, writing)


@pytest.mark.parametrize("kind", SEARCHING)
@pytest.mark.parametrize(
    ("filters", "allowed"),
    [
        (Filters(publishers=("TOLME courier",)), {"plan", "opening"}),
        (Filters(published_from=date(2022, 6, 15), published_to=date(2023, 12, 31)), {"works", "chess"}),
        (Filters(publishers=(NEWS,), published_to=date(2022, 12, 31)), {"works"}),
    ],
)
def test_every_kind_uses_only_the_articles_that_the_caller_allows(
    quoting: Chatbot, kind: Kind, filters: Filters, allowed: set[str]
) -> None:
    answer = quoting.ask("What do the articles say about the tunnel of Velden?", kind=kind, filters=filters)
    assert answer.filters == filters
    assert found(answer) == allowed
    cited = {citation.source for citation in (*answer.citations, *answer.nearest)}
    assert cited and cited <= {f"news/{name}.txt" for name in allowed}


@pytest.mark.parametrize("kind", SEARCHING)
def test_filters_that_allow_no_article_give_an_abstention_and_no_model_is_asked(
    writing: Chatbot, llm: ScriptedChatModel, kind: Kind
) -> None:
    for filters in (Filters(publishers=("Nobody",)), Filters(articles=("none",)), Filters(published_to=date.min)):
        answer = writing.ask("What do the articles say about the tunnel?", kind=kind, filters=filters)
        assert (answer.kind, answer.verdict, answer.filters) == (kind, "abstained", filters)
        assert (answer.passages, answer.claims, answer.citations, answer.nearest) == ((), (), (), ())
    assert llm.prompts == []


def test_a_search_keeps_to_its_filters(quoting: Chatbot, ids: dict[str, str]) -> None:
    def names(filters: Filters) -> list[str]:
        passages = quoting.search("tunnel of Velden", 10, filters=filters).passages
        return sorted(passage.article.source for passage in passages)

    assert names(Filters(articles=(ids["soup"], ids["chess"]))) == ["news/chess.txt", "news/soup.txt"]
    assert names(Filters(publishers=("lund valley news",))) == ["news/chess.txt", "news/works.txt"]
    assert names(Filters(published_from=date(2024, 7, 4))) == ["news/bridge.txt"]  # some day of 2024
    assert names(Filters(articles=("none",))) == []
    assert len(names(Filters())) == 6
