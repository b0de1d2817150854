from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics.bootstrap import mean_interval, paired_interval, statistic_interval, wilson

VALUES = st.dictionaries(st.text(max_size=5), st.tuples(st.floats(0, 1), st.floats(0, 9)), max_size=25)


def test_the_mean_is_weighted() -> None:
    found = mean_interval({"a": (1.0, 3.0), "b": (0.0, 1.0), "c": (0.5, 0.0)})
    assert found is not None and found.mean == 0.75 and found.n == 2


def test_values_without_spread_get_wilsons_interval() -> None:
    found = mean_interval({str(i): (0.0, 1.0) for i in range(20)})
    # z²/(n + z²) for no success in 20
    assert found is not None and found.low == 0 and found.high == pytest.approx(3.8415 / 23.8415, abs=1e-4)


def test_wilson_arithmetic() -> None:
    # 8 of 10: middle (.8 + .19207) / 1.38415, half 1.95996 / 1.38415 * sqrt(.016 + .0096036)
    assert list(wilson(8, 10)) == pytest.approx([0.4902, 0.9433], abs=1e-4)
    assert wilson(0, 0) == (0, 1)


def test_nothing_gives_nothing() -> None:
    assert mean_interval({}) is None and mean_interval({"a": (1.0, 0.0)}) is None
    assert paired_interval({"a": (1.0, 1.0)}, {"b": (1.0, 1.0)}) is None


def test_pairs_cancel_the_difficulty_of_questions() -> None:
    before = {str(i): (float(i % 2), 1.0) for i in range(40)}
    better = {key: (min(1.0, value + 0.1), 1.0) for key, (value, _) in before.items()}
    found = paired_interval(before, better)
    assert found is not None and found.mean == pytest.approx(0.05)
    assert found.low > 0, "a small change that goes one way on the same questions is significant"


def test_the_same_run_twice_has_no_difference() -> None:
    run = {str(i): (i / 10, 1.0) for i in range(10)}
    found = paired_interval(run, run)
    assert found is not None and (found.mean, found.low, found.high) == (0, 0, 0)


def test_a_statistic_that_some_resamples_lack_is_left_out_there() -> None:
    values = np.array([0.0, 0.0, 0.0, 1.0])
    found = statistic_interval([values], lambda column: float(column.mean()) if column.any() else None)
    assert found is not None and found.mean == 0.25 and found.low >= 0.25


@given(VALUES, st.randoms(use_true_random=False))
def test_intervals_hold_the_mean_and_do_not_depend_on_order(
    values: dict[str, tuple[float, float]], rng: random.Random
) -> None:
    found = mean_interval(values)
    keys = list(values)
    rng.shuffle(keys)
    assert mean_interval({key: values[key] for key in keys}) == found
    if found is not None:
        assert -1e-9 <= found.low <= found.high <= 1 + 1e-9 and 0 <= found.mean <= 1 + 1e-9
