"""Fits the checker's final word on held-out rows: `python -m eval.training.combination --model DIR --pairs FILE`.

A logistic regression over the network's output and the exact signals. The rows are those that training held out
(split by page), so the network has not seen them; a seeded fifth of them is kept for the figures.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]  # it has no stubs

from eval.training.figures import balanced_accuracy, calibration_error, roc_auc
from eval.training.pairs import read_rows
from rag.crossencoder import OnnxCrossEncoder
from rag.signals import compare, has_negation
from rag.support import support_features
from rag.weights import COMBINATION_FILE


def feature_rows(encoder: OnnxCrossEncoder, rows: Sequence[dict[str, Any]]) -> list[dict[str, float]]:
    """The features of each row (`first`: claim, `second`: evidence)."""
    probabilities = encoder.predict([(row["first"], row["second"]) for row in rows])
    named = [dict(zip(encoder.config.labels, map(float, row), strict=True)) for row in probabilities]
    found: list[dict[str, float]] = []
    for row, values in zip(rows, named, strict=True):
        claim, evidence = row["first"], row["second"]
        differs = has_negation(claim) != has_negation(evidence)
        found.append(support_features(compare(claim, evidence), differs, values))
    return found


def fit_logistic(features: Sequence[dict[str, float]], labels: np.ndarray, provenance: str) -> dict[str, Any]:
    """The model as `rag.logistic` reads it; classes weigh the same."""
    names = sorted(features[0])
    table = np.array([[row[name] for name in names] for row in features])
    model = LogisticRegression(C=1.0, class_weight="balanced", max_iter=1000).fit(table, labels)
    return {
        "intercept": round(float(model.intercept_[0]), 4),
        "weights": {
            name: {"slope": round(float(slope), 4), "mean": round(float(mean), 4)}
            for name, slope, mean in zip(names, model.coef_[0], table.mean(axis=0), strict=True)
        },
        "provenance": provenance,
    }


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--model", type=Path, required=True, help="folder of the exported checker; the file goes there")
    parser.add_argument("--pairs", type=Path, required=True, help="dev_pairs.jsonl of its training run")
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    encoder = OnnxCrossEncoder(args.model)
    rows = list(read_rows(args.pairs))
    random.Random(args.seed).shuffle(rows)
    labels = np.array([row["label"] == encoder.config.positive_index for row in rows], dtype=int)
    features = feature_rows(encoder, rows)
    kept = len(rows) // 5
    model = fit_logistic(features[kept:], labels[kept:], f"{len(rows) - kept} held-out rows of the training run")
    (args.model / COMBINATION_FILE).write_text(json.dumps(model, indent=1) + "\n", encoding="utf-8")
    names = list(model["weights"])
    slopes = np.array([model["weights"][name]["slope"] for name in names])
    table = np.array([[row[name] for name in names] for row in features[:kept]])
    probabilities = 1 / (1 + np.exp(-(table @ slopes + model["intercept"])))
    network = table[:, names.index("network")]
    print(
        f"kept rows {kept}: AUC {roc_auc(labels[:kept], probabilities):.3f} (network alone "
        f"{roc_auc(labels[:kept], network):.3f}), balanced accuracy at 0.5 "
        f"{balanced_accuracy(labels[:kept], probabilities >= 0.5):.3f}, "
        f"calibration error {calibration_error(labels[:kept], probabilities):.3f}"
    )


if __name__ == "__main__":
    main()
