"""The kind of answer that a question asks for, and whether a text holds one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.questions import asked_kind, asks_yes_or_no, choose, holds_kind

PEOPLE = "How many people live in Kazakhstan?"
SINCE = "When did the group begin?"
COST = "How many dollars did it cost?"


@pytest.mark.parametrize(
    ("question", "text", "holds"),
    [
        (PEOPLE, "Some 20 million live there.", True),
        (PEOPLE, "Half of them live in towns.", True),
        (PEOPLE, "They put 9.55 billion dollars, or about 8 billion euros, into Kazakhstan.", False),
        (PEOPLE, "They put $9.55 billion into Kazakhstan.", False),
        (PEOPLE, "It was counted in 2021.", False),
        (PEOPLE, "One chair will stay empty.", False),
        ("How many chairs stay empty?", "One chair will stay empty.", True),
        (PEOPLE, "People live there.", False),
        (COST, "It cost 5 million dollars.", True),
        (SINCE, "It began in 1996.", True),
        (SINCE, "It began with a 1996 treaty.", True),
        (SINCE, "It began at 8:30.", True),
        (SINCE, "It began three weeks later.", True),
        (SINCE, "It began around 500 CE.", True),
        (SINCE, "It began with 5 members and $3 million.", False),
        (SINCE, "It began with 5% of the vote.", False),
        (SINCE, "It began well.", False),
    ],
)
def test_a_number_of_another_kind_is_no_answer(question: str, text: str, holds: bool) -> None:
    assert holds_kind(text, asked_kind(question), question) is holds


def test_any_text_answers_a_question_that_asks_for_no_kind() -> None:
    assert holds_kind("They met.", asked_kind("What happened?"), "What happened?")


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("Did they meet?", True),
        ("Isn't it so?", True),
        ("Isn’t it so?", True),
        ("Isle of Man: who rules it?", False),
        ("Who did it?", False),
    ],
)
def test_a_question_whether_something_is_so_begins_with_its_verb(question: str, asks: bool) -> None:
    assert asks_yes_or_no(question) is asks


@pytest.mark.parametrize(
    ("question", "answer", "chosen"),
    [
        ("Was the club founded in 1996 or in 2001?", "It was founded in 1996.", "Was the club founded in 1996?"),
        ("Was the club founded in 1996 or 2001?", "2001", "Was the club founded in 2001?"),
        ("Does it have nine or ten members?", "It has ten.", "Does it have ten members?"),
        ("Is the league an alliance or a market?", "It is a market.", "Is the league a market?"),
        ("Is the league an alliance or a market?", "An alliance and a market.", ""),
        ("Is the league an alliance or a market?", "No.", ""),
        ("Did Vasseur or Brandl resign?", "Brandl resigned.", ""),
        ("Which is older, Lund or Oslo?", "Lund is.", ""),
        ("Is it or a?", "A.", ""),
    ],
)
def test_a_question_that_offers_two_things_is_read_with_the_one_chosen(question: str, answer: str, chosen: str) -> None:
    assert choose(question, answer) == (chosen or question)


@given(st.text(max_size=80), st.text(max_size=40))
def test_any_question_and_answer_are_taken(question: str, answer: str) -> None:
    assert choose(f"Is it {question} or {answer}?", answer)
    assert choose(question, answer) or not question
