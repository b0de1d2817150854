"""False premises: what an article denies is told first; what it merely doesn't tell is not touched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.library import Library
from rag.premises import DENIED, REASON, find_denial, parse_premise
from tests.rag.build import evidence
from tests.rag.test_sides import ask, publish

WALKED = "Why did Anna Rao walk out of the climate summit?"
JOINED = "When did Norvia join the customs union?"


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        (WALKED, "Rao did not attend the climate summit."),
        (WALKED, "Anna Rao stayed away from the climate summit in Nairobi."),
        (WALKED, "Rao has decided against travelling to the climate summit."),
        (WALKED, "Denholm said that Rao never came to the climate summit."),
        (JOINED, "Norvia never joined the customs union."),
        (JOINED, "Its neighbour did, but Norvia did not join the union."),
        ("What did Rao say in her speech in Nairobi?", "Rao did not travel to Nairobi."),
    ],
)
def test_a_denied_premise_is_seen(question: str, sentence: str) -> None:
    found = find_denial(question, [evidence(sentence)])
    assert found is not None and found.quote == sentence


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        (WALKED, "Rao walked out of the climate summit."),
        (WALKED, "Rao did not attend the trade summit."),
        (WALKED, "Denholm did not attend the climate summit with Rao."),
        (WALKED, "Rao praised the climate summit."),
        (WALKED, "Rao did not only attend the climate summit, he walked out of it."),
        (JOINED, "Norvia never joined the monetary union."),
        (JOINED, "Norvia joined the customs union in 2004."),
        (JOINED, "Estia never joined the customs union, Norvia did."),
        ("Did Norvia join the customs union?", "Norvia never joined the customs union."),
        ("Who never joined the customs union?", "Norvia never joined the customs union."),
        ("Why did the price rise?", "The price did not rise."),
    ],
)
def test_what_is_not_denied_is_no_false_premise(question: str, sentence: str) -> None:
    assert find_denial(question, [evidence(sentence)]) is None


def test_an_article_that_affirms_it_outweighs_the_denial() -> None:
    denial, affirmation = (
        evidence("Norvia never joined the customs union."),
        evidence("Norvia joined the customs union."),
    )
    assert find_denial(JOINED, [denial, affirmation]) is None
    assert find_denial(JOINED, [affirmation, denial]) is None


def test_a_denial_of_another_year_is_none() -> None:
    sentence = "Rao did not attend the climate summit in 2012."
    assert find_denial(WALKED, [evidence(sentence, published="2020-05-05")]) is None
    assert find_denial(WALKED, [evidence(sentence, published="2012-05-05")]) is not None


def test_the_answer_says_first_that_the_articles_deny_it_and_cites_them(library: Library) -> None:
    said = "Rao did not attend the climate summit."
    publish(library, "a", f"{said} She was ill at home in Tarn.")
    publish(library, "b", "The climate summit was opened by the king of Arland.")
    answer = ask(library, "Anna Rao walked out of the climate summit because she was ill.", WALKED)
    assert answer.verdict == "partial" and answer.reason == REASON
    assert answer.text == f"{DENIED} {said} [1]"
    assert [citation.quote for citation in answer.citations] == [said]
    assert [(claim.text, claim.verdict, claim.citations) for claim in answer.claims] == [(said, "supported", (1,))]


@pytest.mark.parametrize("question", ["", "Why?", "Why did it rain?", "How many people live in Rome?", "Xi left."])
def test_a_question_about_no_named_subject_takes_nothing_for_granted(question: str) -> None:
    assert parse_premise(question) is None


@given(st.text(), st.text(min_size=1))
def test_any_texts_are_taken(question: str, sentence: str) -> None:
    find_denial(f"Why did {question}?", [evidence(sentence)])
