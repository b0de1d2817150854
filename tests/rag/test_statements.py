"""Statements: what a question takes for granted, in its own words, or nothing where its grammar isn't certain."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.statements import parse_statement


@pytest.mark.parametrize(
    ("question", "statement"),
    [
        ("Why did Anna Rao walk out of the Arland summit?", "Anna Rao did walk out of the Arland summit"),
        ("When was Ole Brandt arrested?", "Ole Brandt was arrested"),
        ("In which year did the SCO admit Norvia?", "the SCO did admit Norvia"),
        ("Who succeeded Anna Rao as governor?", "anyone succeeded Anna Rao as governor"),
        ("Which company bought the Tarn Theatre?", "any company bought the Tarn Theatre"),
        ("What did Rao and Brandt sign in Tarn in May?", "Rao and Brandt did sign anything in Tarn in May"),
        ("How many workers did Tarn Glass dismiss in 2014?", "Tarn Glass did dismiss any workers in 2014"),
        ("How long has the Duke of Arlen lived in Tarn?", "the Duke of Arlen has lived in Tarn"),
        ("Why did Anna Rao refuse to sign the treaty?", "Anna Rao did refuse to sign the treaty"),
        ("Why was the Velden bridge closed to lorries?", "the Velden bridge was closed to lorries"),
    ],
)
def test_the_question_becomes_a_statement_of_its_own_words(question: str, statement: str) -> None:
    parsed = parse_statement(question)
    assert parsed is not None and parsed.text == statement


def test_what_was_found_tells_the_subject_from_the_verb() -> None:
    question = "Why did the Norvian parliament reject the dam?"
    assert parse_statement(question) is None
    parsed = parse_statement(question, ["The Norvian parliament met on Friday."])
    assert parsed is not None and parsed.text == "the Norvian parliament did reject the dam"
    assert parsed.subject == ("norvian",) and parsed.verb == "reject"


@pytest.mark.parametrize(
    "question",
    [
        "",
        "Why?",
        "Why did it rain?",
        "How many people live in Rome?",
        "Xi left.",
        "Did Anna Rao resign?",
        "Why did Anna Rao not come?",
        "What would Anna Rao do if Norvia left?",
        "Did Anna Rao resign or was she fired?",
        "What did Anna Rao talk about at the summit?",
        "What did Anna Rao promise the miners?",
        "How many days before Brandt did Anna Rao arrive in Tarn?",
        "Why did Norvia's shares fall?",
        "Why did Apple shares fall?",
        "Who is the president of Norvia?",
        "What is the capital of Norvia?",
    ],
)
def test_a_question_that_takes_nothing_for_granted_or_is_not_certain_has_none(question: str) -> None:
    assert parse_statement(question) is None


@given(st.text(max_size=40), st.sampled_from(["did", "was", "has", "do"]), st.text(max_size=40))
def test_any_text_is_taken(before: str, helper: str, after: str) -> None:
    for question in (f"Why {helper} {after}?", f"What {before} {helper} {after}?", f"Who {before} {after}?"):
        parsed = parse_statement(question, [before, after])
        assert parsed is None or (parsed.subject and parsed.text)
