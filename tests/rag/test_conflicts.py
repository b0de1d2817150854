"""Disagreement between two sentences: what counts, and what only seems to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.conflicts import Disagreement, find_disagreement, find_disagreements
from rag.namesakes import are_namesakes
from rag.points import parse_point
from rag.records import Evidence
from tests.rag.build import evidence

WHEN = "When was the Velden bridge opened?"
DEAD = "How many people were killed in the Velden fire?"
HEAD = "Who is the director of the Velden museum?"


def said(text: str, name: str = "a", title: str = "", publisher: str = "", published: str = "2020-05-05") -> Evidence:
    return evidence(text, id=name, title=title, publisher=publisher, published=published)


def disagree(
    question: str, one: str, other: str, dates: tuple[str, str] = ("2020-05-05", "2020-05-06")
) -> Disagreement | None:
    return find_disagreement(
        question,
        said(one, "a", published=dates[0]),
        said(other, "b", published=dates[1]),
    )


@pytest.mark.parametrize(
    ("question", "one", "other", "values"),
    [
        (
            WHEN,
            "The Velden bridge was opened in 1996.",
            "The Velden bridge, opened in 2001, is wide.",
            ("1996", "2001"),
        ),
        (DEAD, "The Velden fire killed 17 people.", "In the Velden fire 23 people died.", ("17", "23")),
        (DEAD, "17 were killed in the Velden fire.", "The Velden fire killed 23 people.", ("17", "23")),
        (
            "How much did the Velden bridge cost?",
            "The Velden bridge cost $2.1bn.",
            "The Velden bridge cost 3.4 billion dollars.",
            ("$2.1bn", "3.4 billion dollars"),
        ),
        (
            HEAD,
            "Julia Stern is the director of the Velden museum.",
            "The director of the Velden museum is Peter Dorn.",
            ("Julia Stern", "Peter Dorn"),
        ),
        (
            HEAD,
            "The director of the Velden museum, Julia Stern, resigned.",
            "The director of the Velden museum, Peter Dorn, was ill.",
            ("Julia Stern", "Peter Dorn"),
        ),
        (
            "How many tonnes of oil leaked from the Velden?",
            "Some 900 tonnes of oil leaked from the Velden.",
            "The Velden leaked 2,400 tonnes of oil into the bay.",
            ("900 tonnes", "2,400 tonnes"),
        ),
        (
            "Was the Velden bridge opened in 1996 or in 2001?",
            "The Velden bridge was opened in 1996.",
            "The Velden bridge was opened in 2001.",
            ("1996", "2001"),
        ),
    ],
)
def test_values_that_cannot_both_be_true_disagree(question: str, one: str, other: str, values: tuple[str, str]) -> None:
    found = disagree(question, one, other)
    assert found is not None and found.said == values and found.corrects is None
    turned = disagree(question, other, one)
    assert turned is not None and turned.said == values[::-1]


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (WHEN, "The Velden bridge was opened in May 1996.", "The Velden bridge was opened on 12 May 1996."),
        (WHEN, "The Velden bridge was opened in 1996.", "The Velden bridge was opened before 2001."),
        (WHEN, "The Velden bridge was opened in 1996.", "The Velden bridge was reopened in 2001."),
        (WHEN, "The Velden bridge was to be opened in 1996.", "The Velden bridge was opened in 2001."),
        (WHEN, "The Velden bridge was opened in 1996.", "Begun in 1990, the Velden bridge was opened by the king."),
        (DEAD, "The Velden fire killed 17 people.", "The Velden fire injured 23 people."),
        (DEAD, "The Velden fire killed 17 people.", "Nine children were killed in the Velden fire."),
        (DEAD, "The Velden fire killed 17 people.", "The Velden fire killed 12 people in Orsk."),
        (DEAD, "The Velden fire killed 17 people.", "In Orsk, the Velden fire killed 12 people."),
        (DEAD, "The Velden fire killed 17 people.", "The Velden fire killed at least 12 people."),
        (DEAD, "The Velden fire killed 17 people.", "Another 5 people were killed in the Velden fire."),
        (DEAD, "The Velden fire killed 17 people.", "The Velden fire might have killed 30 people."),
        (DEAD, "By Monday the Velden fire killed 17 people.", "The Velden fire killed 23 people in 2012."),
        (HEAD, "Julia Stern is the director of the Velden museum.", "Stern is the director of the Velden museum."),
        (
            HEAD,
            "Julia Stern is the director of the Velden museum.",
            "Peter Dorn met the director of the Velden museum.",
        ),
        (DEAD, "The Velden fire killed 17 people on Monday.", "The Velden fire killed 6 people on Tuesday."),
        ("How much did Velden earn?", "Velden earned a net 80 million euros.", "Velden earned 120 million euros."),
        ("When was Velden founded?", "Velden was founded in 1015.", "The University of Velden was founded in 1409."),
        ("When was Velden founded?", "Velden was founded in 1015.", "The university in Velden was founded in 1409."),
        ("When was Velden founded?", "Velden was founded in 1015.", "Velden's university was founded in 1409."),
        ("When was Velden founded?", "Velden was founded in 1015.", "Velden Airlines was founded in 1960."),
        ("When was Velden founded?", "Velden was founded in 1015.", "The university of Velden was founded in 1409."),
        ("Who won a medal for Velden?", "Julia Stern won a medal for Velden.", "Peter Dorn won a medal for Velden."),
        ("When was Rao elected?", "Rao was elected to parliament in 2011.", "Rao was elected mayor of Orsk in 2019."),
        ("When did Rao open a shop?", "Rao opened a shop in Orsk in 2011.", "Rao opened a shop in Tarn in 2016."),
        (
            "When did the Velden talks begin?",
            "The Velden talks began in March.",
            "The Velden talks on gas began in May.",
        ),
        ("How many goals did Rao score?", "Rao scored 31 goals last season.", "Rao scored two goals on Saturday."),
        ("How many troops did Rao send?", "Rao sent 500 troops to the border.", "Rao sent 90 troops to the capital."),
        ("How many people does Orlo employ?", "Orlo employs 400 people.", "In Velden alone, Orlo employs 90 people."),
        ("How much did Orlo fall?", "Orlo fell 4 percent on Tuesday.", "Orlo fell by 11 percent over the week."),
        ("Where is the Velden bridge?", "The Velden bridge is in Doha.", "The Velden bridge is in Qatar."),
    ],
)
def test_what_can_be_true_together_does_not_disagree(question: str, one: str, other: str) -> None:
    assert disagree(question, one, other) is None
    assert disagree(question, other, one) is None


def test_how_things_stand_may_change_between_two_articles_far_apart() -> None:
    one, other = "Julia Stern is the director of the Velden museum.", "The director of the Velden museum is Peter Dorn."
    assert disagree(HEAD, one, other, ("2015-01-01", "2020-01-01")) is None


def test_what_is_done_once_does_not_change() -> None:
    question = "Who founded the Velden museum?"
    one, other = "The Velden museum was founded by Julia Stern.", "Peter Dorn founded the Velden museum."
    found = disagree(question, one, other, ("2015-01-01", "2020-01-01"))
    assert found is not None and found.said == ("Julia Stern", "Peter Dorn")


def test_events_of_one_kind_that_are_news_years_apart_are_two_events() -> None:
    question, one, other = (
        "When did the strike in Velden begin?",
        "The strike in Velden began on 3 June 2015.",
        "The strike in Velden began on 9 May 2020.",
    )
    assert disagree(question, one, other, ("2015-06-04", "2020-05-10")) is None
    assert disagree(question, one, other, ("2020-06-04", "2020-05-10")) is not None


def test_what_was_denied_may_have_happened_since_but_not_before() -> None:
    question, yes, no = (
        "Has the Velden bridge been opened?",
        "The Velden bridge has been opened.",
        "The Velden bridge has not been opened.",
    )
    assert disagree(question, yes, no, ("2020-05-05", "2020-05-06")) is not None
    assert disagree(question, yes, no, ("2020-05-06", "2020-05-05")) is None
    assert disagree(question, yes, "The Velden bridge has not yet been opened.") is None


def test_a_correction_names_itself_and_comes_later_from_the_same_publisher() -> None:
    first = said("The Velden bridge was opened in 1996.", "a", publisher="Gazette", published="2020-05-05")
    correction = "Correction: the Velden bridge was opened in 2001, not in 1996."
    later = said(correction, "b", publisher="Gazette", published="2020-05-09")
    other = said(correction, "c", publisher="Herald", published="2020-05-09")
    earlier = said(correction, "d", publisher="Gazette", published="2020-05-01")
    for second, corrects in ((later, later), (other, None), (earlier, None)):
        found = find_disagreement(WHEN, first, second)
        assert found is not None and found.corrects is corrects


def test_a_sentence_that_refers_back_takes_its_names_from_the_title() -> None:
    one = said("The Velden bridge was opened in 1996.", "a")
    assert find_disagreement(WHEN, one, said("The bridge was opened in 2001.", "b", title="Velden at war")) is not None
    assert find_disagreement(WHEN, one, said("The bridge was opened in 2001.", "b", title="Orsk at war")) is None
    assert find_disagreement(WHEN, one, said("Orsk bridge was opened in 2001.", "b", title="After Velden")) is None


def test_a_name_and_its_acronym_are_one() -> None:
    question = "When was the SCO founded?"
    one, other = "The SCO was founded in 1996.", "The Shanghai Cooperation Organization was founded in 2001."
    assert disagree(question, one, other) is not None
    assert disagree("When was the Shanghai Cooperation Organization founded?", other, one) is not None
    assert disagree(question, one, "The World Trade Organization was founded in 1995.") is None


def test_one_disagreement_is_told_for_each_other_article() -> None:
    one = said("The Velden bridge was opened in 1996.", "a")
    others = [said("The Velden bridge was opened in 2001.", name) for name in ("b", "c", "b")]
    assert [item.second.article.id for item in find_disagreements(WHEN, [one], [one, *others])] == ["b", "c"]


@pytest.mark.parametrize("question", ["", "?", "Why?", "How many?", "Who?", "Tell me about the Velden bridge."])
def test_a_question_without_a_point_finds_nothing(question: str) -> None:
    assert parse_point(question) is None
    assert disagree(question, "The Velden bridge was opened in 1996.", "The Velden bridge was opened in 2001.") is None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Joe Biden", "Biden", True),
        ("Mohammed al-Rashid", "Mohamed Al Rashid", True),
        ("José Müller", "Jose Muller", True),
        ("Julia Stern", "Peter Dorn", False),
    ],
)
def test_names_are_compared_by_their_words(one: str, other: str, same: bool) -> None:
    assert are_namesakes(one, other) is are_namesakes(other, one) is same


@given(st.sampled_from([WHEN, DEAD, HEAD, "Did Velden open?"]), st.text(min_size=1), st.text(min_size=1))
def test_any_two_texts_are_taken_and_none_contradicts_itself(question: str, one: str, other: str) -> None:
    find_disagreement(question, said(one, "a"), said(other, "b"))
    assert find_disagreement(question, said(one, "a"), said(one, "b")) is None
