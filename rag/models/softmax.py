"""A linear model over many features that gives each of its labels a probability; read from JSON."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from rag.errors import ModelCorruptError


@dataclass(frozen=True, kw_only=True)
class SoftmaxModel:
    """p(label) is proportional to exp(bias + weights · features).

    Attributes:
        labels: in the order of the rows of `weights`.
        weights: of shape `(n_labels, n_features)`.
        bias: of shape `(n_labels,)`.
        words: the words that the code of the features treats as known.
        provenance: a sentence about the data of the fit, with figures.
    """

    labels: tuple[str, ...]
    weights: np.ndarray
    bias: np.ndarray
    words: tuple[str, ...]
    provenance: str

    @cached_property
    def known_words(self) -> frozenset[str]:
        """Return the words as a set."""
        return frozenset(self.words)

    def probabilities(self, features: np.ndarray) -> dict[str, float]:
        """Return the probability of each label, 0 to 1, from features of shape `(n_features,)`; they sum to 1."""
        z = self.weights @ features + self.bias
        e = np.exp(z - z.max())
        return dict(zip(self.labels, (e / e.sum()).tolist(), strict=True))


def load_softmax(path: Path) -> SoftmaxModel:
    """Return the model in a file.

    Raises:
        ModelCorruptError: there is no such file, or it is not such a model.
    """
    try:
        row = json.loads(path.read_text(encoding="utf-8"))
        labels = tuple(str(label) for label in row["labels"])
        flat = np.frombuffer(base64.b64decode(row["weights"], validate=True), dtype="<f2").astype(np.float32)
        return SoftmaxModel(
            labels=labels,
            weights=flat.reshape(len(labels), -1),
            bias=np.array([float(value) for value in row["bias"]], dtype=np.float32).reshape(len(labels)),
            words=tuple(str(word) for word in row["words"]),
            provenance=str(row["provenance"]),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as exc:
        raise ModelCorruptError(f"{path} is no linear model: {exc!r}. Install the package again.") from exc


def render_softmax(model: SoftmaxModel, features: str) -> str:
    """Return the JSON text of a model, with the hash of the code of its features; weights are in half precision."""
    row = {
        "labels": model.labels,
        "bias": [round(float(value), 4) for value in model.bias],
        "words": model.words,
        "features": features,
        "provenance": model.provenance,
        "weights": base64.b64encode(model.weights.astype("<f2").tobytes()).decode("ascii"),
    }
    return json.dumps(row, indent=1, ensure_ascii=False) + "\n"
