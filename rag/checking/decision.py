"""Whether the claims of a draft answer exactly the question that was asked: signals, weighed into one probability.

A passage about the right people and places often doesn't say what was asked. No single signal tells; a logistic model,
fitted on answered and unanswerable questions, weighs several.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from statistics import fmean
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import HumanMessage, SystemMessage

from rag.checking.claims import GroundedClaim
from rag.checking.features import log_odds
from rag.errors import ModelNotFoundError, StoppedError
from rag.models.fits import WEIGHTS
from rag.models.logistic import LogisticModel, load_logistic
from rag.ports import ClaimChecker
from rag.records import Evidence
from rag.stopping import wait_for
from rag.writing.drafts import SYSTEM_PROMPT, render_evidence_lines

logger = logging.getLogger(__name__)

STATED_PROMPT = "Do the numbered sentences state the answer to this question? Reply with yes or no."
TOKENS_LOOKED_AT = 20

CLAIMS_READ = 2
"""So many claims, and sentences of evidence, the checker reads together with the question."""

FOLDER = WEIGHTS / "answerability"
WITH_STATED_FILE = "with_stated.json"
ALONE_FILE = "alone.json"


def probability_stated(llm: BaseChatModel | None, question: str, evidence: Sequence[Evidence]) -> float | None:
    """The language model's own probability that the evidence states the answer: of yes against no as its first word.

    The prompt shares its long part with the one for the draft, so a server that keeps prompts reads it once. None for a
    model that doesn't tell the probabilities of its words; what it says instead is worth little when it is small.

    Raises:
        StoppedError: the answer was stopped; the model reads no more.
    """
    if llm is None or not evidence or "top_logprobs" not in type(llm).model_fields:
        return None
    asked = f"{render_evidence_lines(question, evidence)}\n{STATED_PROMPT}"
    try:
        asking = llm.bind(max_tokens=1, logprobs=True, top_logprobs=TOKENS_LOOKED_AT).ainvoke(
            [SystemMessage(SYSTEM_PROMPT), HumanMessage(asked)]
        )
        reply = wait_for(asking)
    except StoppedError:
        raise
    except Exception as exc:  # every provider refuses in a way of its own; the answer is judged without it then
        logger.info("The language model told no probabilities: %s", exc)
        return None
    told = (reply.response_metadata.get("logprobs") or {}).get("content") or [{}]
    words: list[dict[str, Any]] = told[0].get("top_logprobs") or []
    yes, no = (
        sum(math.exp(word["logprob"]) for word in words if word["token"].strip().lower() == wanted)
        for wanted in ("yes", "no")
    )
    return yes / (yes + no) if yes + no else None


class Answerability:
    """Judges whether supported claims answer the question that was asked."""

    def __init__(self, checker: ClaimChecker, with_stated: LogisticModel, alone: LogisticModel) -> None:
        """Takes the claim checker, and the models with and without the language model's probability."""
        self._checker = checker
        self._with_stated = with_stated
        self._alone = alone

    def probability(
        self, question: str, claims: Sequence[GroundedClaim], evidence: Sequence[Evidence], stated: float | None
    ) -> float:
        """Probability that the claims answer the question, 0 to 1; 0 without claims.

        Args:
            question: what was asked.
            claims: what would be said, with what it cites; all supported.
            evidence: all that was found for the question.
            stated: from `probability_stated`.
        """
        if not claims:
            return 0.0
        features = answer_features(question, claims, evidence, self._checker)
        if stated is None:
            return self._alone.probability(features)
        return self._with_stated.probability({**features, "stated": log_odds(stated)})


def load_answerability(checker: ClaimChecker) -> Answerability:
    """The judge with the models of the package.

    Raises:
        ModelNotFoundError: the package was built without them.
        ModelCorruptError: a file is no model.
    """
    models = [load_logistic(FOLDER / name) for name in (WITH_STATED_FILE, ALONE_FILE)]
    with_stated, alone = models
    if with_stated is None or alone is None:
        raise ModelNotFoundError(f"No models in {FOLDER}. Install footnote-rag again.")
    return Answerability(checker, with_stated, alone)


def answer_features(
    question: str, claims: Sequence[GroundedClaim], evidence: Sequence[Evidence], checker: ClaimChecker
) -> dict[str, float]:
    """The features of an answer made of supported claims, at least one.

    How well a sentence fits a question depends on the articles, their headlines and the embedding model; how far the
    cited one stands out from the rest of the evidence depends less on them.
    """
    cited = [item for claim in claims for item in claim.evidence]
    said = " ".join(claim.text for claim in claims[:CLAIMS_READ])
    answering = checker.check(f"{question} {said}", list(dict.fromkeys(cited))[:CLAIMS_READ]).score
    return {
        "lead": max(item.score for item in cited) - fmean(item.score for item in evidence),
        "answering": log_odds(answering),
    }
