"""Differences: small words by which evidence says something else than a claim."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.differences import find_difference, find_opposite, find_qualifier, find_rank


@pytest.mark.parametrize(
    ("text", "quote", "word"),
    [
        ("Lund is the largest port.", "Lund is the second-largest port.", "largest"),
        ("Lund is the third-largest port.", "Lund is the largest port.", "largest"),
        ("Lund is the 4th most popular town.", "Lund, the 5th most popular town, grows.", "most popular"),
        (
            "The busiest container port is Lund.",
            "Oslo is the busiest ferry port, Lund the second busiest container port.",
            "busiest",
        ),
        ("Lund is the largest port.", "Lund is the largest port.", ""),
        ("Lund is the first largest port.", "Lund is the largest port.", ""),
        ("Lund is one of the largest ports.", "Lund is the second-largest port.", ""),
        ("Lund ranks behind the largest port.", "Lund is the second-largest port.", ""),
        ("Lund is the largest port.", "Lund is a large port.", ""),
        ("The protest was peaceful.", "The second protest was peaceful.", ""),
    ],
)
def test_another_rank_is_told(text: str, quote: str, word: str) -> None:
    assert find_rank(text, quote) == word


@pytest.mark.parametrize(
    ("text", "quote", "qualifier"),
    [
        ("Ines Roth is the president.", "Ines Roth, the vice president, spoke.", "vice"),
        ("Ines Roth is the foreign minister.", "Ines Roth, deputy foreign minister, spoke.", "deputy"),
        ("Who is the president?", "Ines Roth, the former president, spoke.", "former"),
        ("The coup took place in May.", "The attempted coup took place in May.", "attempted"),
        ("Exports doubled.", "Exports nearly doubled.", "nearly"),
        ("Ines Roth was the president.", "Ines Roth, the former president, spoke.", ""),
        ("Ines Roth is a former president.", "Ines Roth, the former president, spoke.", ""),
        ("Ines Roth is the president.", "Ines Roth, the president, followed a former president.", ""),
        ("Ines Roth is the president.", "Ines Roth won the election.", ""),
    ],
)
def test_a_role_or_an_event_that_is_qualified_is_another(text: str, quote: str, qualifier: str) -> None:
    assert find_qualifier(text, quote) == qualifier


@pytest.mark.parametrize(
    ("text", "quote", "opposite"),
    [
        ("Prices rose by 5 percent.", "Prices fell by 5 percent.", "fell"),
        ("The strike began on Monday.", "The strike ended on Monday.", "ended"),
        ("It made a profit of $3 million.", "It made a loss of $3 million.", "loss"),
        ("Prices rose by 5 percent.", "Prices rose by 5 percent, and wages fell.", ""),
        ("Prices rose and fell.", "Prices fell.", ""),
        ("The cause is unknown.", "The cause is not known.", ""),
        ("Lund beat Oslo and won.", "Oslo lost to Lund.", ""),
        ("When did the museum open?", "The museum, close to the station, was inaugurated in May.", ""),
        ("How long is the trip?", "It is a short trip of two days.", ""),
    ],
)
def test_the_opposite_of_a_word_is_told(text: str, quote: str, opposite: str) -> None:
    assert find_opposite(text, quote) == opposite


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_texts_are_compared_and_a_text_differs_not_from_itself(text: str, other: str) -> None:
    assert isinstance(find_difference(text, other), str)
    assert find_difference(text, text) == ""
