"""Ranking figures and the choice of evidence, with their arithmetic visible."""

import math

import numpy as np
import pytest

from eval.training.measure import choose_evidence, ndcg_at, rank_figures


def test_ndcg_discounts_by_rank() -> None:
    # one of two relevant found, at rank 2; the best would be ranks 1 and 2
    assert ndcg_at([False, True, False], 2) == pytest.approx((1 / math.log2(3)) / (1 + 1 / math.log2(3)))
    assert ndcg_at([], 0) == 0.0


def test_rank_figures_follow_the_scores() -> None:
    figures = rank_figures([[0.1, 0.9], [0.5, 0.5]], [{"b"}, {"d"}], [["a", "b"], ["c", "d"]])
    # first question: "b" is first; second: a tie keeps the order, "d" is second
    assert figures["success@1"] == 0.5
    assert figures["mrr"] == 0.75
    assert figures["questions"] == 2


def test_evidence_keeps_the_order_of_the_page() -> None:
    assert choose_evidence("", ["a", "b", "c", "d"], np.array([0.1, 0.9, 0.3, 0.8]), k=2) == "b d"
