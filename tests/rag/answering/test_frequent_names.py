"""Names that many articles have."""

from __future__ import annotations

from rag.answering.frequent_names import frequent_names
from tests.rag.build import article


def test_the_name_of_most_articles_comes_first_and_words_of_one_name_stay_together() -> None:
    articles = [
        article("On Monday the mayor, Ana Rao, opened a bridge in Tarn.", title="A bridge"),
        article("Critics of Ana Rao met in Tarn.", title="Critics"),
        article("It rained in Tarn.", title="Rain"),
    ]
    assert frequent_names(articles) == ["Tarn", "Ana Rao"]


def test_days_months_publishers_and_names_of_one_article_among_many_do_not_count() -> None:
    articles = [
        article("In May the Gazette met Ole Brandt in Tarn.", title="A talk", publisher="Tarn Gazette"),
        article("In May the Gazette moved from Tarn to Lund.", title="A move", publisher="Tarn Gazette"),
        article("On Monday the trams of Lund stopped.", title="Trams"),
    ]
    assert frequent_names(articles) == ["Lund"]


def test_of_a_single_article_all_names_count() -> None:
    assert frequent_names([article("They say that Ole Brandt’s house burned.", title="Fire")]) == ["Ole Brandt"]
    assert frequent_names([article("it rained.", title="rain")]) == [] == frequent_names([])
