"""Whether claims are given: the features of an answer, the two thresholds, and the models of the package."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest

from rag.checking.checker import SignalsChecker
from rag.checking.claims import quote_claim
from rag.checking.decision import (
    DRAFTS_MODEL,
    QUOTES_MODEL,
    AnswerDecider,
    Thresholds,
    TopicDecider,
    answer_features,
    load_decision_model,
    topic_features,
)
from rag.errors import ModelNotFoundError
from rag.models.logistic import LogisticModel, Weight
from rag.records import Window
from rag.retrieval.reranking import load_reader
from rag.settings import load_settings
from tests.fakes import OverlapReranker, ScriptedChecker
from tests.rag.build import evidence

ASKED = "Who hosts the festival?"


def fitting(quote: str, score: float) -> Window:
    return replace(evidence(quote), score=score)


QUOTE = fitting("Kenya hosts the festival in March.", 0.8)
CLAIM = quote_claim(QUOTE)


THRESHOLDS = Thresholds(answered_min=0.8, unsure_min=0.5)


def made_decider(model: LogisticModel) -> AnswerDecider:
    return AnswerDecider(checker=ScriptedChecker(), reader=OverlapReranker(), model=model, thresholds=THRESHOLDS)


def decider(log_odds: float) -> AnswerDecider:
    return made_decider(LogisticModel(intercept=log_odds, weights={}, provenance=""))


def test_the_best_cited_window_is_what_is_read_and_fits() -> None:
    other = quote_claim(fitting("Rain fell in the north.", 0.1))
    features = answer_features(ASKED, [other, CLAIM], ScriptedChecker(), OverlapReranker())
    assert features["reading"] == pytest.approx(math.log(0.75 / 0.25))
    assert features["fit"] == 0.8
    assert features["answering"] == pytest.approx(math.log(0.9 / 0.1))
    assert "reading" not in answer_features(ASKED, [CLAIM], ScriptedChecker(), None)


def test_a_topic_is_judged_by_the_best_window_and_by_the_words_that_all_of_them_hold() -> None:
    windows = [QUOTE, fitting("Nairobi waits for the singers.", 0.3)]
    assert topic_features("the festival in Nairobi", windows) == {"fit": 0.8, "asked": 1.0}
    assert topic_features("the festival in Honolulu", windows)["asked"] == 0.5


@pytest.mark.parametrize(("weight", "verdict"), [(9.0, "answered"), (0.5, "unsure"), (-9.0, "abstained")])
def test_a_topic_has_the_same_thresholds(weight: float, verdict: str) -> None:
    model = LogisticModel(intercept=0.0, weights={"fit": Weight(slope=weight, mean=0.5)}, provenance="")
    judge = TopicDecider(model=model, thresholds=THRESHOLDS)
    assert judge.decide("the festival", [QUOTE]).verdict == verdict
    assert judge.decide("the festival", []).confidence == 0.0


@pytest.mark.parametrize(("log_odds", "verdict"), [(2.0, "answered"), (0.5, "unsure"), (-0.5, "abstained")])
def test_two_thresholds_part_answered_unsure_and_abstained(log_odds: float, verdict: str) -> None:
    decision = decider(log_odds).decide(ASKED, [CLAIM])
    assert decision.verdict == verdict
    assert decision.confidence == pytest.approx(1 / (1 + math.exp(-log_odds)))


def test_without_a_supported_claim_it_abstains() -> None:
    decision = decider(9.0).decide(ASKED, [])
    assert (decision.verdict, decision.confidence) == ("abstained", 0.0)


def test_the_features_are_weighed_by_their_names() -> None:
    model = LogisticModel(intercept=0.0, weights={"fit": Weight(slope=5.0, mean=0.0)}, provenance="")
    assert made_decider(model).decide(ASKED, [CLAIM]).confidence == pytest.approx(1 / (1 + math.exp(-4.0)))


@pytest.mark.parametrize("path", [DRAFTS_MODEL, QUOTES_MODEL], ids=lambda path: path.stem)
def test_the_models_of_the_package_prefer_what_is_read_to_answer(path: Path) -> None:
    settings = load_settings()
    model = load_decision_model(path)
    thresholds = Thresholds(answered_min=settings.answered_min, unsure_min=settings.unsure_min)
    reader = load_reader(settings)
    judge = AnswerDecider(checker=SignalsChecker(), reader=reader, model=model, thresholds=thresholds)
    near = fitting("Kenya hosts the festival in March.", 0.8)
    distant = fitting("Rain fell in the north on Monday.", 0.1)
    assert judge.decide(ASKED, [quote_claim(near)]).verdict == "answered"
    assert judge.decide(ASKED, [quote_claim(distant)]).verdict == "abstained"


def test_a_model_that_is_not_there_names_its_file(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFoundError, match=r"nothing\.json"):
        load_decision_model(tmp_path / "nothing.json")
