"""Reliability: whether of the claims with probability p a share of p is really supported.

    ECE = Σ over bins (n_bin / n) · |mean probability - share of positives|,  ten bins of equal width
    Brier = mean (probability - label)²

A bin holds its lower edge, the last one both edges. Empty bins are left out.
Sources: Naeini, Cooper & Hauskrecht 2015, AAAI (ECE); Brier 1950, Mon Weather Rev 78:1-3.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

N_BINS = 10
Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """One bin of the reliability curve."""

    low: float
    high: float
    n: int
    mean: float
    share: float


def reliability_bins(probabilities: Array, labels: Array) -> list[Bin]:
    """Return the bins that hold anything, from 0 to 1; probabilities must lie in 0…1."""
    index = np.minimum((probabilities * N_BINS).astype(int), N_BINS - 1)
    bins = []
    for i in range(N_BINS):
        inside = index == i
        if inside.any():
            mean, share = float(probabilities[inside].mean()), float(labels[inside].mean())
            bins.append(Bin(low=i / N_BINS, high=(i + 1) / N_BINS, n=int(inside.sum()), mean=mean, share=share))
    return bins


def expected_calibration_error(probabilities: Array, labels: Array) -> float:
    """Return the ECE; 0 is perfect. Inputs must not be empty."""
    return sum(b.n * abs(b.mean - b.share) for b in reliability_bins(probabilities, labels)) / len(labels)


def brier_score(probabilities: Array, labels: Array) -> float:
    """Return the mean squared error of the probabilities; 0 is perfect. Inputs must not be empty."""
    return float(((probabilities - labels) ** 2).mean())
