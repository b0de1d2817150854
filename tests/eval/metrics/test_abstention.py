"""False answers, false refusals, and the curves over the confidence."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics import false_answers, false_refusals
from eval.metrics.risk_coverage import Outcome, area, risk_coverage, trade_off
from tests.eval.builders import make_answer, make_case, make_question

OUTCOMES = st.lists(
    st.builds(
        Outcome,
        id=st.uuids().map(str),
        confidence=st.floats(0, 1),
        answered=st.booleans(),
        correct=st.booleans(),
        expects_answer=st.booleans(),
    ),
    max_size=30,
    unique_by=lambda outcome: outcome.id,
)


def test_false_answers_and_refusals_are_a_pair() -> None:
    answered, abstained = make_answer(text="It is so."), make_answer(text="Not stated.", verdict="abstained")
    unanswerable = make_question("unanswerable", [])
    for answer, answer_score, refusal_score in ((answered, 1, 0), (abstained, 0, 1)):
        wrong = false_answers.measure(make_case(answer, unanswerable))
        refused = false_refusals.measure(make_case(answer))
        assert wrong is not None and wrong.value == answer_score
        assert refused is not None and refused.value == refusal_score
    assert false_answers.measure(make_case(answered)) is None
    assert false_refusals.measure(make_case(answered, unanswerable)) is None


def test_correcting_a_false_premise_is_no_false_answer() -> None:
    question = make_question("false_premise", [["did not come"]])
    score = false_answers.measure(make_case(make_answer(text="He did not come."), question))
    assert score is not None and score.value == 0


def test_a_failed_target_gives_no_false_answer() -> None:
    case = make_case(make_answer(text="", verdict="abstained"), make_question("unanswerable", []), error="down")
    assert false_answers.measure(case) is None


def outcome(id: str, confidence: float, answered: bool, correct: bool, expects_answer: bool = True) -> Outcome:
    wrong = answered and not expects_answer
    return Outcome(
        id=id,
        confidence=confidence,
        answered=answered,
        correct=correct,
        expects_answer=expects_answer,
        false_answer=wrong,
    )


FOUR = [
    outcome("a", 0.9, True, True),
    outcome("b", 0.8, True, False),
    outcome("c", 0.7, True, True),
    outcome("d", 0.95, False, False),
]


def test_risk_coverage_arithmetic() -> None:
    # By falling confidence: right, wrong, right; one of four abstained. Risks 0/1, 1/2, 1/3.
    points = risk_coverage(FOUR)
    assert points == [(0.25, 0.0), (0.5, 0.5), (0.75, pytest.approx(1 / 3))]
    assert area(points) == pytest.approx((0 + 1 / 2 + 1 / 3) / 3)


def test_ties_are_broken_by_id() -> None:
    tied = [outcome("b", 0.5, True, True), outcome("a", 0.5, True, False), outcome("c", 0.1, True, True)]
    assert [risk for _, risk in risk_coverage(tied)] == [1.0, 0.5, pytest.approx(1 / 3)]


def test_no_curve_without_order() -> None:
    assert risk_coverage([]) == []
    assert risk_coverage([outcome("a", 0.5, True, True), outcome("b", 0.5, True, False)]) == []
    assert area([]) is None


def test_a_stricter_threshold_trades_false_answers_for_false_refusals() -> None:
    four = [
        outcome("a", 0.9, True, True),
        outcome("b", 0.2, True, True),
        outcome("c", 0.6, True, False, expects_answer=False),
        outcome("d", 0.0, False, True, expects_answer=False),
    ]
    assert trade_off(four) == [(0.2, 0.5, 0.0), (0.6, 0.5, 0.5), (0.9, 0.0, 0.5)]
    assert trade_off(four[:2]) == []


@given(OUTCOMES, st.randoms(use_true_random=False))
def test_curves_do_not_depend_on_order_and_stay_in_bounds(outcomes: list[Outcome], rng: random.Random) -> None:
    points = risk_coverage(outcomes)
    shuffled = list(outcomes)
    rng.shuffle(shuffled)
    assert risk_coverage(shuffled) == points and trade_off(shuffled) == trade_off(outcomes)
    assert all(0 < coverage <= 1 and 0 <= risk <= 1 for coverage, risk in points)
    answers = [share for _, share, _ in trade_off(outcomes)]
    refusals = [share for _, _, share in trade_off(outcomes)]
    assert answers == sorted(answers, reverse=True) and refusals == sorted(refusals)
