"""The kind of answer that a question asks for, and whether a text holds one."""

from __future__ import annotations

import pytest

from rag.text.questions import asked_kind, asks_yes_or_no, holds_kind

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
