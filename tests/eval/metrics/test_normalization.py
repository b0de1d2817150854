from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics.normalization import match_tokens, squad_normal_form


def test_squad_drops_case_punctuation_and_articles() -> None:
    assert squad_normal_form("The  U.S. won, an easy 9.55 bn!") == "us won easy 955 bn"


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("1,500 dollars", ["1500", "dollars"]),
        ("It rose 9.55.", ["it", "rose", "9.55"]),
        ("40% or 40 per cent", ["40", "percent", "or", "40", "percent"]),
        ("China's and China’s", ["china", "and", "china"]),
        ("a five-day trip", ["five", "day", "trip"]),
        ("the U.S. Senate", ["us", "senate"]),
        ("António Guterres", ["antonio", "guterres"]),
        ("1,2,3", ["1", "2", "3"]),
        ("", []),
    ],
)
def test_match_tokens(text: str, tokens: list[str]) -> None:
    assert match_tokens(text) == tokens


@given(st.text())
def test_both_forms_are_stable(text: str) -> None:
    once = " ".join(match_tokens(text))
    assert squad_normal_form(squad_normal_form(text)) == squad_normal_form(text)
    assert all(token == token.strip() and token for token in once.split())
