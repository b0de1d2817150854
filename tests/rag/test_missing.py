"""Missing: an abstention names only what nothing that was found mentions, in words that a person reads."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.missing import NOT_STATED, say_missing

FOUND = ["The summit", "Anna Rao came to Tarn for the climate summit in 2019."]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("When did Anna Rao come to Tarn?", ""),
        ("At which hotel is Anna Rao in Tarn?", ""),
        ("Who is Norvia's foreign minister?", "No passage found mentions Norvia."),
        ("What did Ole Brandt do in 2011?", "No passage found mentions Ole Brandt or 2011."),
        ("How many people named Anna came?", ""),
        ("Which non-stop train reached Tarn?", ""),
        ("How often did Anna Rao shortly come?", ""),
    ],
)
def test_missing_names_and_numbers_are_told(question: str, said: str) -> None:
    assert say_missing(question, FOUND) == f"{NOT_STATED} {said}".strip()


def test_what_only_lacks_where_it_comes_nearest_is_told_apart() -> None:
    said = say_missing(
        "When did Rao leave Brandt's house?", [*FOUND, "Brandt left his house."], ["Brandt's", "Brandt's"]
    )
    assert said == f"{NOT_STATED} What comes nearest does not speak of Brandt."


def test_a_name_is_not_told_twice() -> None:
    assert say_missing("Who is Brandt?", FOUND, ["Brandt"]).count("Brandt") == 1


def test_german_nouns_are_not_taken_for_names() -> None:
    found = ["Am Montag hat der Rat der Stadt getagt."]
    assert say_missing("Wann hat die Regierung den Haushalt beschlossen?", found, language="de") == NOT_STATED
    assert say_missing("Was geschah 2011?", found, language="de") == f"{NOT_STATED} No passage found mentions 2011."


@given(st.text(), st.lists(st.text(), max_size=2))
def test_any_texts_are_taken(question: str, found: list[str]) -> None:
    assert say_missing(question, found).startswith(NOT_STATED)
