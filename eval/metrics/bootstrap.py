"""Bootstrap intervals: how far a figure could differ on another sample of questions.

Percentile bootstrap (Efron & Tibshirani 1993, An Introduction to the Bootstrap, ch. 13) over questions, 2,000
resamples, fixed seed; values are sorted by id first, so that the order of a run doesn't matter. A figure
whose values are all 0 or all 1 has no spread to resample, so its interval is Wilson's (Wilson 1927, JASA
22:209-212), which has a width there too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from eval.records import Interval

N_RESAMPLES = 2000
SEED = 20240703
Z95 = 1.959963984540054

Array = NDArray[np.float64]


def mean_interval(values: Mapping[str, tuple[float, float]]) -> Interval | None:
    """Return the weighted mean of (value, weight) by id, with its interval; None without any weight above 0.

    With weights that count claims, this is the pooled share of claims, resampled by whole questions (a
    cluster bootstrap), since the claims of one answer are not independent.
    """
    ids = sorted(key for key, (_, weight) in values.items() if weight > 0)
    if not ids:
        return None
    value = np.array([values[key][0] for key in ids], dtype=np.float64)
    weight = np.array([values[key][1] for key in ids], dtype=np.float64)
    mean = float((value * weight).sum() / weight.sum())
    if mean in (0.0, 1.0):
        low, high = wilson(mean * len(ids), len(ids))
        return Interval(mean=mean, low=low, high=high, n=len(ids))
    rows = resamples(len(ids))
    totals = (value * weight)[rows].sum(axis=1) / weight[rows].sum(axis=1)
    low, high = np.quantile(totals, [0.025, 0.975])
    return Interval(mean=mean, low=float(low), high=float(high), n=len(ids))


def paired_interval(a: Mapping[str, tuple[float, float]], b: Mapping[str, tuple[float, float]]) -> Interval | None:
    """Return the difference of the weighted means b - a over the ids in both; None where there is none.

    Resampled in pairs, so that the questions' own difficulty cancels out (Koehn 2004, EMNLP, section 4).
    """
    ids = sorted(key for key in a.keys() & b.keys() if a[key][1] > 0 and b[key][1] > 0)
    if not ids:
        return None
    columns = np.array([(*a[key], *b[key]) for key in ids], dtype=np.float64)
    value_a, weight_a, value_b, weight_b = columns.T

    def difference(rows: NDArray[np.int64]) -> Array:
        mean_a = (value_a * weight_a)[rows].sum(axis=-1) / weight_a[rows].sum(axis=-1)
        mean_b = (value_b * weight_b)[rows].sum(axis=-1) / weight_b[rows].sum(axis=-1)
        return np.asarray(mean_b - mean_a, dtype=np.float64)

    low, high = np.quantile(difference(resamples(len(ids))), [0.025, 0.975])
    return Interval(mean=float(difference(np.arange(len(ids)))), low=float(low), high=float(high), n=len(ids))


def statistic_interval(
    columns: Sequence[Array], statistic: Callable[..., float | None], n_resamples: int = 1000
) -> Interval | None:
    """Return any statistic of parallel columns with its interval; resamples where it isn't defined (None) are left out.

    The order of the columns' rows must not depend on the run; take that of the file, for example.
    """
    n = len(columns[0]) if columns else 0
    mean = statistic(*columns) if n else None
    if mean is None:
        return None
    values = [statistic(*(column[row] for column in columns)) for row in resamples(n, n_resamples)]
    defined = np.array([value for value in values if value is not None], dtype=np.float64)
    low, high = np.quantile(defined, [0.025, 0.975]) if len(defined) else (mean, mean)
    return Interval(mean=float(mean), low=float(low), high=float(high), n=n)


def resamples(n: int, n_resamples: int = N_RESAMPLES) -> NDArray[np.int64]:
    """Return row numbers of shape `(n_resamples, n)`, drawn with replacement; the same for the same arguments."""
    return np.random.default_rng(SEED).integers(0, n, size=(n_resamples, n))


def wilson(successes: float, n: float) -> tuple[float, float]:
    """Return Wilson's 95 % score interval of a share; (0, 1) for n = 0."""
    if n <= 0:
        return 0.0, 1.0
    share = successes / n
    middle = (share + Z95**2 / (2 * n)) / (1 + Z95**2 / n)
    half = Z95 / (1 + Z95**2 / n) * float(np.sqrt(share * (1 - share) / n + Z95**2 / (4 * n * n)))
    return max(0.0, middle - half), min(1.0, middle + half)
