"""Quantities: units, bounds, rounding, ranges, and what is no quantity."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.dates import find_times
from rag.values import Quantity, find_quantities


def quantities(text: str) -> list[Quantity]:
    return find_quantities(text, find_times(text))


def only(text: str) -> Quantity:
    (found,) = quantities(text)
    return found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("$9.55bn", "9.55 billion dollars"),
        ("US$9.55bn", "$9.5 billion or so"),
        ("a dozen schools", "12 schools"),
        ("nearly 40 ships", "38 ships"),
        ("about 20 billion euros", "€19.7bn"),
        ("more than 100 houses", "114 houses"),
        ("at least 40 people", "43 people"),
        ("up to 50 people", "12 people"),
        ("fewer than 50 people", "12 people"),
        ("dozens of people", "48 people"),
        ("tens of thousands of people", "30,000 people"),
        ("half a million people", "500,000 people"),
        ("two thirds of the delegates", "67 percent"),
        ("between 30 and 40 elephants", "35 elephants"),
        ("$30-50 billion", "$42bn"),
        ("100 kilometres", "62 miles"),
        ("3,000 people", "2,980 people"),
        ("52%", "51.6 per cent"),
    ],
)
def test_these_may_be_the_same(one: str, other: str) -> None:
    assert only(one).unit == only(other).unit
    assert only(one).meets(only(other)) and only(other).meets(only(one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("17 people", "18 people"),
        ("1,200 jobs", "2,000 jobs"),
        ("$2.1bn", "3.4 billion dollars"),
        ("52 percent", "61%"),
        ("between 30 and 40 elephants", "60 elephants"),
        ("nearly 40 ships", "60 ships"),
        ("more than 100 houses", "40 houses"),
        ("dozens of people", "three people"),
        ("57 kilometres", "64 km"),
        ("40 million", "400 million"),
    ],
)
def test_these_cannot_be_the_same(one: str, other: str) -> None:
    assert not only(one).meets(only(other)) and not only(other).meets(only(one))


@pytest.mark.parametrize(
    "text", ["in 2019 and on 3 May 2021", "the third man", "the 19th century", "not 58 metres", "half", "no one"]
)
def test_dates_ordinals_and_what_is_denied_are_no_quantities(text: str) -> None:
    assert [quantity for quantity in quantities(text) if quantity.unit != "percent"] == []


def test_a_quantity_tells_what_it_counts_and_per_what() -> None:
    assert only("Some 23 people were killed").nouns == ("peopl", "kill")
    assert only("It killed 17, officials said").nouns == ()
    assert only("14 trains a day").per == "day"
    assert only("$34 a share").per == "share"
    assert only("1,500 seats in parliament").nouns == ("seat",)


@given(st.text())
def test_any_text_is_taken_and_places_lie_in_it(text: str) -> None:
    for quantity in quantities(text):
        assert 0 <= quantity.start < quantity.end <= len(text)
        assert quantity.low <= quantity.high


@given(st.integers(0, 10**12))
def test_a_number_meets_itself(number: int) -> None:
    assert all(quantity.meets(quantity) for quantity in find_quantities(f"{number:,} things", []))
