"""False premises: what an article denies is told first; what none tells is only named by an abstention."""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.denials import find_denial
from rag.evidence import article_sentences
from rag.library import Library
from rag.premises import OPPOSITE, REASON, is_said_nowhere
from rag.records import Evidence, Judgement
from rag.statements import parse_statement
from tests.fakes import ScriptedChecker
from tests.rag.build import article, evidence
from tests.rag.test_sides import ask, publish

WALKED = "Why did Anna Rao walk out of the climate summit?"
JOINED = "When did Norvia join the customs union?"


def denial_of(question: str, *sentences: Evidence) -> Evidence | None:
    statement = parse_statement(question, [sentence.quote for sentence in sentences])
    return find_denial(statement, sentences) if statement else None


def sentences_of(case: dict[str, str]) -> list[Evidence]:
    whole = article(case["text"], title=case["title"], published=case["published"])
    return article_sentences(whole, 0, len(whole.text))


def load_cases(*expected: str) -> list[dict[str, str]]:
    lines = (resources.files("eval.datasets") / "premises.jsonl").read_text(encoding="utf-8").splitlines()
    return [case for case in map(json.loads, lines) if case["expected"] in expected]


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
        ("Why did Norvia ratify the climate treaty?", "Norvia refused to ratify the climate treaty."),
        ("When did Norvia win the 2014 relay?", "Norvia lost the 2014 relay by a second."),
        ("Why was Anna Rao convicted of perjury?", "Judges in Tarn acquitted Anna Rao of perjury."),
        ("Who succeeded Anna Rao as governor?", "Anna Rao remains governor."),
    ],
)
def test_a_denied_premise_is_seen(question: str, sentence: str) -> None:
    found = denial_of(question, evidence(sentence))
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
        ("Why did Norvia ratify the climate treaty?", "Norvia had refused to ratify the climate treaty."),
        ("When did Norvia win the 2014 relay?", "Estia lost the 2014 relay to Norvia."),
        ("When did Norvia win the 2014 relay?", "Norvia lost the 2010 relay, not the 2014 relay, which it did win."),
        ("Why was Anna Rao convicted of perjury?", "Judges acquitted Rao of theft."),
    ],
)
def test_what_is_not_denied_is_no_false_premise(question: str, sentence: str) -> None:
    assert denial_of(question, evidence(sentence)) is None


def test_an_article_that_affirms_it_outweighs_the_denial() -> None:
    denial, affirmation = (
        evidence("Norvia never joined the customs union."),
        evidence("Norvia joined the customs union."),
    )
    assert denial_of(JOINED, denial, affirmation) is None
    assert denial_of(JOINED, affirmation, denial) is None


def test_a_denial_of_another_year_is_none() -> None:
    sentence = "Rao did not attend the climate summit in 2012."
    assert denial_of(WALKED, evidence(sentence, published="2020-05-05")) is None
    assert denial_of(WALKED, evidence(sentence, published="2012-05-05")) is not None


def test_no_question_whose_premise_holds_or_that_has_none_is_said_to_be_denied() -> None:
    for case in load_cases("said", "none", "unsaid"):
        assert denial_of(case["question"], *sentences_of(case)) is None, case["id"]


def test_most_denials_of_the_data_set_are_seen() -> None:
    cases = load_cases("denied")
    seen = [case["id"] for case in cases if denial_of(case["question"], *sentences_of(case))]
    assert len(seen) >= 0.6 * len(cases), seen


def test_the_answer_says_first_that_the_articles_deny_it_and_cites_them(library: Library) -> None:
    said = "Rao did not attend the climate summit."
    publish(library, "a", f"{said} She was ill at home in Tarn.")
    publish(library, "b", "The climate summit was opened by the king of Arland.")
    answer = ask(library, "Anna Rao walked out of the climate summit because she was ill.", WALKED)
    assert answer.verdict == "partial" and answer.reason == REASON
    assert answer.text == (
        f"The articles do not say that Anna Rao did walk out of the climate summit; {OPPOSITE} {said} [1]"
    )
    assert [citation.quote for citation in answer.citations] == [said]
    assert [(claim.text, claim.verdict, claim.citations) for claim in answer.claims] == [(said, "supported", (1,))]


def test_an_abstention_names_what_is_taken_for_granted_and_said_nowhere(library: Library) -> None:
    publish(library, "a", "Anna Rao opened a hospital in Tarn. It has 200 beds.")
    answer = ask(
        library, "The sentences do not mention this.", "Why did Anna Rao demolish the hospital in Tarn?", Doubter()
    )
    assert answer.verdict == "abstained" and answer.text == answer.reason and answer.citations == ()
    assert answer.reason.startswith("The articles found do not say that Anna Rao did demolish the hospital in Tarn.")


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Why did Anna Rao demolish the hospital?", "Anna Rao demolished the hospital."),
        ("Why did Anna Rao demolish the hospital?", "The demolition of the hospital by Anna Rao took a day."),
        ("Why did Anna Rao demolish the hospital?", "The hospital was opened in May."),
        ("Who demolished Anna Rao's hospital?", "Anna Rao opened a hospital."),
        ("Why does Anna Rao support the hospital?", "Anna Rao opened a hospital."),
        ("What did Anna Rao say of the hospital?", "Anna Rao opened a hospital."),
    ],
)
def test_what_may_be_said_in_other_words_is_not_called_unsaid(question: str, text: str) -> None:
    statement = parse_statement(question, [text])
    assert statement is None or not is_said_nowhere(statement, [evidence(text)], Doubter())


def test_what_the_checker_finds_said_is_not_called_unsaid() -> None:
    statement = parse_statement("Why did Anna Rao demolish the hospital?")
    sentence = evidence("Anna Rao pulled down the hospital.")
    assert statement is not None
    assert is_said_nowhere(statement, [sentence], Doubter())
    assert not is_said_nowhere(statement, [sentence], ScriptedChecker())


@given(st.text(), st.text(min_size=1))
def test_any_texts_are_taken(question: str, sentence: str) -> None:
    denial_of(f"Why did {question}?", evidence(sentence))


class Doubter(ScriptedChecker):
    """Finds nothing supported."""

    def check(self, claim: str, evidence: Sequence[Evidence], question: str = "") -> Judgement:
        return Judgement(verdict="unsupported", score=0.1, reason="doubted")
