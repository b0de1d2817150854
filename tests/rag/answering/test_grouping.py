"""Grouping: articles that have a name or a word in common are one group, with that as its label."""

from __future__ import annotations

from rag.answering.grouping import Group, group_articles
from rag.records import Article
from tests.rag.build import article

VELDEN = [
    article("The council of Velden voted for the tunnel.", id="v1", title="A vote"),
    article("Farmers met Ana Rao in Velden.", id="v2", title="A meeting"),
    article("It rained, and Ana Rao of Velden resigned.", id="v3", title="Rain"),
]
TARN = [
    article("The people of Tarn play chess.", id="t1", title="Chess"),
    article("They cook soup in Tarn.", id="t2", title="Soup"),
]
SHEEP = [
    article("there were wolves among sheep.", id="s1", title="at night"),
    article("the sheep were fed.", id="s2", title="by day"),
    article("somebody sold his sheep.", id="s3", title="at noon"),
]
ALONE = article("nothing else happened.", id="a", title="quiet")


def labelled(groups: list[Group]) -> list[tuple[tuple[str, ...], list[str]]]:
    return [(group.label, [each.id for each in group.articles]) for group in groups]


def test_articles_are_grouped_by_names_then_by_words_and_the_rest_comes_last() -> None:
    articles = [TARN[0], VELDEN[0], ALONE, SHEEP[0], VELDEN[1], TARN[1], VELDEN[2], *SHEEP[1:]]
    assert labelled(group_articles(articles)) == [
        (("Velden",), ["v1", "v2", "v3"]),
        (("sheep",), ["s1", "s2", "s3"]),
        (("Tarn",), ["t1", "t2"]),
        ((), ["a"]),
    ]


def test_a_label_has_the_other_names_that_the_whole_group_has_and_no_other_article() -> None:
    (first, *_) = group_articles([*VELDEN[1:], *TARN])
    assert set(first.label) == {"Velden", "Ana Rao"}


def test_what_all_articles_have_labels_no_group() -> None:
    (only,) = group_articles(VELDEN[1:])
    assert only.label == () and len(only.articles) == 2
    assert group_articles([]) == []


def test_every_article_is_in_one_group() -> None:
    articles: list[Article] = [*VELDEN, *TARN, *SHEEP, ALONE]
    grouped = [each.id for group in group_articles(articles) for each in group.articles]
    assert sorted(grouped) == sorted(each.id for each in articles)
