"""The decision whether to answer: one probability that the supported claims answer exactly the question asked.

A passage about the right people and places often doesn't say what was asked, and no single feature shows that. So a
logistic model weighs several features. It is fitted on answerable and unanswerable questions of several sources.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Literal

from rag.checking.claims import GroundedClaim
from rag.checking.features import log_odds
from rag.errors import ModelNotFoundError
from rag.models.fits import WEIGHTS
from rag.models.logistic import LogisticModel, load_logistic
from rag.ports import ClaimChecker, Reranker
from rag.records import Window
from rag.text.names import missing_names
from rag.text.numbers import missing_numbers
from rag.text.overlap import coverage
from rag.text.windows import language_of, surroundings

MODEL_FILE = WEIGHTS / "decision.json"

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


class AnswerDecider:
    """Decides whether supported claims are shown as the answer to a question."""

    def __init__(
        self,
        checker: ClaimChecker,
        reader: Reranker | None,
        model: LogisticModel,
        *,
        answered_min: float,
        unsure_min: float,
    ) -> None:
        """Take the claim checker, the reader, the fitted model, and the probabilities from which claims are shown."""
        self._checker = checker
        self._reader = reader
        self._model = model
        self._answered_min = answered_min
        self._unsure_min = unsure_min

    @property
    def reader_name(self) -> str:
        """The name of the reader; "none" without one."""
        return self._reader.name if self._reader else "none"

    def decide(self, question: str, claims: Sequence[GroundedClaim], evidence: Sequence[Window]) -> Decision:
        """Return what becomes of the claims; without any, an abstention with confidence 0.

        Args:
            question: the standalone question.
            claims: the supported claims that would be shown, with the windows that they cite.
            evidence: all windows chosen for the question.
        """
        if not claims:
            return Decision(verdict="abstained", confidence=0.0)
        confidence = self._model.probability(answer_features(question, claims, evidence, self._checker, self._reader))
        if confidence >= self._answered_min:
            return Decision(verdict="answered", confidence=confidence)
        return Decision(verdict="unsure" if confidence >= self._unsure_min else "abstained", confidence=confidence)


def load_decider(
    checker: ClaimChecker, reader: Reranker | None, *, answered_min: float, unsure_min: float
) -> AnswerDecider:
    """Return the decider with the model of the package.

    Raises:
        ModelNotFoundError: the package was built without it.
        ModelCorruptError: the file is no model.
    """
    model = load_logistic(MODEL_FILE)
    if model is None:
        raise ModelNotFoundError(f"There is no file {MODEL_FILE}. Install footnote-rag again.")
    return AnswerDecider(checker, reader, model, answered_min=answered_min, unsure_min=unsure_min)


def answer_features(
    question: str,
    claims: Sequence[GroundedClaim],
    evidence: Sequence[Window],
    checker: ClaimChecker,
    reader: Reranker | None,
) -> dict[str, float]:
    """Return the features of an answer made of supported claims, at least one.

    - `reading`: log-odds that the best cited window answers the question, by the reader; missing without one.
    - `answering`: log-odds that the cited windows support "Question? Claim."
    - `fit`: how well the best cited window fits the question (see `rag.reading.evidence`).
    - `lead`: how far that fit exceeds the mean of the evidence.
    - `asked`: share of the question's content words in the cited windows.
    - `unnamed`: 1 where a name or number of the question occurs neither in nor around the cited windows, else 0.
    """
    cited = list(dict.fromkeys(window for claim in claims for window in claim.evidence))
    said = " ".join(claim.text for claim in claims[:CLAIMS_READ])
    answering = checker.check(f"{question} {said}", cited[:CLAIMS_READ]).score
    fit = max(window.score for window in cited)
    around, language = "\n".join(map(surroundings, cited)), language_of(cited)
    unnamed = [*missing_names(question, around, language), *missing_numbers(question, around, language)]
    reading = {"reading": log_odds(max(reader.score(question, [window.quote for window in cited])))} if reader else {}
    return reading | {
        "answering": log_odds(answering),
        "fit": fit,
        "lead": fit - fmean(window.score for window in evidence),
        "asked": coverage(question, "\n".join(window.quote for window in cited), language),
        "unnamed": float(bool(unnamed)),
    }
