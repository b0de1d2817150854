"""Dates in questions: windows of publication leave articles out, all other dates only move them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from rag.errors import SettingsError
from rag.library.library import Library
from rag.records import Passage, Window
from rag.retrieval.date_wishes import DateWish, date_passages, newest_first, parse_wish
from rag.settings import load_settings
from rag.wiring import build_chatbot
from tests.rag.build import evidence, passage, publish

TODAY = date(2024, 7, 17)  # a Wednesday


def dated(*published: str) -> list[Passage]:
    return [passage("Text.", rank, published=day, id=f"{rank:016}") for rank, day in enumerate(published, start=1)]


def order(passages: Sequence[Passage]) -> list[str]:
    assert [item.rank for item in passages] == list(range(1, len(passages) + 1))
    return [item.article.published for item in passages]


def wished(question: str) -> DateWish:
    return parse_wish(question, TODAY)


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("What is this week's news?", "2024-07-15", "2024-07-21"),
        ("What do the articles of last month say of China?", "2024-06-01", "2024-06-30"),
        ("Which articles published in May 2024 speak of Xi?", "2024-05-01", "2024-05-31"),
        ("What did Xi say yesterday?", "2024-07-16", "2024-07-17"),
        ("What was published since June 2024 about Xi?", "2024-06-01", "2024-07-17"),
        ("What are yesterday’s headlines?", "2024-07-16", "2024-07-17"),
    ],
)
def test_words_about_publication_make_a_window(question: str, first: str, last: str) -> None:
    window = wished(question).window
    assert window is not None
    assert (window.first.isoformat(), window.last.isoformat()) == (first, last)


@pytest.mark.parametrize(
    "question",
    ["Who won in 2017?", "What happened in July 2024?", "What has changed since 2020?", "Who met last month?"],
)
def test_a_time_in_a_question_is_a_leaning_not_a_window(question: str) -> None:
    wish = wished(question)
    assert wish.window is None and len(wish.near) == 1


@pytest.mark.parametrize("question", ["What is the latest on Xi?", "Who currently leads it?", "Who leads it now?"])
def test_latest_and_now_prefer_newer_articles(question: str) -> None:
    assert wished(question).prefers_recent


@pytest.mark.parametrize("question", ["Who met Xi?", "May I ask who won?", "Did 2000 people march?"])
def test_a_question_without_dates_changes_nothing(question: str) -> None:
    passages = dated("2020-01-01", "", "2024-07-16")
    assert wished(question) == DateWish()
    assert date_passages(passages, wished(question), 2) == passages[:2]


def test_a_window_leaves_out_other_and_undated_articles() -> None:
    passages = dated("2024-05-31", "2024-06-30", "", "2024-06", "2024", "2024-07-01")
    assert order(date_passages(passages, wished("articles of last month"), 8)) == ["2024-06-30", "2024-06", "2024"]


def test_articles_of_the_time_asked_about_move_up_and_none_is_left_out() -> None:
    passages = dated("2019-02-02", "2021-02-02", "", "2017-05-05", "2018-01-15")
    found = order(date_passages(passages, wished("Who won in 2017?"), 8))
    assert sorted(found) == sorted(order(passages))
    assert found[:2] == ["2017-05-05", "2019-02-02"]


def test_newer_articles_move_up_only_among_near_ones() -> None:
    days = ["2024-07-01", "2024-07-02", "2024-07-03"]
    assert order(date_passages(dated(*days), wished("What is the latest?"), 8)) == sorted(days, reverse=True)
    assert (
        order(date_passages(dated("2020-01-01", *[""] * 20, "2024-01-01"), wished("the latest"), 22))[0] == "2020-01-01"
    )


def test_evidence_that_fits_about_as_well_is_ordered_newest_first() -> None:
    def item(score: float, published: str) -> Window:
        sentence = evidence("Xi leads it.", published=published)
        return Window(article=sentence.article, start=0, end=sentence.end, score=score)

    best, near, far = item(0.9, "2020"), item(0.88, "2024"), item(0.3, "2025")
    assert newest_first([best, near, far]) == [near, best, far]
    assert newest_first([]) == []


def test_the_reference_date_of_the_settings_or_the_call_decides(library: Library) -> None:
    publish(library, "old", "Xi praised the harvest.", published="2024-07-16")
    publish(library, "new", "Xi praised the harvest again.", published="2024-08-20")
    settings = library.settings.model_copy(update={"reference_date": TODAY, "llm": "none"})
    bot = build_chatbot(settings, library=library)
    question = "What did Xi praise yesterday?"
    assert [p.article.published for p in bot.search(question).passages] == ["2024-07-16"]
    assert [p.article.published for p in bot.search(question, as_of=date(2024, 8, 21)).passages] == ["2024-08-20"]


def test_a_reference_date_that_is_none_is_refused() -> None:
    assert load_settings(reference_date="2024-07-03").reference_date == date(2024, 7, 3)
    with pytest.raises(SettingsError, match="reference_date"):
        load_settings(reference_date="soon")
