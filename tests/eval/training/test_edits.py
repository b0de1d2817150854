"""Edits change what a text says, and say what they took out and put in."""

import random

import pytest

from eval.training.edits import (
    FACT_EDITS,
    change_number,
    find_names,
    negate,
    replace_everywhere,
    strengthen,
    swap_antonym,
    swap_date,
    swap_name,
    swap_number,
    swap_roles,
    swap_unit,
)

SENTENCE = (
    "On Tuesday the first group led by Maria Lopez sold 1,250 tickets, about 40 percent more than in "
    "March 2019, and it may visit Kenya in two weeks."
)


@pytest.mark.parametrize("kind", sorted(FACT_EDITS))
def test_each_edit_changes_the_sentence_and_reports_the_words(kind: str) -> None:
    edit = FACT_EDITS[kind](SENTENCE, random.Random(1))
    assert edit is not None
    assert edit.text != SENTENCE
    assert edit.old != edit.new
    assert edit.new in edit.text


@pytest.mark.parametrize("kind", sorted(FACT_EDITS))
def test_nothing_to_change_gives_none(kind: str) -> None:
    assert FACT_EDITS[kind]("Rain fell softly through bare trees.".replace("fell", "came"), random.Random(1)) is None


@pytest.mark.parametrize("number", ["0", "3", "17", "250", "1,250", "2.5", "40,000,000"])
def test_a_changed_number_has_another_value_and_the_same_form(number: str) -> None:
    for seed in range(30):
        new = change_number(number, random.Random(seed))
        assert float(new.replace(",", "")) != float(number.replace(",", ""))
        assert ("." in new) == ("." in number)


def test_years_are_dates_and_not_numbers() -> None:
    assert swap_number("It opened in 1998.", random.Random(1)) is None
    edit = swap_date("It opened in 1998.", random.Random(1))
    assert edit is not None and edit.old == "1998" and edit.new != "1998"


def test_a_unit_needs_a_number_before_it() -> None:
    assert swap_unit("For many years they waited.", random.Random(1)) is None
    edit = swap_unit("They waited 12 years.", random.Random(1))
    assert edit is not None and edit.old == "years"


def test_names_leave_out_openers_and_months() -> None:
    text = "The Red Cross met Anna Berg in May. However, Oslo was closed."
    assert [text[a:b] for a, b in find_names(text)] == ["Red Cross", "Anna Berg", "Oslo"]


def test_a_swapped_name_shares_no_word_with_the_text() -> None:
    edit = swap_name("Anna Berg left Oslo.", ["Anna Lund", "Berg", "Peter Holm"], random.Random(1))
    assert edit is not None and edit.new == "Peter Holm"


def test_roles_change_places() -> None:
    edit = swap_roles("Anna Berg defeated Peter Holm.", random.Random(1))
    assert edit is not None and edit.text == "Peter Holm defeated Anna Berg."


def test_lists_of_names_are_not_roles() -> None:
    assert swap_roles("They met Anna Berg and Peter Holm.", random.Random(1)) is None


def test_negation_goes_in_and_comes_out() -> None:
    edit = negate("The bridge was closed.", random.Random(1))
    assert edit is not None and ("not" in edit.text or "never" in edit.text)
    back = negate("The bridge was not closed.", random.Random(1))
    assert back is not None and back.text == "The bridge was closed."


def test_hedges_become_certain() -> None:
    edit = strengthen("The plant is expected to close.", random.Random(1))
    assert edit is not None and edit.text == "The plant will certainly close."


def test_antonyms_keep_the_capital() -> None:
    edit = swap_antonym("Before noon it rained.", random.Random(1))
    assert edit is not None and edit.text == "After noon it rained."


def test_replacing_everywhere_keeps_longer_words() -> None:
    assert replace_everywhere("Iran and Iranians in Iran", "Iran", "Peru") == "Peru and Iranians in Peru"
