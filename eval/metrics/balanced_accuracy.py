"""Balanced accuracy: the mean of sensitivity and specificity. A judge that always says the same gets .5.

    balanced accuracy = ½ · (TP / (TP + FN) + TN / (TN + FP))

Undefined (None) with only one label. Source: Brodersen et al. 2010, ICPR; it is the measure of LLM-AggreFact
(Tang et al. 2024, MiniCheck, EMNLP).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def balanced_accuracy(predictions: Array, labels: Array) -> float | None:
    """Return the balanced accuracy of predictions 1 and 0 for labels 1 and 0, both of shape `(n,)`."""
    positive = labels == 1
    if positive.all() or not positive.any():
        return None
    return float((predictions[positive] == 1).mean() + (predictions[~positive] == 0).mean()) / 2


def best_threshold(scores: Array, labels: Array) -> float:
    """Return the threshold with the best balanced accuracy, where `score >= threshold` is positive.

    It lies midway between two neighbouring scores; of several that are equally good it is the middle one. With only one
    label it is .5.
    """
    order = np.argsort(-scores, kind="stable")
    sorted_scores, positive = scores[order], labels[order] == 1
    n_positive, n_negative = int(positive.sum()), int((~positive).sum())
    if n_positive == 0 or n_negative == 0:
        return 0.5
    gain = np.cumsum(positive) / n_positive - np.cumsum(~positive) / n_negative
    ends = np.flatnonzero(np.append(np.diff(sorted_scores) != 0, True))
    best = ends[np.isclose(gain[ends], gain[ends].max())]
    cut = int(best[len(best) // 2])
    below = sorted_scores[cut + 1] if cut + 1 < len(scores) else sorted_scores[cut]
    return float((sorted_scores[cut] + below) / 2)
