"""Sentence spans: exact, in order, nothing lost, a line break always ends one."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from rag.text.sentences import sentence_spans

lines = st.text(st.sampled_from("abc AB.?!… \n\t“”’()1,;:é中。"), max_size=120)


@given(lines | st.text(max_size=80))
def test_spans_rise_hold_no_outer_space_and_leave_only_white_space_out(text: str) -> None:
    spans = sentence_spans(text)
    assert all(start < end for start, end in spans)
    assert all(first[1] <= second[0] for first, second in pairwise(spans))
    assert all(text[start:end] == text[start:end].strip() for start, end in spans)
    covered = {position for start, end in spans for position in range(start, end)}
    assert "".join(text[position] for position in range(len(text)) if position not in covered).strip() == ""
    assert not any("\n" in text[start:end] for start, end in spans)


def test_sentences_end_where_a_reader_ends_them() -> None:
    text = "Mr. Xi arrived on Jul. 2 with 9.55 billion dollars. He met “old friends.” Why?\nA heading\n- An item"
    assert [text[start:end] for start, end in sentence_spans(text)] == [
        "Mr. Xi arrived on Jul. 2 with 9.55 billion dollars.",
        "He met “old friends.”",
        "Why?",
        "A heading",
        "- An item",
    ]


def test_blank_text_has_no_sentence() -> None:
    assert sentence_spans("") == sentence_spans(" \n\n\t") == []


def test_an_unknown_language_is_split_too() -> None:
    assert sentence_spans("One. Two.", "xx") == sentence_spans("One. Two.", "") == [(0, 4), (5, 9)]
