"""Fits the checker's final probability: `python -m eval.training.combination --model DIR --pairs FILE --claims FILE`.

It is a logistic regression over the network's output and the exact signals. On rows of the network's own sources the
signals add nothing, as the network has learned them; on claims of other sources they add much. So it is fitted on both:
rows that training held out, and human-labelled claims of another source (WiCE), whose figures are cross-validated.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from eval.data.labelled_claims import as_evidence
from eval.training.baselines import unigram_coverage
from eval.training.figures import balanced_accuracy, bootstrap_interval, calibration_error, roc_auc
from eval.training.pairs import read_rows
from rag.checking.features import support_features
from rag.errors import ExtraNotInstalledError
from rag.models.cross_encoders import OnnxCrossEncoder
from rag.models.fits import COMBINATION, features_hash
from rag.models.weights import COMBINATION_FILE
from rag.text.windows import render_window

if TYPE_CHECKING:
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]  # it has no stubs

CLAIMS_SHARE = 0.8
"""The weight of the labelled claims relative to the held-out rows; classes weigh the same within each."""

EVIDENCE_SENTENCES = 4
FOLDS = 5
BATCH = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Features `(n_rows, n_features)` with labels, 1 for supported."""

    table: np.ndarray
    labels: np.ndarray

    def chosen(self, mask: np.ndarray) -> Rows:
        """Return the rows of a mask."""
        return Rows(table=self.table[mask], labels=self.labels[mask])


def features_of(
    encoder: OnnxCrossEncoder, claims: Sequence[tuple[str, Sequence[str]]], kept: Path | None = None
) -> list[dict[str, float]]:
    """Return the features of each claim with its evidence sentences, as the checker makes them.

    Args:
        encoder: the network.
        claims: each with at least one sentence of evidence.
        kept: the file of the network's outputs. It is read first and then completed; another fit needs no network.
    """
    evidence = [as_evidence(tuple(sentences)) for _, sentences in claims]
    pairs = [(claim, " ".join(map(render_window, cited))) for (claim, _), cited in zip(claims, evidence, strict=True)]
    outputs = _outputs(encoder, pairs, kept)
    return [
        support_features(claim, cited, "", dict(zip(encoder.config.labels, outputs[pair], strict=True)))
        for (claim, _), cited, pair in zip(claims, evidence, pairs, strict=True)
    ]


def _outputs(
    encoder: OnnxCrossEncoder, pairs: Sequence[tuple[str, str]], kept: Path | None
) -> dict[tuple[str, str], list[float]]:
    """Return the network's probabilities of each pair."""
    known: dict[tuple[str, str], list[float]] = {}
    if kept is not None and kept.is_file():
        known = {(row["first"], row["second"]): row["output"] for row in read_rows(kept)}
    new = [pair for pair in dict.fromkeys(pairs) if pair not in known]
    for start in range(0, len(new), BATCH):
        batch = new[start : start + BATCH]
        rows = [[float(value) for value in row] for row in encoder.predict(batch)]
        known |= dict(zip(batch, rows, strict=True))
        if kept is not None:
            with kept.open("a", encoding="utf-8") as lines:
                for (first, second), row in zip(batch, rows, strict=True):
                    lines.write(json.dumps({"first": first, "second": second, "output": row}) + "\n")
    return known


def nearest_evidence(claim: str, sentences: Sequence[str]) -> list[str]:
    """Return the sentences that share most words with the claim, in their order."""
    order = sorted(range(len(sentences)), key=lambda i: (-unigram_coverage(claim, sentences[i]), i))
    return [sentences[i] for i in sorted(order[:EVIDENCE_SENTENCES])]


