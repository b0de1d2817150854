"""The figures of a judge: area under the ROC curve, balanced accuracy, bootstrap intervals, calibration."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

Figure = Callable[[np.ndarray, np.ndarray], float]


def roc_auc(labels: np.ndarray, scores: np.ndarray) -> float:
    """Return the probability that a random positive scores above a random negative; ties count half (Mann-Whitney U).

    NaN where one of the classes is missing.
    """
    positive = labels.astype(bool)
    n_positive, n_negative = int(positive.sum()), int((~positive).sum())
    if not n_positive or not n_negative:
        return float("nan")
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    return float((ranks[positive].sum() - n_positive * (n_positive + 1) / 2) / (n_positive * n_negative))


def balanced_accuracy(labels: np.ndarray, decisions: np.ndarray) -> float:
    """Return the mean of the shares of positives and of negatives that are decided rightly."""
    positive = labels.astype(bool)
    return float((decisions[positive].mean() + (~decisions[~positive].astype(bool)).mean()) / 2)


def best_threshold(labels: np.ndarray, scores: np.ndarray) -> float:
    """Return the threshold with the highest balanced accuracy; choose it on one set, and use it on another."""
    candidates = np.unique(np.quantile(scores, np.linspace(0.01, 0.99, 99)))
    return float(max(candidates, key=lambda t: balanced_accuracy(labels, scores >= t)))


def bootstrap_interval(
    figure: Figure, labels: np.ndarray, scores: np.ndarray, *, rounds: int = 1000, seed: int = 7
) -> tuple[float, float]:
    """Return the 95 % percentile interval of a figure over resampled rows."""
    rng = np.random.default_rng(seed)
    values = []
    for _ in range(rounds):
        chosen = rng.integers(0, len(labels), len(labels))
        values.append(figure(labels[chosen], scores[chosen]))
    low, high = np.nanpercentile(values, [2.5, 97.5])
    return float(low), float(high)


def softmax(logits: np.ndarray) -> np.ndarray:
    """Return the rows of logits as rows of probabilities."""
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True))


def fit_temperature(logits: np.ndarray, labels: np.ndarray) -> float:
    """Return the temperature with the least log loss on held-out labels (Guo et al. 2017), from 0.3 to 6."""
    rows = np.arange(len(labels))

    def log_loss(temperature: float) -> float:
        return float(-np.log(softmax(logits / temperature)[rows, labels] + 1e-12).mean())

    return float(min(np.exp(np.linspace(np.log(0.3), np.log(6.0), 120)), key=log_loss))


def calibration_error(labels: np.ndarray, probabilities: np.ndarray, bins: int = 10) -> float:
    """Return the expected calibration error: the gap of stated and true share, averaged over bins by their size."""
    which = np.minimum((probabilities * bins).astype(int), bins - 1)
    gaps = [
        abs(probabilities[which == b].mean() - labels[which == b].mean()) * (which == b).mean()
        for b in range(bins)
        if (which == b).any()
    ]
    return float(sum(gaps))


def render_auc(labels: Sequence[int] | np.ndarray, scores: Sequence[float] | np.ndarray) -> str:
    """Return the area with its interval, as `.781 [.742, .815]`."""
    y, s = np.asarray(labels), np.asarray(scores)
    low, high = bootstrap_interval(roc_auc, y, s)
    return f"{roc_auc(y, s):.3f} [{low:.3f}, {high:.3f}]"
