"""A small network that reads a question and a text: how likely the text answers it, and which words do."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rag.models.cross_encoders import load_config
from rag.models.onnx import OnnxModel

ANSWER_TOKENS_MAX = 20
"""The most word pieces of an answer's words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanReading:
    """What was read in a text.

    Attributes:
        probability: that the text answers the question, 0 to 1.
        start, end: half-open span of the words that answer it most likely.
        span_probability: of these words, given that the text answers the question.
    """

    probability: float
    start: int
    end: int
    span_probability: float


class SpanReader:
    """A reader that `eval.training.reader` exported, on ONNX Runtime; safe to use from several threads."""

    def __init__(self, folder: Path, threads: int = 1) -> None:
        """Load `model.onnx`, `tokenizer.json` and `config.json` of `folder`; `threads` texts are read at once.

        Raises:
            ModelNotFoundError: a file is missing.
            ModelCorruptError: the configuration, the tokenizer or the model can't be read.
        """
        self._config = load_config(folder)
        self._model = OnnxModel(folder, threads)
        self._opening: int = self._model.tokenizer.token_to_id("[CLS]") or 0
        self._separator: int = self._model.tokenizer.token_to_id("[SEP]") or 0
        self._lock = threading.Lock()

    def read(self, question: str, texts: Sequence[str]) -> list[SpanReading]:
        """Return a reading of each text, in order. What goes beyond the model's length isn't read."""
        if not texts:
            return []
        with self._lock:
            asked, *codings = self._model.tokenizer.encode_batch([question, *texts], add_special_tokens=False)
        room = self._config.max_length - 3
        left = asked.ids[: room // 2]
        pieces = [coding.ids[: room - len(left)] for coding in codings]
        outputs = self._model.run_all([self._row(left, right) for right in pieces])
        return [
            self._reading(logits[0], spans[0][len(left) + 2 : len(left) + 2 + len(right)], coding.offsets)
            for (logits, spans), right, coding in zip(outputs, pieces, codings, strict=True)
        ]

    def _row(self, left: list[int], right: list[int]) -> dict[str, list[int]]:
        return {
            "input_ids": [self._opening, *left, self._separator, *right, self._separator],
            "token_type_ids": [0] * (len(left) + 2) + [1] * (len(right) + 1),
        }

    def _reading(self, logits: np.ndarray, spans: np.ndarray, offsets: Sequence[tuple[int, int]]) -> SpanReading:
        scaled = logits.astype(np.float64) / self._config.temperature + np.asarray(self._config.bias)
        probabilities = np.exp(scaled - scaled.max())
        probability = float((probabilities / probabilities.sum())[self._config.positive_index])
        if not len(spans):
            return SpanReading(probability=probability, start=0, end=0, span_probability=0.0)
        first, last = _softmax(spans[:, 0]), _softmax(spans[:, 1])
        joint = np.triu(np.outer(first, last)) - np.triu(np.outer(first, last), ANSWER_TOKENS_MAX)
        start, end = np.unravel_index(int(joint.argmax()), joint.shape)
        return SpanReading(
            probability=probability,
            start=offsets[int(start)][0],
            end=offsets[int(end)][1],
            span_probability=float(joint[start, end]),
        )


def _softmax(values: np.ndarray) -> np.ndarray:
    shifted = np.exp(values.astype(np.float64) - float(values.max()))
    return np.asarray(shifted / shifted.sum())
