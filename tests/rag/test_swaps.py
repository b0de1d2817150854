"""Swapped names: where the evidence has another name in the claim's place, and where it only seems to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.countries import countries_in, may_be_same_country
from rag.swaps import Swap, find_swap


@pytest.mark.parametrize(
    ("claim", "quote", "name", "other"),
    [
        (
            "Ines Roth is the chair of the Oslo Bank.",
            "Ines Roth, the Garonne Fund chair, spoke.",
            "Oslo Bank",
            "Garonne Fund",
        ),
        ("Who is the chair of the Oslo Bank?", "The Garonne Fund's chair is Ines Roth.", "Oslo Bank", "Garonne Fund"),
        ("Otto Brandl would quote Heine.", "It is known that Roth would often quote Heine.", "Otto Brandl", "Roth"),
        ("The ferry was built in Gdynia.", "The ferry, built in Emden, sank.", "Gdynia", "Emden"),
        ("She is the mayor of Lyon.", "She is the mayor of Lille.", "Lyon", "Lille"),
    ],
)
def test_another_name_in_the_same_place_is_a_swap(claim: str, quote: str, name: str, other: str) -> None:
    assert find_swap(claim, quote) == Swap(name=name, other=other)


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("Ines Roth is the chair of the Oslo Bank.", "Ines Roth, the bank's chair, spoke."),
        ("Ines Roth chairs the Oslo Bank.", "She chairs the Garonne Fund, too, and the Oslo Bank."),
        ("Who is the president of France?", "The French president spoke."),
        ("Who is the president of the United States?", "The American president spoke."),
        ("India joined the league in 1999.", "New Delhi joined the league in 1999."),
        ("The spokesman of Russia denied it.", "The Kremlin's spokesman denied it."),
        ("Mohammed Salim resigned.", "Yesterday Mohamed Salem resigned."),
        ("Who is the head of the World Trade Organization?", "The WTO head spoke."),
        ("The ferry was built in Gdynia.", "The ferry was built in March."),
        ("The ferry was built in Gdynia.", "The ferry sank in Emden."),
        ("The ferry was built in Gdynia.", "The ferry was built in Emden and Gdynia."),
        ("", "The ferry was built in Emden."),
    ],
)
def test_names_that_may_mean_the_same_or_stand_elsewhere_are_none(claim: str, quote: str) -> None:
    assert find_swap(claim, quote) is None


@given(st.text(max_size=200))
def test_a_text_swaps_nothing_against_itself(text: str) -> None:
    assert find_swap(text, text) is None


def test_countries_are_known_by_name_people_and_capital() -> None:
    assert may_be_same_country("the Dutch government", "Netherlands")
    assert may_be_same_country("U.S.", "United States of America")
    assert may_be_same_country("Kyiv", "Ukrainian")
    assert not may_be_same_country("Ukraine", "Russian")
    assert not may_be_same_country("Garonne Fund", "Oslo Bank")
    assert countries_in("") == frozenset()
