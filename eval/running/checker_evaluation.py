"""Evaluates a claim checker on labelled claims, beside two floors of word overlap."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from eval.data.labelled_claims import LabelledClaim, as_evidence
from eval.metrics.auc import auc
from eval.metrics.balanced_accuracy import balanced_accuracy, best_threshold
from eval.metrics.bootstrap import statistic_interval
from eval.metrics.latency import latency_by_stage
from eval.metrics.overlap import overlap
from eval.metrics.reliability import brier_score, expected_calibration_error, reliability_bins
from eval.records import Interval
from rag.checking.calibration import Calibration
from rag.ports import ClaimChecker

Array = NDArray[np.float64]
FLOORS = {"unigram overlap": 1, "bigram overlap": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedClaim:
    """A checker's judgement of a labelled claim, and the time that it took."""

    score: float
    supported: bool
    verdict: str
    reason: str
    milliseconds: float


def check_claims(
    checker: ClaimChecker, claims: Sequence[LabelledClaim], *, progress: bool = False
) -> list[CheckedClaim]:
    """Return the checker's judgements, in the order of the claims."""
    checked = []
    for claim in tqdm(claims, desc="Claims", unit="claim", delay=1, disable=None if progress else True):
        evidence = as_evidence(claim.evidence)
        started = time.perf_counter()
        judgement = checker.check(claim.claim, evidence, claim.question)
        checked.append(
            CheckedClaim(
                score=judgement.score,
                supported=judgement.verdict == "supported",
                verdict=judgement.verdict,
                reason=judgement.reason,
                milliseconds=(time.perf_counter() - started) * 1000,
            )
        )
    return checked


def checker_report(
    name: str, claims: Sequence[LabelledClaim], checked: Sequence[CheckedClaim], calibration: Calibration | None
) -> dict[str, Any]:
    """Return a checker's figures, ready for JSON: AUC, balanced accuracy at its threshold, reliability, time, floors.

    A floor's threshold is chosen on one half of the claims (every second one) and measured on the other, both
    ways round.
    """
    scores, labels = scores_and_labels(claims, checked)
    predictions = np.array([c.supported for c in checked], dtype=np.float64)
    rows = [_row(name, scores, predictions, labels)]
    for floor, n in FLOORS.items():
        overlaps = np.array([overlap(claim.claim, claim.evidence, n) for claim in claims], dtype=np.float64)
        rows.append(_row(floor, overlaps, _halves(overlaps, labels), labels))
    times = latency_by_stage([{"claim": c.milliseconds} for c in checked])["claim"]
    milliseconds = np.array([c.milliseconds for c in checked], dtype=np.float64)
    return {
        "checker": name,
        "calibration": calibration.model_dump() if calibration else None,
        "n_claims": len(claims),
        "n_supported": int(labels.sum()),
        "rows": rows,
        "ece": _fields(statistic_interval([scores, labels], expected_calibration_error)),
        "brier": _fields(statistic_interval([scores, labels], brier_score)),
        "reliability": [asdict(bin_) for bin_ in reliability_bins(scores, labels)],
        "time_ms": {**asdict(times), "median_interval": _fields(statistic_interval([milliseconds], _median))},
    }


def scores_and_labels(claims: Sequence[LabelledClaim], checked: Sequence[CheckedClaim]) -> tuple[Array, Array]:
    """Return probabilities of support and labels (1 supported, 0 not), both of shape `(n_claims,)`."""
    scores = np.clip(np.array([judged.score for judged in checked], dtype=np.float64), 0, 1)
    return scores, np.array([claim.is_supported for claim in claims], dtype=np.float64)


def write_claims(claims: Sequence[LabelledClaim], checked: Sequence[CheckedClaim], path: Path) -> None:
    """Write one JSON line a claim: the claim, its label, its probability of support, verdict, reason and time."""
    with path.open("w", encoding="utf-8") as file:
        for claim, judged in zip(claims, checked, strict=True):
            line = {
                "claim": claim.claim,
                "label": claim.label,
                "score": round(judged.score, 6),
                "verdict": judged.verdict,
                "reason": judged.reason,
                "ms": round(judged.milliseconds, 3),
            }
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def render_checker_markdown(report: dict[str, Any]) -> str:
    """Return the figures as Markdown."""
    calibration = report["calibration"]
    provenance = calibration["provenance"] if calibration else None
    said = f"{provenance['dataset']} of {provenance['date']}" if provenance else "none"
    lines = [
        f"# {report['checker']}",
        "",
        f"{report['n_claims']} claims, {report['n_supported']} of them supported. calibration: {said}.",
        "",
        "| judge | AUC | balanced accuracy |",
        "| --- | --- | --- |",
    ]
    for row in report["rows"]:
        lines.append(f"| {row['name']} | {_text(row['auc'])} | {_text(row['balanced_accuracy'])} |")
    times = report["time_ms"]
    lines += [
        "",
        f"Calibration error (ECE) {_text(report['ece'])}, Brier score {_text(report['brier'])}.",
        f"Time a claim: median {times['median_ms']:.2f} ms, 95% within {times['p95_ms']:.2f} ms.",
        "",
        "| probability | claims | mean probability | share supported |",
        "| --- | --- | --- | --- |",
    ]
    for bin_ in report["reliability"]:
        lines.append(
            f"| {bin_['low']:.1f}–{bin_['high']:.1f} | {bin_['n']} | {bin_['mean']:.2f} | {bin_['share']:.2f} |"
        )
    return "\n".join(lines) + "\n"


def _row(name: str, scores: Array, predictions: Array, labels: Array) -> dict[str, Any]:
    return {
        "name": name,
        "auc": _fields(statistic_interval([scores, labels], auc)),
        "balanced_accuracy": _fields(statistic_interval([predictions, labels], balanced_accuracy)),
    }


def _halves(scores: Array, labels: Array) -> Array:
    even = np.arange(len(scores)) % 2 == 0
    predictions = np.zeros(len(scores))
    for chosen_on, measured_on in ((even, ~even), (~even, even)):
        if chosen_on.any():
            predictions[measured_on] = scores[measured_on] >= best_threshold(scores[chosen_on], labels[chosen_on])
    return predictions


def _median(values: Array) -> float:
    return float(np.median(values))


def _fields(interval: Interval | None) -> dict[str, float] | None:
    return asdict(interval) if interval else None


def _text(interval: dict[str, float] | None) -> str:
    return f"{interval['mean']:.3f} ({interval['low']:.3f}–{interval['high']:.3f})" if interval else "–"
