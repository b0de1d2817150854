"""The decision whether to answer: one probability that what would be shown answers exactly the question asked.

A passage about the right people and places often doesn't say what was asked, and no single feature shows that. So a
logistic model weighs several features. It is fitted on answerable and unanswerable questions of several sources.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from rag.checking.claims import GroundedClaim
from rag.checking.features import log_odds
from rag.errors import ModelNotFoundError
from rag.models.fits import DECISION, WEIGHTS, is_stale
from rag.models.logistic import LogisticModel, load_logistic
from rag.ports import ClaimChecker, Reranker
from rag.records import Window
from rag.settings import Settings
from rag.text.overlap import coverage

logger = logging.getLogger(__name__)

DRAFTS_MODEL = WEIGHTS / "decision.json"
QUOTES_MODEL = WEIGHTS / "quotes.json"
TOPICS_MODEL = WEIGHTS / "topics.json"
"""The models for drafts, for answers made of several quotes, and for sentences that only have to be on a topic."""

CLAIMS_READ = 2
"""The number of claims, and of cited windows, that the checker reads together with the question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What becomes of the supported claims: they are shown, shown as unsure, or held back.

    Attributes:
        confidence: probability that they answer the question.
    """

    verdict: Literal["answered", "unsure", "abstained"]
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """The least confidence for either verdict."""

    answered_min: float
    unsure_min: float

    def decide(self, confidence: float) -> Decision:
        """Return the decision that a confidence gives."""
        if confidence >= self.answered_min:
            return Decision(verdict="answered", confidence=confidence)
        return Decision(verdict="unsure" if confidence >= self.unsure_min else "abstained", confidence=confidence)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerDecider:
    """Decides whether supported claims are shown as the answer to a question.

    Attributes:
        reader: reads the cited windows; None for none.
    """

    checker: ClaimChecker
    reader: Reranker | None
    model: LogisticModel
    thresholds: Thresholds

    @property
    def reader_name(self) -> str:
        """The name of the reader; "none" without one."""
        return self.reader.name if self.reader else "none"

    def decide(self, question: str, claims: Sequence[GroundedClaim]) -> Decision:
        """Return what becomes of the claims; without any, an abstention with confidence 0.

        Args:
            question: the standalone question.
            claims: the supported claims that would be shown, with the windows that they cite.
        """
        if not claims:
            return Decision(verdict="abstained", confidence=0.0)
        features = answer_features(question, claims, self.checker, self.reader)
        return self.thresholds.decide(self.model.probability(features))


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicDecider:
    """Decides whether windows speak of a topic, such as "the tram", which the reader can't judge."""

    model: LogisticModel
    thresholds: Thresholds

    def decide(self, topic: str, windows: Sequence[Window]) -> Decision:
        """Return what becomes of the windows that fit a topic best; without any, an abstention with confidence 0."""
        if not windows:
            return Decision(verdict="abstained", confidence=0.0)
        return self.thresholds.decide(self.model.probability(topic_features(topic, windows)))


def calibrated_path(settings: Settings) -> Path:
    """Return where `footnote eval calibrate` writes the model for drafts of the language model of the settings."""
    return settings.home / "calibration" / f"decision-{re.sub(r'[^A-Za-z0-9._-]+', '-', settings.llm)}.json"


def load_drafts_model(settings: Settings) -> LogisticModel:
    """Return the model for drafts: the one that was calibrated for the language model of the settings, if there is one.

    One that was fitted on the features of another version is left out, with a warning.

    Raises:
        ModelNotFoundError: the package was built without its model.
        ModelCorruptError: the file is no model.
    """
    path = calibrated_path(settings)
    if not path.is_file():
        return load_decision_model(DRAFTS_MODEL)
    model = load_decision_model(path)
    if is_stale(path, DECISION):
        logger.warning("%s was made by another version of Footnote and isn't used. Calibrate again.", path)
        return load_decision_model(DRAFTS_MODEL)
    return model


def load_decision_model(path: Path) -> LogisticModel:
    """Return the model of a file, such as `DRAFTS_MODEL`.

    Raises:
        ModelNotFoundError: the package was built without it.
        ModelCorruptError: the file is no model.
    """
    model = load_logistic(path)
    if model is None:
        raise ModelNotFoundError(f"There is no file {path}. Install footnote-rag again.")
    return model


def answer_features(
    question: str, claims: Sequence[GroundedClaim], checker: ClaimChecker, reader: Reranker | None
) -> dict[str, float]:
    """Return the features of an answer made of supported claims, at least one.

    - `answering`: log-odds that the cited windows support "Question? Claim.", by the checker.
    - `reading`: log-odds that the best cited window answers the question, by the reader; missing without one.
    - `fit`: how well the best cited window fits the question (see `rag.reading.evidence`).
    """
    cited = list(dict.fromkeys(window for claim in claims for window in claim.evidence))
    said = " ".join(claim.text for claim in claims[:CLAIMS_READ])
    features = {
        "answering": log_odds(checker.check(f"{question} {said}", cited[:CLAIMS_READ]).score),
        "fit": max(window.score for window in cited),
    }
    if reader is not None:
        features["reading"] = log_odds(max(reader.score(question, [window.quote for window in cited])))
    return features


def topic_features(topic: str, windows: Sequence[Window]) -> dict[str, float]:
    """Return the features of windows, at least one, that may speak of a topic.

    - `fit`: how well the best window fits the topic.
    - `asked`: share of the topic's content words in the windows.
    """
    quoted = "\n".join(window.quote for window in windows)
    return {
        "fit": max(window.score for window in windows),
        "asked": coverage(topic, quoted, windows[0].article.language),
    }
