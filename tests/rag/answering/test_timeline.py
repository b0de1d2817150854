"""Timelines: dated lines in the order of time, with the words that had to be resolved."""

from __future__ import annotations

from datetime import date

from rag.chatbot import Chatbot
from rag.library.library import Library
from rag.records import Answer, Filters, Turn
from rag.rendering import render_words
from rag.settings import load_settings
from rag.text.times import find_times, parse_published
from rag.wiring import build_chatbot
from tests.rag.town import assert_exact, cited

TUNNEL = "Give me a timeline of the tunnel."


def labels(answer: Answer) -> list[str]:
    return [segment.text for segment in answer.segments if segment.claim is None]


def test_dated_sentences_come_in_the_order_of_time_with_the_words_that_were_resolved(quoting: Chatbot) -> None:
    answer = quoting.ask(TUNNEL)
    assert (answer.kind, answer.verdict) == ("timeline", "answered")
    assert labels(answer)[:2] == ["Monday 8 March 2021 (“Monday”):", "Monday 2 May 2022:"]
    assert labels(answer)[-1] == "Wednesday 3 July 2024 (“Wednesday”):"
    assert cited(answer)[:2] == ["plan", "works"] and cited(answer)[-1] == "opening"
    assert_exact(answer, quoting)


def test_each_line_names_a_time_that_its_own_sentence_names(quoting: Chatbot) -> None:
    answer = quoting.ask("Give me a timeline of Velden and Tarn.")
    days = []
    for citation in answer.citations:
        (first, *_) = find_times(citation.quote, parse_published(citation.published))
        days.append(first.first)
    assert len(days) == len(labels(answer)) >= 4
    assert days == sorted(days)
    assert date(2023, 10, 29) in days  # the Sunday before Thursday 2 November 2023
    assert_exact(answer, quoting)


def test_more_of_a_timeline_repeats_no_line(quoting: Chatbot) -> None:
    first = quoting.ask(TUNNEL)
    more = quoting.ask("tell me more", [Turn(question=TUNNEL, answer=render_words(first.segments))])
    assert more.kind == "timeline"
    assert not {claim.text for claim in more.claims} & {claim.text for claim in first.claims}


def test_articles_that_name_no_time_give_an_abstention_with_the_nearest_sentence(
    quoting: Chatbot, ids: dict[str, str]
) -> None:
    answer = quoting.ask(
        "Give me a timeline of the soup of Tarn.", kind="timeline", filters=Filters(articles=(ids["soup"],))
    )
    assert (answer.kind, answer.verdict, answer.claims) == ("timeline", "abstained", ())
    assert "soup" in answer.nearest[0].quote and answer.text
    assert_exact(answer, quoting)


def test_a_timeline_that_is_refused_shows_the_nearest_sentence(refusing: Chatbot) -> None:
    answer = refusing.ask(TUNNEL)
    assert (answer.verdict, answer.claims) == ("abstained", ()) and answer.nearest
    assert_exact(answer, refusing)


def test_a_timeline_of_no_topic_is_one_of_all_articles(town: Library) -> None:
    answer = build_chatbot(load_settings(home=town.settings.home, llm="none"), library=town).ask("Give me a timeline.")
    assert (answer.kind, answer.verdict) == ("timeline", "answered")
    assert len({citation.article_id for citation in answer.citations}) > 1
