"""Shapes: questions on any topic that are asked in the same way have the same features."""

from __future__ import annotations

import numpy as np
import pytest

from rag.text.shapes import SHAPE_DIM, question_features, shape_features, shape_tokens

KNOWN = frozenset("why was the how many are there ?".split())


def same(first: str, second: str) -> bool:
    return bool(np.array_equal(shape_features(first, KNOWN), shape_features(second, KNOWN)))


def test_the_topic_does_not_count() -> None:
    assert same("Why was the coach sacked?", "why was the tower closed?")
    assert same("Why was the coach sacked?", "Why was the coach sacked yesterday?") is False  # it is longer


def test_common_words_and_their_order_count() -> None:
    assert not same("How many dogs are there?", "Why are there dogs?")
    assert not same("was the coach why?", "why was the coach?")
    assert not same("the coach sacked", "the coach sacked?")


def test_words_next_to_each_other_that_are_not_common_are_one_gap() -> None:
    gaps = shape_features("why Ana Rao", KNOWN) - shape_features("why was Rao", KNOWN)
    assert gaps.any()
    assert shape_tokens("What’s NEW?") == ["what's", "new", "?"]


@pytest.mark.parametrize("question", ["", "?", "市長は誰ですか？", "hi", "a " * 900])
def test_any_text_has_a_vector_of_length_one(question: str) -> None:
    assert np.linalg.norm(shape_features(question, KNOWN)) == pytest.approx(1.0, abs=1e-5)


def test_the_question_before_and_whether_there_is_one_are_features() -> None:
    vector, before = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    first = question_features("why?", vector, None, KNOWN)
    later = question_features("why?", vector, before, KNOWN)
    assert first.shape == later.shape == (5 + SHAPE_DIM,)
    assert first[:5].tolist() == [1, 2, 0, 0, 0] and later[:5].tolist() == [1, 2, 3, 4, 1]
    assert np.array_equal(first[5:], later[5:])
