"""Overlap: the share of content words in another text, and negation."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.overlap import coverage, has_negation


@given(st.text(), st.text())
def test_coverage_takes_any_text_and_a_text_covers_itself(text: str, other: str) -> None:
    assert 0 <= coverage(text, other) <= 1
    assert coverage(text, text) == 1


@pytest.mark.parametrize(
    "text", ["He did not come.", "He didn’t come.", "Nobody came.", "It cannot be.", "He denied it."]
)
def test_negation_is_seen(text: str) -> None:
    assert has_negation(text)
    assert not has_negation("He came, and noted another knot.")


def test_any_negating_word_counts() -> None:
    assert has_negation("Modi did not come.")
    assert has_negation("Modi never came.")
    assert not has_negation("Modi came.")


def test_coverage_is_the_share_of_content_words() -> None:
    assert coverage("The leaders met in Astana", "A leader was in Astana") == pytest.approx(2 / 3)
    assert coverage("14 partners", "fourteen partners") == 1
    assert coverage("of the", "anything") == 1
    assert coverage("leaders", "") == 0
