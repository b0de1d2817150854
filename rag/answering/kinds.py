"""Kinds: guesses which kind of answer a question wants, or that it only continues the conversation.

The guess is learned (`python -m eval.training.kinds`) from the question's embedding, the shape of the question, and the
embedding of the question before it in the conversation.
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
        ask: what a question about the library asks, or what sort of talk it is; "" for any other kind. For `library`:
            count, list, newest, oldest, publishers, authors, dates, about. For `talk`: greeting, thanks, identity,
            help, goodbye, other.
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
        vector = self._vector(question)
        before = self._vector(previous) if previous else None
        features = question_features(question, vector, before, self._model.known_words)
        return best_guess(self._model.probabilities(features))


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
