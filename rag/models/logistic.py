"""A small logistic model over named features, which can name the feature that decided; read from JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rag.errors import ModelCorruptError


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """The weight of one feature.

    Attributes:
        slope: the change of the log-odds for one unit of the feature.
        mean: the mean of the feature over the rows that the model was fitted on.
    """

    slope: float
    mean: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LogisticModel:
    """p = 1 / (1 + exp(-(intercept + Σ slope · feature))).

    Attributes:
        intercept: the log-odds where all features are 0.
        weights: by the name of the feature.
        provenance: a sentence about the data of the fit, with figures.
    """

    intercept: float
    weights: Mapping[str, Weight]
    provenance: str

    def probability(self, features: Mapping[str, float]) -> float:
        """Return the probability, 0 to 1, from the values of the features; one that is missing counts as its mean."""
        z = self.intercept + sum(
            weight.slope * features.get(name, weight.mean) for name, weight in self.weights.items()
        )
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, z))))

    def deciding(self, features: Mapping[str, float]) -> str:
        """Return the feature whose difference from its mean contributed most to the outcome, yes or no."""
        side = 1.0 if self.probability(features) >= 0.5 else -1.0
        moved = {
            name: side * weight.slope * (features.get(name, weight.mean) - weight.mean)
            for name, weight in self.weights.items()
        }
        return max(moved, key=lambda name: (moved[name], name))


def load_logistic(path: Path) -> LogisticModel | None:
    """Return the model in a file; None when there is no file.

    Raises:
        ModelCorruptError: the file is not a logistic model.
    """
    try:
        row = json.loads(path.read_text(encoding="utf-8"))
        weights = {
            str(name): Weight(slope=float(w["slope"]), mean=float(w["mean"])) for name, w in row["weights"].items()
        }
        return LogisticModel(intercept=float(row["intercept"]), weights=weights, provenance=str(row["provenance"]))
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError, AttributeError) as exc:
        raise ModelCorruptError(f"{path} is no logistic model: {exc!r}. Install the package again.") from exc
