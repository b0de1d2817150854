"""Talk: a friendly line, and questions that the library really answers, without a search."""

from __future__ import annotations

from datetime import date

import pytest

from rag.answering.kinds import load_kinds
from rag.answering.library_answers import read_asked
from rag.answering.talk import reply_to_talk, suggest_questions
from rag.library.library import Library
from rag.models.embeddings import load_embeddings
from rag.records import Filters
from rag.retrieval.date_wishes import parse_wish
from rag.settings import load_settings
from tests.rag.build import publish

ASKS = ("greeting", "thanks", "identity", "help", "goodbye", "other")


@pytest.fixture
def filled(library: Library) -> Library:
    publish(library, "a", "The mayor, Ana Rao, opened the bridge.", published="2024-05-01", title="Bridge opened")
    publish(library, "b", "The town of Tarn voted for Ana Rao.", published="2024-04-01", title="Tarn votes")
    publish(library, "c", "Trams in Tarn stopped.", published="2024-03-01", title="Trams stop")
    return library


@pytest.mark.parametrize("ask", ASKS)
def test_each_sort_of_talk_has_its_reply(filled: Library, ask: str) -> None:
    reply = reply_to_talk(ask, filled.catalog)
    assert reply.lines and all(line.strip() and "{" not in line for line in reply.lines)
    assert len(reply.suggestions) == (0 if ask == "goodbye" else 3)
    assert reply.lines not in [reply_to_talk(other, filled.catalog).lines for other in ASKS if other != ask]
    assert ("3 articles" in " ".join(reply.lines)) == (ask != "goodbye")


def test_unknown_talk_is_answered_like_any_other(filled: Library) -> None:
    assert reply_to_talk("", filled.catalog) == reply_to_talk("other", filled.catalog)


@pytest.mark.parametrize("ask", ASKS)
def test_an_empty_library_says_that_it_is_empty_and_how_to_fill_it(library: Library, ask: str) -> None:
    reply = reply_to_talk(ask, library.catalog)
    assert "empty" in reply.lines[-1] and "footnote ingest" in reply.lines[-1] and reply.suggestions == ()


def test_the_newest_title_and_the_most_frequent_names_are_suggested(filled: Library) -> None:
    summary, overview, timeline = suggest_questions(filled.catalog)
    assert "“Bridge opened”" in summary and "Ana Rao" in overview and "Tarn" in timeline


def test_suggestions_are_of_three_kinds(filled: Library) -> None:
    settings = load_settings()
    classifier = load_kinds(settings, load_embeddings(settings))
    kinds = [classifier.classify(question).kind for question in suggest_questions(filled.catalog)]
    assert kinds == ["summary", "overview", "timeline"]


def test_articles_without_names_are_asked_for_themselves(library: Library) -> None:
    publish(library, "a", "it rained all day.", title="rain")
    _, *others = suggest_questions(library.catalog)
    for question in others:
        wish = parse_wish(question, date(2024, 5, 1))
        assert read_asked(question, wish, Filters(), library.catalog).count() == 1
