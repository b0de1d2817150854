"""Answers about the library: from its catalog, narrowed as the question says, each article with its first sentence."""

from __future__ import annotations

from datetime import date

import pytest

from ingest.indexing.writing import Indexer
from ingest.records import Document
from rag.answering.library_answers import (
    LISTED_MAX,
    LibraryAnswer,
    answer_about_library,
    named_authors,
    named_publishers,
    opening_sentence,
    read_asked,
)
from rag.library.library import Library
from rag.records import Filters
from rag.retrieval.date_wishes import parse_wish
from tests.rag.build import article, publish

TODAY = date(2025, 6, 13)
ARTICLES = [
    ("ferry", "Ferry delayed", "Tarn Courier", ("Ana Rao",), "2025-03-04", "# Ferry\n\nThe ferry is late. It rained."),
    (
        "flood",
        "Flood in Velden",
        "Lund Valley News",
        ("Ole Brandt",),
        "2025-05-28",
        "A flood hit Velden. A ferry sank.",
    ),
    ("chess", "Open won", "Lund Valley News", (), "2025-06-12", "A girl from Velden won the chess open."),
    ("trams", "Trams stop", "Tarn Courier", ("Ana Rao", "Ole Brandt"), "", "Trams stand still."),
]


@pytest.fixture
def filled(library: Library) -> Library:
    with library.writing():
        indexer = Indexer(library)
        for name, title, publisher, authors, published, text in ARTICLES:
            indexer.add(
                Document(
                    source=f"news/{name}.txt",
                    key=name,
                    text=text,
                    title=title,
                    publisher=publisher,
                    authors=authors,
                    published=published,
                    language="en",
                )
            )
        indexer.flush()
    return library


def answer(library: Library, question: str, ask: str, filters: Filters | None = None) -> LibraryAnswer:
    asked = read_asked(question, parse_wish(question, TODAY), filters or Filters(), library.catalog)
    return answer_about_library(ask, asked)


def text(library: Library, question: str, ask: str) -> str:
    return "\n".join(line.text for line in answer(library, question, ask).lines)


def titles(library: Library, question: str, ask: str, filters: Filters | None = None) -> list[str]:
    lines = answer(library, question, ask, filters).lines
    return [line.opens.article.title for line in lines if line.opens is not None]


def test_articles_are_counted(filled: Library) -> None:
    assert text(filled, "How many articles are there?", "count") == "The library has 4 articles."
    assert text(filled, "How many articles mention Velden?", "count").startswith("The library has 2 articles with")


def test_articles_are_listed_newest_first_with_publisher_and_date(filled: Library) -> None:
    lines = answer(filled, "Which articles do you have?", "list").lines
    assert lines[0].text == "The library has 4 articles, newest first:"
    assert lines[1].text == "“Open won”, Lund Valley News, 2025-06-12"
    assert titles(filled, "Which articles do you have?", "list") == [
        "Open won",
        "Flood in Velden",
        "Ferry delayed",
        "Trams stop",
    ]


def test_each_listed_article_opens_at_its_first_sentence_word_for_word(filled: Library) -> None:
    for line in answer(filled, "Which articles do you have?", "list").lines[1:]:
        assert line.opens is not None
        assert line.opens.quote == line.opens.article.text[line.opens.start : line.opens.end]
    (ferry,) = answer(filled, "What do you have on ferries from the Courier?", "list").lines[1:]
    assert ferry.opens is not None and ferry.opens.quote == "The ferry is late."


def test_a_text_without_a_sentence_is_opened_as_a_whole() -> None:
    assert opening_sentence(article("A heading")).quote == "A heading"


@pytest.mark.parametrize(
    ("question", "ask", "found"),
    [
        ("Which articles are from the Courier?", "list", ["Ferry delayed", "Trams stop"]),
        ("Show everything from Lund Valley News", "list", ["Open won", "Flood in Velden"]),
        ("Which articles did Ole Brandt write?", "list", ["Flood in Velden", "Trams stop"]),
        ("What came this week?", "list", ["Open won"]),
        ("Which articles were published in May?", "list", ["Flood in Velden"]),
        ("List the articles since May 2025", "list", ["Open won", "Flood in Velden"]),
        ("Do you have anything about ferries?", "list", ["Flood in Velden", "Ferry delayed"]),
        ("Which articles by Ana Rao are about ferries?", "list", ["Ferry delayed"]),
        ("What is the newest article?", "newest", ["Open won"]),
        ("What is the newest article from the Courier?", "newest", ["Ferry delayed"]),
        ("What are the latest headlines?", "newest", ["Open won", "Flood in Velden", "Ferry delayed", "Trams stop"]),
        ("Show the two newest articles", "newest", ["Open won", "Flood in Velden"]),
        ("What is the oldest article?", "oldest", ["Ferry delayed"]),
        ("the three oldest, please", "oldest", ["Ferry delayed", "Flood in Velden", "Open won"]),
        ("Who published the article about the flood?", "publishers", ["Flood in Velden"]),
        ("Who wrote the article about the ferry?", "authors", ["Ferry delayed"]),
        ("When was the piece on chess published?", "dates", ["Open won"]),
    ],
)
def test_a_question_narrows_down_the_articles(filled: Library, question: str, ask: str, found: list[str]) -> None:
    assert titles(filled, question, ask) == found


