"""Whether claims are given: the features of an answer, the two thresholds, and the model of the package."""

import math
from dataclasses import replace

import pytest

from rag.checking.checker import SignalsChecker
from rag.checking.claims import quote_claim
from rag.checking.decision import AnswerDecider, answer_features, load_decider
from rag.models.logistic import LogisticModel, Weight
from rag.records import Window
from tests.fakes import OverlapReranker, ScriptedChecker
from tests.rag.build import evidence

ASKED = "Who hosts the festival?"


def fitting(quote: str, score: float) -> Window:
    return replace(evidence(quote), score=score)


QUOTE = fitting("Kenya hosts the festival in March.", 0.8)
CLAIM = quote_claim(QUOTE)


def decider(log_odds: float) -> AnswerDecider:
    model = LogisticModel(intercept=log_odds, weights={}, provenance="")
    return AnswerDecider(ScriptedChecker(), OverlapReranker(), model, answered_min=0.8, unsure_min=0.5)


def test_features_say_how_far_the_cited_window_exceeds_the_others() -> None:
    others = [fitting("Rain fell.", 0.1), fitting("Snow fell.", 0.3)]
    features = answer_features(ASKED, [CLAIM], [QUOTE, *others], ScriptedChecker(), OverlapReranker())
    assert features["fit"] == 0.8
    assert features["lead"] == pytest.approx(0.8 - 0.4)
    assert features["answering"] == pytest.approx(math.log(0.9 / 0.1))
    assert features["asked"] == 1.0


def test_the_best_cited_window_is_what_the_reader_reads() -> None:
    other = quote_claim(evidence("Rain fell in the north."))
    features = answer_features(ASKED, [other, CLAIM], [*other.evidence, QUOTE], ScriptedChecker(), OverlapReranker())
    assert features["reading"] == pytest.approx(math.log(0.75 / 0.25))


@pytest.mark.parametrize(
    ("question", "unnamed"),
    [(ASKED, 0.0), ("Who hosts the festival in Kenya?", 0.0), ("Who hosts the festival in Honolulu?", 1.0),
     ("Who hosts the festival of 2031?", 1.0)],
)  # fmt: skip
def test_a_name_or_number_of_the_question_that_is_nowhere_near_is_a_feature(question: str, unnamed: float) -> None:
    assert answer_features(question, [CLAIM], [QUOTE], ScriptedChecker(), None)["unnamed"] == unnamed


@pytest.mark.parametrize(("log_odds", "verdict"), [(2.0, "answered"), (0.5, "unsure"), (-0.5, "abstained")])
def test_two_thresholds_part_answered_unsure_and_abstained(log_odds: float, verdict: str) -> None:
    decision = decider(log_odds).decide(ASKED, [CLAIM], [QUOTE])
    assert decision.verdict == verdict
    assert decision.confidence == pytest.approx(1 / (1 + math.exp(-log_odds)))


def test_without_a_supported_claim_it_abstains() -> None:
    decision = decider(9.0).decide(ASKED, [], [QUOTE])
    assert (decision.verdict, decision.confidence) == ("abstained", 0.0)


def test_the_features_are_weighed_by_their_names() -> None:
    model = LogisticModel(intercept=0.0, weights={"lead": Weight(slope=5.0, mean=0.0)}, provenance="")
    judge = AnswerDecider(ScriptedChecker(), OverlapReranker(), model, answered_min=0.8, unsure_min=0.5)
    distant = fitting("Rain fell in the north on Monday.", 0.0)
    assert judge.decide(ASKED, [CLAIM], [QUOTE, distant]).confidence == pytest.approx(1 / (1 + math.exp(-2.0)))


def test_the_model_of_the_package_prefers_what_fits() -> None:
    judge = load_decider(SignalsChecker(), None, answered_min=0.7, unsure_min=0.5)
    near = fitting("Kenya hosts the festival in March.", 0.85)
    distant = fitting("Rain fell in the north on Monday.", 0.1)
    good = judge.decide(ASKED, [quote_claim(near)], [near, distant])
    bad = judge.decide(ASKED, [quote_claim(distant)], [near, distant])
    assert (good.verdict, bad.verdict) == ("answered", "abstained")
