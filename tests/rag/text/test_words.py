"""Words: splitting, function words, stems."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.words import FUNCTION_WORDS, content_stems, content_words, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Xi's visit, the leaders’ summit.", ["xi", "visit", "the", "leaders", "summit"]),
        ("It grew to 20,000 or 9.55bn.", ["it", "grew", "to", "20,000", "or", "9.55", "bn"]),
        ("The U.S. doesn’t.", ["the", "u.s.", "doesn't"]),
        ("Anti-Terrorist_Structure", ["anti", "terrorist", "structure"]),
        ("São Tomé, Шанхай", ["são", "tomé", "шанхай"]),
        ("*** ?!", []),
    ],
)
def test_text_is_split_into_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_content_words_leave_function_words_out_and_negations_in() -> None:
    assert content_words("Who of them did not come to the summit?") == ["not", "come", "summit"]


def test_forms_of_a_word_share_a_stem() -> None:
    assert content_stems("members invested") == content_stems("member investing")


@given(st.text())
def test_content_words_are_words_in_order_in_lower_case(text: str) -> None:
    every, content = words(text), content_words(text)
    assert [word for word in every if word not in FUNCTION_WORDS] == content
    assert all(word for word in every)
    assert len(content_stems(text)) == len(content)