def test_publishers_and_authors_are_listed_with_their_numbers(filled: Library) -> None:
    assert text(filled, "From whom are the articles?", "publishers").splitlines() == [
        "The library has 4 articles, of 2 publishers:",
        "Lund Valley News: 2 articles",
        "Tarn Courier: 2 articles",
    ]
    assert "Ole Brandt: 2 articles" in text(filled, "Who wrote the articles?", "authors")
    assert "by Ana Rao" in text(filled, "Who wrote the article about the ferry?", "authors")
    assert "no author is named" in text(filled, "Who wrote the chess article?", "authors")


def test_the_span_of_dates_names_what_is_undated(filled: Library) -> None:
    assert text(filled, "From when are the articles?", "dates") == (
        "The library has 4 articles, published from 2025-03-04 to 2025-06-12. The date of 1 article is unknown."
    )
    assert "published 2025-06-12" in text(filled, "When was the chess article published?", "dates")
    assert "No date" in text(filled, "From when are the articles about trams standing still?", "dates") or (
        "no date" in text(filled, "From when are the articles about trams standing still?", "dates")
    )


def test_what_the_library_is_about_begins_with_the_names_of_several_articles(filled: Library) -> None:
    first, second = answer(filled, "What are the articles about?", "about").lines[:2]
    assert "Velden" in first.text and "Tarn" not in first.text
    assert second.text.startswith("The library has 4 articles")


def test_nothing_found_names_what_was_looked_for(filled: Library) -> None:
    said = answer(filled, "Do you have anything from the Courier on chess in 2019?", "list")
    assert said.n_articles == 0 and len(said.lines) == 1
    assert said.lines[0].text == (
        "The library has no article from Tarn Courier published from 2019-01-01 to 2019-12-31 with the word “chess”."
    )


def test_an_empty_library_says_so(library: Library) -> None:
    assert "empty" in text(library, "Which articles do you have?", "list")
    assert "empty" in text(library, "Do you have anything about chess?", "list")


def test_given_filters_hold_and_are_narrowed(filled: Library) -> None:
    courier = Filters(publishers=("tarn courier",))
    assert titles(filled, "Which articles do you have?", "list", courier) == ["Ferry delayed", "Trams stop"]
    spring = Filters(published_from=date(2025, 3, 1), published_to=date(2025, 5, 31))
    said = answer(filled, "What came in May or since?", "list", spring)
    assert said.filters.published_to == date(2025, 5, 31) and said.filters.published_from == date(2025, 5, 1)
    assert "filters" in answer(filled, "List all", "list", Filters(articles=("none",))).lines[0].text


def test_a_publisher_that_is_not_allowed_is_not_listed_though_the_question_names_it(filled: Library) -> None:
    courier = Filters(publishers=("TARN COURIER",))
    both = Filters(publishers=("Tarn Courier", "Lund Valley News"))
    question = "Which articles are from Lund Valley News?"
    assert titles(filled, question, "list", courier) == ["Ferry delayed", "Trams stop"]
    assert titles(filled, question, "list", both) == ["Open won", "Flood in Velden"]
    assert titles(filled, "Which articles do you have?", "list", both) == titles(filled, "Which ones?", "list")


def test_of_many_articles_the_newest_are_listed_and_the_others_counted(library: Library) -> None:
    for n in range(LISTED_MAX + 3):
        publish(library, f"a{n}", f"Report {n} is out.", published=f"2024-01-{n + 1:02d}", title=f"Report {n}")
    lines = answer(library, "List all articles", "list").lines
    assert len(lines) == LISTED_MAX + 2
    assert lines[1].text.startswith(f"“Report {LISTED_MAX + 2}”") and lines[-1].text == "And 3 articles more."


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("Articles from the Guardian?", ["The Guardian"]),
        ("what has the guardian", ["The Guardian"]),
        ("What does AP write?", ["Associated Press"]),
        ("articles of reuters", ["www.reuters.com"]),
        ("The Courier or the Post?", ["Tarn Courier", "Evening Post"]),
        ("what did the courier bring", []),
        ("What's the news of the evening?", []),
        ("What do the News say?", []),
        ("At what time did it start?", []),
        ("What does Time say?", ["Time"]),
    ],
)
def test_publishers_are_recognised_by_their_names(question: str, named: list[str]) -> None:
    publishers = [
        "The Guardian",
        "Associated Press",
        "www.reuters.com",
        "Tarn Courier",
        "Evening Post",
        "Lund News",
        "Valley News",
        "Time",
        "",
    ]
    assert named_publishers(question, publishers) == named


def test_authors_are_recognised_by_their_whole_names() -> None:
    assert named_authors("What did ana rao write?", ["Ana Rao", "Rao", "Ole Brandt", ""]) == ["Ana Rao", "Rao"]
    assert named_authors("Is Anabel Raoul an author?", ["Ana Rao"]) == []


@pytest.mark.parametrize(
    ("question", "ask", "found"),
    [
        ("Which ones?", "list", ["Ferry delayed", "Trams stop"]),
        ("and the newest of them?", "newest", ["Ferry delayed"]),
        ("And from Lund Valley News?", "list", ["Open won", "Flood in Velden"]),
        ("What is the newest article? And which articles do you have?", "newest", ["Open won"]),
    ],
)
def test_a_follow_up_asks_for_the_articles_of_the_question_before(
    filled: Library, question: str, ask: str, found: list[str]
) -> None:
    wish = parse_wish(question, TODAY)
    asked = read_asked(question, wish, Filters(), filled.catalog, "How many articles are from the Courier?")
    said = answer_about_library(ask, asked)
    assert [line.opens.article.title for line in said.lines if line.opens][: len(found)] == found
