"""Claims: a draft becomes claims, each with its window and judgement; what fails is replaced or left out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.checking.claims import ground, parse_claims, quote_claim
from tests.fakes import ScriptedChecker
from tests.rag.checking.test_alignment import EVIDENCE, QUESTION, QUOTES


@pytest.mark.parametrize(
    ("draft", "claims"),
    [
        ("It has 14 partners [2].", ["It has 14 partners."]),
        ("It has 14 partners.[1][3] Turkey [1, 2] joined.", ["It has 14 partners.", "Turkey joined."]),
        ("Answer: It has **14** partners.", ["It has 14 partners."]),
        ("- It has 14 partners.\n- Turkey joined.", ["It has 14 partners.", "Turkey joined."]),
        ("It has 14 partners. It has 14 partners.", ["It has 14 partners."]),
        ("How many are there? It has 14.", ["It has 14."]),
        ("", []),
        (" \n ... [1]", []),
    ],
)
def test_a_draft_becomes_claims_without_marks(draft: str, claims: list[str]) -> None:
    assert parse_claims(draft, QUESTION) == claims


@pytest.mark.parametrize("draft", ["The SCO has dialogue partners.", "Dialogue partners of the SCO."])
def test_a_sentence_that_only_repeats_the_question_is_no_claim(draft: str) -> None:
    assert parse_claims(draft, QUESTION) == []


def test_yes_and_no_are_claims_though_they_repeat_the_question() -> None:
    assert parse_claims("No, Modi did not attend.", "Did Modi not attend?") == ["No, Modi did not attend."]


@pytest.mark.parametrize(
    ("question", "claim"),
    [
        ("Was the body founded in 1996 or in 2001?", "The body was founded in 1996."),
        ("Isn't Modi at the summit?", "Modi is at the summit."),
        ("Didn't Modi attend?", "Yes, Modi did not attend."),
    ],
)
def test_whether_something_is_so_is_answered_by_repeating_it(question: str, claim: str) -> None:
    assert parse_claims(claim, question) == [claim]


def test_a_yes_that_the_sentence_takes_back_is_cut() -> None:
    assert parse_claims("Yes, Modi is not a member.", "Is Modi a member?") == ["Modi is not a member."]


@given(st.text(max_size=120))
def test_any_draft_gives_claims_with_words_each_once(draft: str) -> None:
    claims = parse_claims(draft, QUESTION)
    assert len(set(claims)) == len(claims)
    assert all(any(character.isalnum() or character == "_" for character in claim) for claim in claims)


def test_a_supported_claim_stands_as_it_was_written() -> None:
    (claim,) = ground("The organization has fourteen dialogue partners.", QUESTION, EVIDENCE, ScriptedChecker())
    assert claim.is_supported
    assert claim.text == "The organization has fourteen dialogue partners."
    assert claim.evidence == (EVIDENCE[1],)


@pytest.mark.parametrize("verdict", ["unsupported", "contradicted"])
def test_a_failed_claim_is_followed_by_the_sentence_that_replaces_it(verdict: str) -> None:
    checker = ScriptedChecker(fifteen=verdict)
    failed, repaired = ground("The organization has fifteen dialogue partners.", QUESTION, EVIDENCE, checker)
    assert not failed.is_supported and failed.judgement.verdict == verdict
    assert repaired.is_supported
    assert repaired.text == QUOTES[1]
    assert repaired.evidence == (EVIDENCE[1],)


def test_a_failed_claim_that_no_sentence_resembles_is_not_replaced() -> None:
    checker = ScriptedChecker(Bananas="unsupported")
    (failed,) = ground("Bananas from Astana ripen slowly in warm rooms.", QUESTION, EVIDENCE, checker)
    assert not failed.is_supported


def test_a_quote_is_supported_by_itself() -> None:
    claim = quote_claim(EVIDENCE[1])
    assert claim.is_supported
    assert claim.text == EVIDENCE[1].quote
    assert claim.evidence == (EVIDENCE[1],)


def test_a_bare_yes_is_aligned_by_its_question_and_shown_with_its_sentence() -> None:
    yes, shown = ground("Yes.", "Are Turkey and Egypt among the partners?", EVIDENCE, ScriptedChecker())
    assert yes.is_supported and yes.text == "Yes." and yes.evidence[0] == EVIDENCE[2]
    assert shown.text == QUOTES[2]
    assert [claim.is_supported for claim in ground("No.", "Is it snowing?", EVIDENCE, ScriptedChecker())] == [False]
