"""Overviews: different sentences of several articles, said once, and where they come from."""

from __future__ import annotations

import pytest

from rag.chatbot import Chatbot
from rag.records import Answer, Turn
from rag.rendering import render_words
from rag.text.overlap import coverage
from tests.rag.town import assert_exact, cited

TUNNEL = "What do the articles say about the tunnel of Velden?"


def turn(answer: Answer) -> Turn:
    """The answer as an earlier turn, as the page and the command line keep it."""
    return Turn(question=answer.question, answer=render_words(answer.segments))


def quotes(answer: Answer) -> list[str]:
    return [citation.quote for citation in answer.citations]


@pytest.fixture(scope="module")
def overview(quoting: Chatbot) -> Answer:
    return quoting.ask(TUNNEL)


def test_an_overview_quotes_different_sentences_of_all_articles_on_its_topic(
    quoting: Chatbot, overview: Answer
) -> None:
    assert (overview.kind, overview.verdict) == ("overview", "answered")
    assert 4 <= len(overview.claims) == len(set(quotes(overview))) <= 8
    assert {"plan", "works", "opening"} <= set(cited(overview)) and "soup" not in cited(overview)
    assert [claim.text for claim in overview.claims] == quotes(overview)
    assert_exact(overview, quoting)


def test_more_is_told_without_a_sentence_that_an_earlier_answer_holds(quoting: Chatbot, overview: Answer) -> None:
    more = quoting.ask("tell me more", [turn(overview)])
    assert (more.kind, more.standalone_question) == ("overview", TUNNEL)
    assert more.claims and not set(quotes(more)) & set(quotes(overview))
    said = render_words(overview.segments)
    assert all(coverage(claim.text, said) < 0.8 for claim in more.claims)
    assert_exact(more, quoting)


def test_once_all_is_said_the_answer_is_that_there_is_no_more(quoting: Chatbot) -> None:
    everything = " ".join(article.text for article in quoting.articles())
    more = quoting.ask("tell me more", [Turn(question=TUNNEL, answer=everything)])
    assert (more.verdict, more.claims, more.citations) == ("abstained", (), ())
    assert "more" in more.reason and "no article" not in more.reason


def test_a_shorter_answer_has_the_first_sentences_of_the_longer_one(quoting: Chatbot, overview: Answer) -> None:
    shorter = quoting.ask("shorter please", [turn(overview)])
    assert quotes(shorter) == quotes(overview)[:2]
    assert_exact(shorter, quoting)


def test_the_articles_that_said_it_are_named_with_the_sentences_that_they_said(
    quoting: Chatbot, overview: Answer
) -> None:
    sources = quoting.ask("in which article?", [turn(overview)])
    assert set(quotes(sources)) == set(quotes(overview))
    labels = [segment.text for segment in sources.segments if segment.claim is None]
    assert len(labels) == len(set(cited(overview)))
    assert "Water slows the workers, Lund Valley News, 2022-06:" in labels
    assert_exact(sources, quoting)


def test_an_overview_that_is_refused_shows_the_nearest_sentence_and_claims_nothing(refusing: Chatbot) -> None:
    answer = refusing.ask(TUNNEL)
    assert (answer.verdict, answer.claims, answer.citations) == ("abstained", (), ())
    assert "tunnel" in answer.nearest[0].quote and answer.reason
    assert_exact(answer, refusing)
