"""AUC, balanced accuracy, reliability, overlap and latency."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics.auc import auc
from eval.metrics.balanced_accuracy import balanced_accuracy, best_threshold
from eval.metrics.latency import latency_by_stage
from eval.metrics.overlap import overlap
from eval.metrics.reliability import brier_score, expected_calibration_error, reliability_bins

SCORED = st.lists(st.tuples(st.floats(0, 1), st.sampled_from([0.0, 1.0])), min_size=1, max_size=40)


def test_auc_arithmetic() -> None:
    scores, labels = np.array([0.9, 0.5, 0.5, 0.1]), np.array([1.0, 1.0, 0.0, 0.0])
    # Pairs positive-negative: (.9,.5) (.9,.1) (.5,.1) right, (.5,.5) half -> 3.5 / 4
    assert auc(scores, labels) == 3.5 / 4
    assert auc(scores, np.ones(4)) is None


def test_balanced_accuracy_arithmetic() -> None:
    predictions, labels = np.array([1.0, 0, 0, 0, 1]), np.array([1.0, 1, 0, 0, 0])
    assert balanced_accuracy(predictions, labels) == pytest.approx((1 / 2 + 2 / 3) / 2)
    assert balanced_accuracy(predictions, np.zeros(5)) is None


def test_the_best_threshold_lies_between_scores() -> None:
    scores, labels = np.array([0.9, 0.8, 0.4, 0.2]), np.array([1.0, 1.0, 0.0, 0.0])
    assert best_threshold(scores, labels) == pytest.approx(0.6)
    assert best_threshold(scores, np.zeros(4)) == 0.5


def test_reliability_arithmetic() -> None:
    probabilities, labels = np.array([0.05, 0.15, 0.95, 1.0]), np.array([0.0, 1.0, 1.0, 1.0])
    bins = reliability_bins(probabilities, labels)
    assert [(b.low, b.n, b.share) for b in bins] == [(0.0, 1, 0.0), (0.1, 1, 1.0), (0.9, 2, 1.0)]
    # |.05-0|/4 + |.15-1|/4 + |.975-1|*2/4
    assert expected_calibration_error(probabilities, labels) == pytest.approx(0.05 / 4 + 0.85 / 4 + 0.025 / 2)
    assert brier_score(probabilities, labels) == pytest.approx((0.05**2 + 0.85**2 + 0.05**2) / 4)


def test_overlap_arithmetic() -> None:
    evidence = ["Red cars stop.", "Blue cars drive fast."]
    assert overlap("Red cars drive", evidence, 1) == 1
    # Bigrams "red cars" and "cars drive" both stand there, but not "drive home".
    assert overlap("Red cars drive home", evidence, 2) == pytest.approx(2 / 3)
    assert overlap("stop blue", evidence, 2) == 0, "bigrams don't cross sentences"
    assert overlap("", evidence, 1) == 0


def test_latency_arithmetic() -> None:
    latency = latency_by_stage([{"total": 10.0, "draft": 1.0}, {"total": 30.0}, {"total": 20.0}])
    assert latency["total"].median_ms == 20 and latency["total"].p95_ms == pytest.approx(29)
    assert latency["draft"].n == 1 and list(latency) == ["total", "draft"]


@given(SCORED)
def test_auc_is_symmetric_and_a_threshold_never_loses_to_chance(pairs: list[tuple[float, float]]) -> None:
    scores, labels = (np.array(column) for column in zip(*pairs, strict=True))
    area = auc(scores, labels)
    if area is None:
        return
    mirrored = auc(-scores, labels)
    assert mirrored is not None and area + mirrored == pytest.approx(1)
    chosen = balanced_accuracy((scores >= best_threshold(scores, labels)).astype(float), labels)
    assert chosen is not None and chosen >= 0.5 - 1e-9


@given(SCORED)
def test_calibration_errors_stay_between_0_and_1(pairs: list[tuple[float, float]]) -> None:
    scores, labels = (np.array(column) for column in zip(*pairs, strict=True))
    assert 0 <= expected_calibration_error(scores, labels) <= 1 and 0 <= brier_score(scores, labels) <= 1
    assert sum(b.n for b in reliability_bins(scores, labels)) == len(scores)


@given(st.text(max_size=80), st.lists(st.text(max_size=80), max_size=4), st.sampled_from([1, 2]))
def test_overlap_is_a_share_and_whole_for_a_claim_that_is_evidence(claim: str, evidence: list[str], n: int) -> None:
    assert 0 <= overlap(claim, evidence, n) <= 1
    assert overlap(claim, [*evidence, claim], n) in (0.0, 1.0)
