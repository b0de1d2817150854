"""The deterministic checker: what it must find supported, and what it must never let pass."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.checking.checker import Judge, NetworkChecker, SignalsChecker, parse_nli
from rag.checking.features import log_odds
from rag.errors import SettingsError
from rag.models.logistic import LogisticModel, Weight
from rag.records import Judgement
from tests.rag.build import evidence

CHECKER = SignalsChecker()
PARTNERS = "Around this core there are 14 dialogue partners, and Turkey is one of them."


def judge(claim: str, *quotes: str, question: str = "") -> Judgement:
    return CHECKER.check(claim, [evidence(quote, id=f"{number:016}") for number, quote in enumerate(quotes)], question)


def test_no_evidence_is_never_support() -> None:
    assert judge("Anything at all.").verdict == "unsupported"
    assert judge("").verdict == "unsupported"


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        (PARTNERS, PARTNERS),
        ("There are fourteen dialogue partners around this core.", PARTNERS),
        ("Turkey is one of the 14 dialogue partners.", PARTNERS),
        ("Chinese firms invested $9.55bn in Kazakhstan.",
         "Its firms, all Chinese, have invested 9.55 billion dollars in Kazakhstan since 2013."),
        ("Modi did not travel to Astana.", "Narendra Modi did not travel to Astana this week."),
    ],
)  # fmt: skip
def test_what_the_evidence_says_is_supported(claim: str, quote: str) -> None:
    assert judge(claim, quote).verdict == "supported"


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("Around this core there are 15 dialogue partners.", PARTNERS),
        ("Around this core there are 14 million dialogue partners.", PARTNERS),
        ("Around this core there are 14 dialogue partners, and Egypt is one of them.", PARTNERS),
        ("The president of Kazakhstan opened the summit with a speech.", PARTNERS),
        ("The summit ended on Thursday in Astana.", "The summit ended on Wednesday in Astana."),
    ],
)
def test_what_the_evidence_does_not_say_is_not_supported(claim: str, quote: str) -> None:
    judgement = judge(claim, quote)
    assert judgement.verdict != "supported"
    assert judgement.reason
    assert judgement.score < judge(quote, quote).score


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("5 million people fled the region.", "15 million people fled the region."),
    ],
)  # fmt: skip
def test_a_claim_cut_out_of_a_sentence_that_says_otherwise_is_not_supported(claim: str, quote: str) -> None:
    assert judge(claim, quote).verdict != "supported"


def test_another_name_at_the_start_of_the_claim_is_not_supported() -> None:
    assert judge("Putin arrived in Astana.", "Xi arrived in Astana.").verdict != "supported"


def test_evidence_is_judged_together() -> None:
    first, second = "The summit was held in Astana.", "It brought 14 partners together."
    claim = "The summit in Astana brought 14 partners together."
    assert judge(claim, first).verdict != "supported"
    assert judge(claim, first, second).verdict == "supported"


def test_a_short_answer_is_judged_with_its_question() -> None:
    assert (
        judge("14.", PARTNERS, question="How many dialogue partners are there around the core?").verdict == "supported"
    )
    assert judge("14.", PARTNERS, question="How many tigers live in the zoo of Berlin?").verdict != "supported"
    assert (
        judge("15.", PARTNERS, question="How many dialogue partners are there around the core?").verdict != "supported"
    )


@given(st.text(max_size=60), st.text(min_size=1, max_size=60).filter(str.strip))
def test_any_claim_gets_a_judgement_with_a_probability(claim: str, quote: str) -> None:
    judgement = judge(claim, quote)
    assert 0 <= judgement.score <= 1
    assert judgement.reason


def network(supported: float, contradicted: float = 0.0) -> NetworkChecker:
    probabilities = {"supported": supported, "contradicted": contradicted, "unsupported": 1 - supported - contradicted}
    return NetworkChecker(lambda: lambda claim, quotes: probabilities, "scripted")


@pytest.mark.parametrize(
    ("supported", "contradicted", "verdict"),
    [(0.9, 0.05, "supported"), (0.1, 0.8, "unsupported"), (0.1, 0.2, "unsupported")],
)
def test_a_claim_is_supported_or_not_and_never_said_to_be_contradicted(
    supported: float, contradicted: float, verdict: str
) -> None:
    judgement = network(supported, contradicted).check(
        "The SCO counts 14 partners.", [evidence("It has 14 partners of the SCO.")]
    )
    assert (judgement.verdict, judgement.score) == (verdict, supported)


def test_labels_of_inference_become_verdicts() -> None:
    parsed = parse_nli({"entailment": 0.7, "neutral": 0.2, "contradiction": 0.1})
    assert parsed == pytest.approx({"supported": 0.7, "contradicted": 0.1, "unsupported": 0.2})
    with pytest.raises(SettingsError, match="toxic"):
        parse_nli({"toxic": 1.0})


@pytest.mark.parametrize(
    ("claim", "quote", "verdict"),
    [
        ("The airline went bankrupt in May 2022.", "The airline went bankrupt last month.", "supported"),
        ("The airline went bankrupt in 2021.", "The airline went bankrupt last year.", "supported"),
        ("The airline went bankrupt on 14 June 2022.", "The airline went bankrupt on Tuesday.", "supported"),
        ("The airline went bankrupt in April 2022.", "The airline went bankrupt last month.", "unsupported"),
        ("The airline went bankrupt in 2019.", "The airline went bankrupt last year.", "unsupported"),
    ],
)
def test_a_relative_date_supports_the_date_that_it_means(claim: str, quote: str, verdict: str) -> None:
    judgement = CHECKER.check(claim, [evidence(quote, published="2022-06-15")])
    assert (judgement.verdict == "supported") == (verdict == "supported")


COMBINATION = LogisticModel(
    intercept=-3.0,
    weights={"network": Weight(slope=0.5, mean=0.0), "coverage": Weight(slope=4.0, mean=0.7)},
    provenance="made for this test",
)


def combined(supported: float) -> NetworkChecker:
    probabilities = {"supported": supported, "contradicted": 0.0, "unsupported": 1 - supported}
    return NetworkChecker(lambda: lambda claim, quotes: probabilities, "scripted", COMBINATION)


def test_network_and_signals_make_one_probability_and_the_reason_names_what_decided() -> None:
    quote = evidence("It has 14 partners of the SCO.")
    assert combined(0.6).check("The SCO counts 14 partners.", [quote]).score == pytest.approx(
        COMBINATION.probability({"network": log_odds(0.6), "coverage": 0.75})
    )
    certain = combined(0.999).check("The SCO counts 14 partners.", [quote])
    assert certain.verdict == "supported"
    assert "reading of the evidence" in certain.reason
    lacking = combined(0.5).check("The president opened the session of the SCO.", [quote])
    assert lacking.verdict == "unsupported"
    assert "share of its words" in lacking.reason


def test_a_veto_decides_the_verdict_and_leaves_the_probability_what_it_is() -> None:
    there, lacking = (
        combined(0.999).check(f"The SCO has {number} partners of it.", [evidence("It has 14 partners of the SCO.")])
        for number in (14, 15)
    )
    assert (there.verdict, lacking.verdict) == ("supported", "unsupported")
    assert lacking.reason == "the evidence lacks the number 15"
    features = {"network": log_odds(0.999), "coverage": 2 / 3}
    assert lacking.score == pytest.approx(COMBINATION.probability(features))


def test_no_reason_states_a_percentage_of_likelihood() -> None:
    for supported in (0.1, 0.999):
        judgement = combined(supported).check(
            "The SCO counts 14 partners.", [evidence("It has 14 partners of the SCO.")]
        )
        assert "%" not in judgement.reason


def test_a_number_of_the_question_may_stand_around_the_evidence() -> None:
    won = evidence("Otto Brandl won the election by a wide margin.", published="2024-06-15")
    assert combined(0.999).check("Otto Brandl", [won], "Who won the election in 2024?").verdict == "supported"


def test_word_for_word_and_no_evidence_need_no_network() -> None:
    def fail() -> Judge:
        raise AssertionError("not needed")

    checker = NetworkChecker(fail, "scripted", COMBINATION)
    assert checker.check("Rain fell.", [evidence("Rain fell.")]).verdict == "supported"
    assert checker.check("Rain fell.", []).verdict == "unsupported"
