"""Rerankers: tell how likely a text holds the answer to a question. Loading their weights is `rag/models/loading.py`'s."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from rag.models.cross_encoder import OnnxCrossEncoder

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder


class Reader:
    """Footnote's own small cross-encoder of question and passage; implements the port `Reranker`."""

    def __init__(self, load: Callable[[], OnnxCrossEncoder], name: str) -> None:
        self.name = name
        self._load = load
        self._lock = threading.Lock()

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        """Calibrated probability that each text holds the answer, 0 to 1, in the order given."""
        if not texts:
            return []
        network = self._network
        probabilities = network.predict([(question, text) for text in texts])
        return [float(row[network.config.positive_index]) for row in probabilities]

    @cached_property
    def _network(self) -> OnnxCrossEncoder:
        with self._lock:
            return self._load()


class HubReranker:
    """A sentence-transformers cross-encoder with one output, such as an MS MARCO one; implements `Reranker`.

    Calls are serialised, since Hugging Face's fast tokenisers are not thread-safe. Scores are squeezed to 0 to 1,
    but not calibrated.
    """

    def __init__(self, load: Callable[[], CrossEncoder], name: str) -> None:
        self.name = name
        self._load = load
        self._lock = threading.RLock()

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        """A score of each text, 0 to 1, in the order given."""
        if not texts:
            return []
        import torch

        with self._lock:
            pairs = [(question, text) for text in texts]
            scores = self._model.predict(pairs, activation_fn=torch.nn.Sigmoid(), show_progress_bar=False)
        return [float(score) for score in scores]

    @cached_property
    def _model(self) -> CrossEncoder:
        with self._lock:
            return self._load()
