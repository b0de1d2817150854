"""Calibrations of claim checkers: they turn scores into probabilities, and hold a threshold and its error rates.

`footnote eval checker FILE --calibrate` fits one on labelled claims and writes it to
`FOOTNOTE_HOME/calibration/<checker>.json`, or to a given path. The chatbot of that home loads it from there, and
`CalibratedChecker` applies it. The file is JSON with the fields of `Calibration`. Reports name a checker without one
as `calibration: none`.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError

from rag.checking.checker import decide_exactly, find_veto
from rag.errors import SettingsError
from rag.ports import ClaimChecker
from rag.records import Judgement, Window
from rag.settings import Settings

SCORE_CLIP = 1e-4
Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeErrors:
    """Counts of how often a judge was right and wrong on labelled claims, by label and verdict."""

    true_positive: int
    false_negative: int
    true_negative: int
    false_positive: int

    @property
    def sensitivity(self) -> float:
        """Return the share of supported claims that it found supported; 0 without supported claims."""
        return _share(self.true_positive, self.false_negative)

    @property
    def specificity(self) -> float:
        """Return the share of unsupported claims that it found unsupported; 0 without unsupported claims."""
        return _share(self.true_negative, self.false_positive)

    @property
    def balanced_accuracy(self) -> float:
        """Return the mean of sensitivity and specificity."""
        return (self.sensitivity + self.specificity) / 2


class Platt(BaseModel):
    """A map p = 1 / (1 + exp(-(slope · logit(score) + intercept))), scores clipped to 0.0001…0.9999 (Platt 1999)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    slope: float
    intercept: float

    def probability(self, score: float) -> float:
        """Return the probability for a raw score."""
        z = self.slope * float(logit(np.array([score]))[0]) + self.intercept
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, z))))


class Isotonic(BaseModel):
    """A map that is linear between (score, probability) points and flat outside (Zadrozny & Elkan 2002, KDD)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    scores: tuple[float, ...]
    probabilities: tuple[float, ...]

    def probability(self, score: float) -> float:
        """Return the probability for a raw score."""
        return float(np.interp(score, self.scores, self.probabilities))


class Provenance(BaseModel):
    """The data that a calibration was fitted on, and when."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    dataset: str
    dataset_sha256: str
    date: str
    n_supported: int
    n_unsupported: int


class Calibration(BaseModel):
    """One checker's calibration.

    Attributes:
        threshold: calibrated probability from which a claim counts as supported.
        method: the map that is applied; both are fitted.
        errors: counts at the threshold, from cross-validation.
        figures: AUC, balanced accuracy, ECE and Brier score before and after, from cross-validation.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    checker: str
    threshold: float
    method: Literal["platt", "isotonic"]
    platt: Platt
    isotonic: Isotonic
    errors: JudgeErrors
    figures: dict[str, float]
    provenance: Provenance

    def probability(self, score: float) -> float:
        """Return the calibrated probability of support for a raw score."""
        return (self.platt if self.method == "platt" else self.isotonic).probability(score)


class CalibratedChecker:
    """A checker whose scores are calibrated probabilities, and whose verdicts follow the calibrated threshold.

    A claim that is a sentence of its evidence word for word keeps its judgement, and so does a claim without evidence.
    A claim with a number that the evidence lacks stays unsupported, whatever its probability.
    """

    def __init__(self, checker: ClaimChecker, calibration: Calibration) -> None:
        self.name = checker.name
        self.calibration = calibration
        self._checker = checker

    def check(self, claim: str, evidence: Sequence[Window], question: str = "") -> Judgement:
        """Return the checker's judgement with calibrated score and verdict."""
        raw = self._checker.check(claim, evidence, question)
        if decide_exactly(claim, evidence) is not None:
            return raw
        score = self.calibration.probability(raw.score)
        supported = score >= self.calibration.threshold and not find_veto(claim, evidence)
        return Judgement(verdict="supported" if supported else "unsupported", score=score, reason=raw.reason)


def calibration_path(settings: Settings, checker_name: str) -> Path:
    """Return the default path of a checker's calibration."""
    return settings.home / "calibration" / f"{re.sub(r'[^A-Za-z0-9._-]+', '-', checker_name)}.json"


def load_calibration(path: Path) -> Calibration | None:
    """Return the calibration in a file, or None if there is no file.

    Raises:
        SettingsError: the file is no calibration.
    """
    try:
        return Calibration.model_validate_json(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as exc:
        reason = str(exc)
        if isinstance(exc, ValidationError):
            reason = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in exc.errors())
        raise SettingsError(f"{path} is no calibration ({reason}). Delete it, or calibrate again.") from exc


def calibrated(checker: ClaimChecker, settings: Settings) -> ClaimChecker:
    """Return the checker with its calibration of this home, or as it is if there is none.

    Raises:
        SettingsError: the file is no calibration.
    """
    calibration = load_calibration(calibration_path(settings, checker.name))
    return CalibratedChecker(checker, calibration) if calibration else checker


def store_calibration(path: Path, calibration: Calibration) -> None:
    """Write the calibration as JSON, and make the folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(calibration.model_dump(), indent=2) + "\n", encoding="utf-8")


def logit(scores: Array) -> Array:
    """Return the log-odds of scores, which are clipped to 0.0001…0.9999 first."""
    clipped = np.clip(scores, SCORE_CLIP, 1 - SCORE_CLIP)
    return np.asarray(np.log(clipped / (1 - clipped)), dtype=np.float64)


def _share(hits: int, misses: int) -> float:
    return hits / (hits + misses) if hits + misses else 0.0
