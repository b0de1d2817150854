"""Area under the ROC curve: how well a score separates supported from unsupported claims, over all thresholds.

    AUC = P(score of a positive > score of a negative) + ½ P(equal)  = (R₊ - n₊(n₊+1)/2) / (n₊·n₋)

R₊ is the sum of the positives' mid-ranks (Mann–Whitney U). .5 is chance. Undefined (None) with only one
label.
Source: Hanley & McNeil 1982, Radiology 143:29-36.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def auc(scores: NDArray[np.float64], labels: NDArray[np.float64]) -> float | None:
    """Return the AUC of scores for labels 1 and 0, both of shape `(n,)`."""
    n_positive = float(labels.sum())
    n_negative = len(labels) - n_positive
    if n_positive == 0 or n_negative == 0:
        return None
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    mid_ranks = np.cumsum(counts) - (counts - 1) / 2
    rank_sum = float(mid_ranks[inverse][labels == 1].sum())
    return (rank_sum - n_positive * (n_positive + 1) / 2) / (n_positive * n_negative)
