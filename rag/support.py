"""The features by which a claim's support is judged: what the network says, and the exact signals beside it."""

from __future__ import annotations

import math
from collections.abc import Mapping

from rag.signals import Signals

LOG_ODDS_MAX = 6.0
"""Beyond it, a network's certainty says nothing more."""

REASONS = {
    "network": "the claim checker's reading of the evidence",
    "contradiction": "the claim checker's reading of the evidence",
    "coverage": "the share of its words that the evidence holds",
    "numbers": "numbers",
    "names": "names",
    "negation": "negation",
}
"""Each feature in words, as a verdict's reason names it."""


def support_features(signals: Signals, negation_differs: bool, probabilities: Mapping[str, float]) -> dict[str, float]:
    """The features of one claim, by the names in `REASONS`.

    Args:
        signals: how the claim compares with its evidence.
        negation_differs: whether one of them negates and the other doesn't.
        probabilities: the network's, for supported, unsupported and contradicted.
    """
    return {
        "network": log_odds(probabilities["supported"]),
        "contradiction": probabilities["contradicted"],
        "coverage": signals.coverage,
        "numbers": float(bool(signals.missing_numbers)),
        "names": float(min(2, len(signals.missing_names))),
        "negation": float(negation_differs),
    }


def log_odds(probability: float) -> float:
    """log(p / (1 - p)), kept within ± `LOG_ODDS_MAX`."""
    edge = 1 / (1 + math.exp(LOG_ODDS_MAX))
    kept = min(max(probability, edge), 1 - edge)
    return math.log(kept / (1 - kept))
