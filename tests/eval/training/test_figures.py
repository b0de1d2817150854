"""Figures, with their arithmetic visible."""

import math

import numpy as np
import pytest

from eval.training.baselines import bigram_coverage, fact_coverage, unigram_coverage
from eval.training.figures import (
    balanced_accuracy,
    best_threshold,
    bootstrap_interval,
    calibration_error,
    fit_temperature,
    roc_auc,
    softmax,
)
from eval.training.neighbours import Neighbours


def test_auc_counts_pairs_in_order_and_ties_half() -> None:
    labels = np.array([1, 0, 1, 0])
    # positives .9 and .5 against negatives .5 and .1: above, above, tie, above = 3.5 of 4
    assert roc_auc(labels, np.array([0.9, 0.5, 0.5, 0.1])) == pytest.approx(3.5 / 4)


def test_auc_of_one_class_is_nan() -> None:
    assert math.isnan(roc_auc(np.array([1, 1]), np.array([0.2, 0.3])))


def test_balanced_accuracy_is_the_mean_of_both_sides() -> None:
    # 2 of 2 positives, 1 of 4 negatives
    decisions = np.array([True, True, True, True, True, False])
    assert balanced_accuracy(np.array([1, 1, 0, 0, 0, 0]), decisions) == pytest.approx((1 + 0.25) / 2)


def test_the_best_threshold_separates() -> None:
    labels = np.array([0] * 50 + [1] * 50)
    scores = np.concatenate([np.linspace(0, 0.4, 50), np.linspace(0.6, 1, 50)])
    assert 0.4 < best_threshold(labels, scores) <= 0.6 + 1e-9


def test_the_interval_holds_the_figure_and_repeats() -> None:
    rng = np.random.default_rng(1)
    labels = rng.integers(0, 2, 300)
    scores = labels * 0.5 + rng.random(300)
    low, high = bootstrap_interval(roc_auc, labels, scores, rounds=200)
    assert low < roc_auc(labels, scores) < high
    assert (low, high) == bootstrap_interval(roc_auc, labels, scores, rounds=200)


def test_temperature_undoes_overconfidence() -> None:
    rng = np.random.default_rng(2)
    honest = rng.normal(size=(4000, 2))
    labels = (rng.random(4000) < softmax(honest)[:, 1]).astype(int)
    assert fit_temperature(honest * 3, labels) == pytest.approx(3, rel=0.15)


def test_calibration_error_of_honest_scores_is_small() -> None:
    rng = np.random.default_rng(3)
    stated = rng.random(20_000)
    true = (rng.random(20_000) < stated).astype(int)
    assert calibration_error(true, stated) < 0.02
    assert calibration_error(true, np.ones(20_000)) == pytest.approx(0.5, abs=0.02)


def test_coverages() -> None:
    claim, evidence = "Anna Berg sold 1,250 tickets", "1250 tickets were sold by Anna Berg."
    assert unigram_coverage("Anna sold tickets", "tickets Anna bought") == pytest.approx(2 / 3)
    assert bigram_coverage("a b c", "b c a") == pytest.approx(1 / 2)
    assert fact_coverage(claim, evidence) == 1.0
    assert fact_coverage("Peter sold 99 tickets", evidence) == 0.0


def test_neighbours_share_rare_words() -> None:
    near = Neighbours([("a", "glass museum in Oslo"), ("b", "ships of Bergen"), ("c", "a museum")], max_df=1.0)
    assert [page for page, _ in near.nearest("the glass museum", 2)] == ["a", "c"]
    assert near.nearest("nothing shared", 3) == []
