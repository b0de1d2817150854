"""The deterministic checker: what it must find supported, and what it must never let pass."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.checking import Judge, NetworkChecker, SignalsChecker, parse_nli
from rag.errors import SettingsError
from rag.logistic import LogisticModel, Weight
from rag.records import Judgement
from rag.support import log_odds
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
        ("Around this core there are not 14 dialogue partners.", PARTNERS),
        ("The president of Kazakhstan opened the summit with a speech.", PARTNERS),
        ("Modi travelled to Astana this week.", "Narendra Modi did not travel to Astana this week."),
        ("The summit ended on Thursday in Astana.", "The summit ended on Wednesday in Astana."),
    ],
)
def test_what_the_evidence_does_not_say_is_not_supported(claim: str, quote: str) -> None:
    judgement = judge(claim, quote)
    assert judgement.verdict != "supported"
    assert judgement.reason
    assert judgement.score < judge(quote, quote).score


def test_another_number_for_the_same_thing_and_a_negation_contradict() -> None:
    assert judge("Around this core there are 15 dialogue partners.", PARTNERS).verdict == "contradicted"
    assert judge("Around this core there are not 14 dialogue partners.", PARTNERS).verdict == "contradicted"


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("5 million people fled the region.", "15 million people fled the region."),
        ("Iran would join the organization next year.",
         "Officials denied that Iran would join the organization next year."),
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
    [(0.9, 0.05, "supported"), (0.1, 0.8, "contradicted"), (0.1, 0.2, "unsupported")],
)
def test_a_network_judges_what_the_signals_leave_open(supported: float, contradicted: float, verdict: str) -> None:
    judgement = network(supported, contradicted).check(
        "The SCO counts 14 partners.", [evidence("It has 14 partners of the SCO.")]
    )
    assert (judgement.verdict, judgement.score) == (verdict, supported)


def test_a_network_is_not_asked_where_a_number_is_missing() -> None:
    judgement = network(0.99).check("The SCO has 15 partners.", [evidence("The SCO has 14 partners.")])
    assert judgement.verdict != "supported"


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


def test_a_number_that_is_not_there_is_refused_however_sure_the_network_is() -> None:
    judgement = combined(0.999).check("The SCO has 15 partners of it.", [evidence("It has 14 partners of the SCO.")])
    assert judgement.verdict != "supported"


def test_word_for_word_and_no_evidence_need_no_network() -> None:
    def fail() -> Judge:
        raise AssertionError("not needed")

    checker = NetworkChecker(fail, "scripted", COMBINATION)
    assert checker.check("Rain fell.", [evidence("Rain fell.")]).verdict == "supported"
    assert checker.check("Rain fell.", []).verdict == "unsupported"


def test_yes_is_not_said_of_one_whom_only_the_surroundings_name() -> None:
    text = "Ines Roth spoke on Monday. The mayor of Lund, Otto Brandl, attended the fair."
    brandl = evidence("The mayor of Lund, Otto Brandl, attended the fair.", text)
    sure = combined(0.999)
    assert sure.check("Yes, Otto Brandl attended the fair.", [brandl]).verdict == "supported"
    assert sure.check("Yes, Ines Roth attended the fair.", [brandl]).verdict != "supported"


@pytest.mark.parametrize(
    ("question", "claim", "quote"),
    [
        ("Is Lund a member?", "Yes, Lund is a member of the league.", "Lund is not a member of the league."),
        ("Has Lund joined?", "Lund has joined the league.", "Lund is expected to join the league, of which it talks."),
        ("Has Lund joined?", "Lund has joined the league.", "Lund will join the league, of which it talks."),
        ("Has Lund joined?", "Lund has joined the league.", "Lund is to join the league, of which it talks."),
        ("Will Lund join?", "Yes, Lund will join the league.", "Lund may join the league, of which it talks."),
    ],
)
def test_yes_is_not_said_of_what_is_denied_or_only_expected(question: str, claim: str, quote: str) -> None:
    judgement = combined(0.999).check(claim, [evidence(quote)], question)
    assert judgement.verdict != "supported"
    assert "less surely" in judgement.reason or "negation" in judgement.reason


@pytest.mark.parametrize(
    ("question", "claim", "quote"),
    [
        ("Has Lund joined?", "Yes, Lund has joined the league.", "In May Lund joined the league, of which it talks."),
        ("Will Lund join?", "Yes, Lund will join the league.", "Lund will join the league, of which it talks."),
        ("Did Lund leave?", "Yes, Lund left the league.", "Lund left the league, and comes to Oslo next week."),
        ("Was it in 1996 or in 2001?", "It began in 1996.", "In 1996 it began, the league of five towns."),
        ("Who may join?", "Lund has joined the league of towns.", "Lund may join the league of towns by law."),
    ],
)
def test_yes_is_said_as_surely_as_the_evidence_says_it(question: str, claim: str, quote: str) -> None:
    assert combined(0.999).check(claim, [evidence(quote)], question).verdict == "supported"


def test_a_name_that_is_news_must_stand_in_the_evidence_itself() -> None:
    text = "Otto Brandl, who follows the region for a newspaper, spoke. The president of Latvia is Ines Roth."
    brandl = evidence("Otto Brandl, who follows the region for a newspaper, spoke.", text)
    sure, question = combined(0.999), "Where does Otto Brandl work?"
    assert sure.check("Otto Brandl works as the president of Latvia.", [brandl], question).verdict != "supported"
    assert sure.check("Otto Brandl works for a newspaper of the region.", [brandl], question).verdict == "supported"
    around = "For whom does Otto Brandl follow Latvia?"
    assert sure.check("Otto Brandl follows Latvia for a newspaper.", [brandl], around).verdict == "supported"


def test_the_surroundings_lend_no_name_where_the_evidence_has_another_in_its_place() -> None:
    text = "The Oslo Bank met on Monday. Ines Roth, the Garonne Fund chair, will speak."
    roth = evidence("Ines Roth, the Garonne Fund chair, will speak.", text)
    question = "Who is the chair of the Oslo Bank?"
    for claim in ("Ines Roth is the chair of the Oslo Bank.", "Ines Roth"):
        judgement = combined(0.999).check(claim, [roth], question)
        assert judgement.verdict != "supported"
        assert "Garonne Fund in the place of Oslo Bank" in judgement.reason


@pytest.mark.parametrize(
    ("question", "claim", "quote"),
    [
        ("Which is the largest port?", "The largest port is Lund.", "Lund is the second-largest port of the coast."),
        ("Who is the president?", "Ines Roth is the president.", "Ines Roth, the former president, met them."),
        ("When did prices rise?", "In May.", "In May prices fell by 5 percent."),
        ("What happened in May?", "Prices rose by 5 percent.", "In May prices fell by 5 percent."),
        ("Did prices rise in May?", "Yes.", "In May prices fell by 5 percent."),
    ],
)
def test_a_difference_is_refused_however_sure_the_network_is(question: str, claim: str, quote: str) -> None:
    judgement = combined(0.999).check(claim, [evidence(quote)], question)
    assert judgement.verdict != "supported"
    assert "the evidence, which" in judgement.reason


def test_whether_something_is_so_is_denied_by_its_opposite() -> None:
    fell = [evidence("In May prices fell by 5 percent.")]
    assert combined(0.999).check("No, prices fell in May.", fell, "Did prices rise in May?").verdict == "supported"
    assert combined(0.999).check("Prices fell in May.", fell, "Did prices rise in May?").verdict == "supported"
