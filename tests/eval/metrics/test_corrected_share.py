from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics.corrected_share import corrected_share, predictive_value, rogan_gladen
from rag.checking.calibration import JudgeErrors


def errors(se: int, n_se: int, sp: int, n_sp: int) -> JudgeErrors:
    return JudgeErrors(true_positive=se, false_negative=n_se - se, true_negative=sp, false_positive=n_sp - sp)


def test_rogan_gladen_arithmetic() -> None:
    # (.7 + .9 - 1) / (.8 + .9 - 1) = .6 / .7
    assert rogan_gladen(0.7, 0.8, 0.9) == pytest.approx(0.6 / 0.7)
    assert rogan_gladen(0.05, 0.8, 0.9) == 0, "clipped"
    assert rogan_gladen(0.99, 0.8, 0.9) == 1, "clipped"
    assert rogan_gladen(0.5, 0.5, 0.5) is None, "no better than chance"


def test_lang_and_reiczigel_arithmetic() -> None:
    # 60 of 100 accepted; Se 80 of 100, Sp 90 of 100.
    found = corrected_share(60, 100, errors(80, 100, 90, 100))
    z2 = 1.959963984540054**2
    n, p = 100 + z2, (60 + z2 / 2) / (100 + z2)
    se, sp, n_se = 81 / 102, 91 / 102, 102
    share = (p + sp - 1) / (se + sp - 1)
    shift = 2 * z2 * (share * se * (1 - se) / n_se - (1 - share) * sp * (1 - sp) / n_se)
    spread = p * (1 - p) / n + share**2 * se * (1 - se) / n_se + (1 - share) ** 2 * sp * (1 - sp) / n_se
    half = 1.959963984540054 * spread**0.5 / (se + sp - 1)
    assert found is not None
    assert found.mean == pytest.approx((0.6 + 0.9 - 1) / (0.8 + 0.9 - 1))
    assert found.low == pytest.approx(share + shift - half)
    assert found.high == pytest.approx(share + shift + half)


def test_predictive_value_arithmetic() -> None:
    # 60 of 100 drafted claims accepted: pi = .5/.7, PPV = .8 * pi / .6
    found = predictive_value(60, 100, errors(80, 100, 90, 100))
    assert found is not None
    assert found.mean == pytest.approx(0.8 * (0.5 / 0.7) / 0.6)
    assert 0.8 < found.low < found.mean < found.high <= 1
    assert found == predictive_value(60, 100, errors(80, 100, 90, 100)), "the same draws every time"


def test_there_is_no_estimate_from_a_judge_at_chance_or_without_claims() -> None:
    assert corrected_share(5, 10, errors(5, 10, 5, 10)) is None
    assert predictive_value(5, 10, errors(5, 10, 5, 10)) is None
    assert corrected_share(0, 0, errors(9, 10, 9, 10)) is None
    assert predictive_value(0, 0, errors(9, 10, 9, 10)) is None


@given(st.integers(0, 50), st.integers(1, 50), st.integers(26, 50), st.integers(26, 50))
def test_estimates_lie_in_their_intervals_and_bounds(accepted: int, extra: int, se: int, sp: int) -> None:
    judge = errors(se, 50, sp, 50)
    for found in (
        corrected_share(accepted, accepted + extra, judge),
        predictive_value(accepted, accepted + extra, judge),
    ):
        assert found is None or 0 <= found.low <= found.mean <= found.high <= 1


@given(st.integers(1, 40))
def test_a_perfect_judge_is_left_as_it_is(accepted: int) -> None:
    found = corrected_share(accepted, 40, errors(10_000, 10_000, 10_000, 10_000))
    assert found is not None and found.mean == pytest.approx(accepted / 40)
