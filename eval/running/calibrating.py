"""Fits a checker's calibration on labelled claims: both maps, the threshold, and the errors at the threshold."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from eval.metrics.auc import auc
from eval.metrics.balanced_accuracy import balanced_accuracy, best_threshold
from eval.metrics.reliability import brier_score, expected_calibration_error
from rag.checking.calibration import Array, Calibration, Isotonic, JudgeErrors, Platt, Provenance, logit
from rag.errors import SettingsError

N_FOLDS = 5


def fit_calibration(checker: str, scores: Array, labels: Array, provenance: Provenance) -> Calibration:
    """Return the calibration of a checker from its raw scores (0 to 1) for labels 1 and 0.

    Map and threshold are fitted on all claims; figures and errors come from five folds, in which the map with
    the better Brier score is chosen. The folds depend on the order of the claims alone.

    Raises:
        SettingsError: a label has fewer claims than there are folds.
    """
    if min(labels.sum(), (1 - labels).sum()) < N_FOLDS:
        raise SettingsError(f"A calibration needs at least {N_FOLDS} supported and {N_FOLDS} unsupported claims.")
    folds = _folds(labels)
    by_method = {method: _cross_validated(scores, labels, folds, method) for method in ("platt", "isotonic")}
    method = min(by_method, key=lambda name: (brier_score(by_method[name][0], labels), name == "isotonic"))
    probabilities, predictions = by_method[method]
    platt, isotonic = _fit_platt(scores, labels), _fit_isotonic(scores, labels)
    fitted = _probabilities(platt if method == "platt" else isotonic, scores)
    return Calibration(
        checker=checker,
        threshold=best_threshold(fitted, labels),
        method="platt" if method == "platt" else "isotonic",
        platt=platt,
        isotonic=isotonic,
        errors=_errors(predictions, labels),
        figures=_figures(scores, probabilities, predictions, labels),
        provenance=provenance,
    )


def _folds(labels: Array) -> NDArray[np.int64]:
    """Return the fold of each claim; the claims of a label go to the folds in turn."""
    folds = np.zeros(len(labels), dtype=np.int64)
    for label in (0, 1):
        members = np.flatnonzero(labels == label)
        folds[members] = np.arange(len(members)) % N_FOLDS
    return folds


def _cross_validated(scores: Array, labels: Array, folds: NDArray[np.int64], method: str) -> tuple[Array, Array]:
    probabilities, predictions = np.zeros(len(labels)), np.zeros(len(labels))
    for fold in range(N_FOLDS):
        train, test = folds != fold, folds == fold
        fit = _fit_platt if method == "platt" else _fit_isotonic
        fitted = fit(scores[train], labels[train])
        threshold = best_threshold(_probabilities(fitted, scores[train]), labels[train])
        probabilities[test] = _probabilities(fitted, scores[test])
        predictions[test] = probabilities[test] >= threshold
    return probabilities, predictions


def _fit_platt(scores: Array, labels: Array) -> Platt:
    """Return the map of maximum likelihood, by Newton's method. Platt's smoothed targets keep the slope finite."""
    n_positive, n_negative = labels.sum(), (1 - labels).sum()
    targets = np.where(labels == 1, (n_positive + 1) / (n_positive + 2), 1 / (n_negative + 2))
    design = np.column_stack([logit(scores), np.ones(len(scores))])
    weights = np.zeros(2)
    for _ in range(100):
        p = 1 / (1 + np.exp(-(design @ weights)))
        gradient = design.T @ (p - targets)
        hessian = (design * (p * (1 - p))[:, None]).T @ design + 1e-9 * np.eye(2)
        step = np.linalg.solve(hessian, gradient)
        weights = weights - np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-9:
            break
    return Platt(slope=round(float(weights[0]), 6), intercept=round(float(weights[1]), 6))


def _fit_isotonic(scores: Array, labels: Array) -> Isotonic:
    """Return the map of pooled adjacent violators over the distinct scores; half a claim keeps it from 0 and 1."""
    values, index = np.unique(scores, return_inverse=True)
    weights = np.bincount(index).astype(float)
    blocks: list[list[float]] = []
    for i, total in enumerate(np.bincount(index, weights=labels)):
        blocks.append([float(total), float(weights[i]), 1])
        while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] >= blocks[-1][0] / blocks[-1][1]:
            last = blocks.pop()
            blocks[-1] = [a + b for a, b in zip(blocks[-1], last, strict=True)]
    probabilities = [(total + 0.5) / (weight + 1) for total, weight, count in blocks for _ in range(int(count))]
    rising = np.maximum.accumulate(probabilities)
    return Isotonic(scores=tuple(values.round(6).tolist()), probabilities=tuple(rising.round(6).tolist()))


def _probabilities(fitted: Platt | Isotonic, scores: Array) -> Array:
    if isinstance(fitted, Platt):
        return np.array([fitted.probability(float(score)) for score in scores])
    return np.interp(scores, fitted.scores, fitted.probabilities)


def _errors(predictions: Array, labels: Array) -> JudgeErrors:
    return JudgeErrors(
        true_positive=int(((predictions == 1) & (labels == 1)).sum()),
        false_negative=int(((predictions == 0) & (labels == 1)).sum()),
        true_negative=int(((predictions == 0) & (labels == 0)).sum()),
        false_positive=int(((predictions == 1) & (labels == 0)).sum()),
    )


def _figures(scores: Array, probabilities: Array, predictions: Array, labels: Array) -> dict[str, float]:
    figures = {
        "auc": auc(scores, labels) or 0.0,
        "balanced_accuracy": balanced_accuracy(predictions, labels) or 0.0,
        "ece_before": expected_calibration_error(scores, labels),
        "ece": expected_calibration_error(probabilities, labels),
        "brier_before": brier_score(scores, labels),
        "brier": brier_score(probabilities, labels),
    }
    return {name: round(value, 4) for name, value in figures.items()}
