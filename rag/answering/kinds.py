"""Kinds: guesses which kind of answer a question wants, or that it only continues the conversation.

The guess is learned (`python -m eval.training.kinds`) from the question's embedding, the shape of the question, and the
embedding of the question before it in the conversation. A question such as "and in Norway?" takes over the kind of the
one before.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from rag.models.embeddings import EmbeddingModel, load_embeddings
from rag.models.files import MINILM
from rag.models.fits import KINDS_FIT, WEIGHTS
from rag.models.softmax import SoftmaxModel, load_softmax
from rag.settings import Settings
from rag.text.shapes import question_features

MOVES = ("more", "shorter", "source")
"""What a person may say that only continues the conversation: "tell me more", "in one sentence", "who says that?"."""

CERTAIN_MIN = 0.4
"""From this probability on, a guess is worth following; `docs/evaluation.md` has the held-out figures.

93% of 3,586 questions reach it, and 84% of these are guessed right. Below it about two in five are. Few of the
questions there ask for a fact, but the sentence that fits a question best helps with any kind."""

SAME = "same"
"""The label of a question such as "and in Norway?", which wants the kind of answer that the one before it wanted."""

VECTORS_KEPT = 256
"""How many embeddings are kept, since each question is asked for again as the one before the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KindGuess:
    """A guess at the kind of answer that a question wants.

    Attributes:
        kind: one of `rag.records.KINDS`, or of `MOVES`.
        probability: of the kind, 0 to 1.
        second: the next probable kind.
        second_probability: of that one.
        ask: what exactly is asked. For `library`: count, list, newest, oldest, publishers, authors, dates or about;
            for `talk`: greeting, thanks, identity, help, goodbye or other; for `summary`, by the article that it names:
            newest, oldest, place (as in "the second article") or ""; for `comparison`: agreement (whether articles
            agree) or ""; for any other kind "".
    """

    kind: str
    probability: float
    second: str = ""
    second_probability: float = 0.0
    ask: str = ""


class KindClassifier:
    """Guesses kinds with a linear model; safe to use from several threads."""

    def __init__(self, model: SoftmaxModel, embeddings: EmbeddingModel) -> None:
        """Take the model, and the embeddings that it was fitted on."""
        self._model = model
        self._vector = lru_cache(maxsize=VECTORS_KEPT)(lambda text: np.array(embeddings.embed_query(text)))

    def classify(self, question: str, previous: str = "") -> KindGuess:
        """Return the guess for a question; `previous` is the question before it in the conversation."""
        alone = self._probabilities(previous, "") if previous else {}
        return best_guess(continue_kind(self._probabilities(question, previous), alone))

    def _probabilities(self, question: str, previous: str) -> dict[str, float]:
        before = self._vector(previous) if previous else None
        features = question_features(question, self._vector(question), before, self._model.known_words)
        return self._model.probabilities(features)


def continue_kind(probabilities: dict[str, float], previous: dict[str, float]) -> dict[str, float]:
    """Return the probabilities of a question's labels, without `SAME`.

    That of `SAME` is shared out as the question before it has its own; without one, as the question itself has them.
    """
    direct = {label: probability for label, probability in probabilities.items() if label != SAME}
    shares = {label: probability for label, probability in previous.items() if label != SAME} or direct
    same, total = probabilities.get(SAME, 0.0), sum(shares.values())
    return {label: probability + same * shares[label] / total for label, probability in direct.items()}


def best_guess(probabilities: dict[str, float]) -> KindGuess:
    """Return the guess from the probabilities of labels such as `fact` and `library:count`.

    The probability of a kind is the sum over its labels.
    """
    by_kind: dict[str, float] = defaultdict(float)
    for label, probability in probabilities.items():
        by_kind[label.partition(":")[0]] += probability
    kind, second = sorted(by_kind, key=lambda name: (-by_kind[name], name))[:2]
    likely = max(
        (label for label in probabilities if label.partition(":")[0] == kind), key=lambda at: probabilities[at]
    )
    return KindGuess(
        kind=kind,
        probability=by_kind[kind],
        second=second,
        second_probability=by_kind[second],
        ask=likely.partition(":")[2],
    )


def load_kinds(settings: Settings, embeddings: EmbeddingModel) -> KindClassifier:
    """Return the classifier of the package.

    It needs the built-in embeddings: those that are given, if they are these, or else loaded beside them.

    Raises:
        ModelCorruptError: the weights are damaged.
    """
    builtin = f"builtin:{MINILM}"
    if not embeddings.name.startswith(builtin):
        embeddings = load_embeddings(settings.model_copy(update={"embeddings": builtin}))
    return KindClassifier(load_softmax(WEIGHTS / KINDS_FIT.file), embeddings)