def fit(held_out: Rows, claims: Rows) -> LogisticRegression:
    """Return the regression over both sets."""
    try:
        from sklearn.linear_model import LogisticRegression
    except ImportError as exc:
        raise ExtraNotInstalledError("scikit-learn", "train") from exc
    weights = [
        share * 0.5 * len(rows.labels) / max(1, (rows.labels == label).sum())
        for rows, share in ((held_out, 1 - CLAIMS_SHARE), (claims, CLAIMS_SHARE))
        for label in rows.labels
    ]
    scale = 1000 / np.array([len(held_out.labels)] * len(held_out.labels) + [len(claims.labels)] * len(claims.labels))
    return LogisticRegression(max_iter=2000).fit(
        np.vstack([held_out.table, claims.table]),
        np.concatenate([held_out.labels, claims.labels]),
        sample_weight=np.array(weights) * scale,
    )


def cross_validate(held_out: Rows, claims: Rows, seed: int) -> np.ndarray:
    """Return the probability of support of each claim, by a model that did not see it."""
    folds = np.random.default_rng(seed).permutation(len(claims.labels)) % FOLDS
    probabilities = np.zeros(len(claims.labels))
    for fold in range(FOLDS):
        model = fit(held_out, claims.chosen(folds != fold))
        probabilities[folds == fold] = model.predict_proba(claims.table[folds == fold])[:, 1]
    return probabilities


def describe(labels: np.ndarray, probabilities: np.ndarray) -> str:
    """Return the figures of probabilities in one line."""
    low, high = bootstrap_interval(roc_auc, labels, probabilities)
    return (
        f"AUC {roc_auc(labels, probabilities):.3f} ({low:.3f} to {high:.3f}), balanced accuracy at 0.5 "
        f"{balanced_accuracy(labels, probabilities >= 0.5):.3f}, calibration error "
        f"{calibration_error(labels, probabilities):.3f}"
    )


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--model", type=Path, required=True, help="folder of the exported checker; the file goes there")
    parser.add_argument("--pairs", type=Path, required=True, help="dev_pairs.jsonl of its training run")
    parser.add_argument("--claims", type=Path, required=True, help="labelled claims with lists of evidence sentences")
    parser.add_argument("--outputs", type=Path, help="file that keeps the network's outputs for another fit")
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    encoder = OnnxCrossEncoder(args.model, torch.get_num_threads())
    pairs, claims = list(read_rows(args.pairs)), list(read_rows(args.claims))
    names, held_out = _rows(
        features_of(encoder, [(row["first"], [row["second"]]) for row in pairs], args.outputs),
        [row["label"] == encoder.config.positive_index for row in pairs],
    )
    _, labelled = _rows(
        features_of(
            encoder, [(row["claim"], nearest_evidence(row["claim"], row["evidence"])) for row in claims], args.outputs
        ),
        [row["label"] == encoder.config.labels[encoder.config.positive_index] for row in claims],
    )
    across = describe(labelled.labels, cross_validate(held_out, labelled, args.seed))
    model = fit(held_out, labelled)
    own = describe(held_out.labels, model.predict_proba(held_out.table)[:, 1])
    means = np.vstack([held_out.table, labelled.table]).mean(axis=0)
    result: dict[str, Any] = {
        "features": features_hash(COMBINATION),
        "intercept": round(float(model.intercept_[0]), 4),
        "weights": {
            name: {"slope": round(float(slope), 4), "mean": round(float(mean), 4)}
            for name, slope, mean in zip(names, model.coef_[0], means, strict=True)
        },
        "provenance": f"{len(pairs)} held-out rows of the training run ({own}); {len(claims)} labelled claims, "
        f"weighing {CLAIMS_SHARE:.0%} ({FOLDS}-fold cross-validated: {across})",
    }
    (args.model / COMBINATION_FILE).write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    network = labelled.table[:, names.index("network")]
    print(f"labelled claims: {across}; network alone AUC {roc_auc(labelled.labels, network):.3f}\nheld-out rows: {own}")


def _rows(features: Sequence[dict[str, float]], labels: Sequence[bool]) -> tuple[list[str], Rows]:
    names = sorted(features[0])
    table = np.array([[row[name] for name in names] for row in features])
    return names, Rows(table=table, labels=np.array(labels, dtype=int))


if __name__ == "__main__":
    main()
