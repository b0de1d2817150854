"""Runs a small exported cross-encoder with ONNX Runtime: pairs of texts to calibrated probabilities.

It knows nothing of questions, claims or verdicts: what the labels mean is the caller's. Long second texts are
read in overlapping windows, and the window that counts is the one with the highest probability of the
positive label.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rag.errors import ModelCorruptError, ModelNotFoundError
from rag.models.onnx import ExportedModel
from rag.models.weights import CONFIG_FILE, MODEL_FILE, TOKENIZER_FILE


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossEncoderConfig:
    """What `config.json` beside a model says.

    Attributes:
        labels: names in the order of the model's outputs.
        positive: the label by which the best window of a long text is chosen.
        max_length: most word pieces of a pair, the three special ones included.
        temperature: the logits are divided by it (Guo et al. 2017, "On Calibration of Modern Neural
        Networks").
        bias: then added to the logits, one value a label.
    """

    name: str
    labels: tuple[str, ...]
    positive: str
    max_length: int
    temperature: float
    bias: tuple[float, ...]

    @property
    def positive_index(self) -> int:
        """Column of the positive label."""
        return self.labels.index(self.positive)


def load_config(folder: Path) -> CrossEncoderConfig:
    """The configuration in a model's folder.

    Raises:
        ModelNotFoundError: a file of the model is missing.
        ModelCorruptError: the configuration is not one of a cross-encoder.
    """
    for name in (CONFIG_FILE, MODEL_FILE, TOKENIZER_FILE):
        if not (folder / name).is_file():
            raise ModelNotFoundError(f"No file {name} in {folder}. Install the package again, or name another model.")
    try:
        row = json.loads((folder / CONFIG_FILE).read_text(encoding="utf-8"))
        labels = tuple(row["labels"])
        config = CrossEncoderConfig(
            name=str(row["name"]),
            labels=labels,
            positive=str(row["positive"]),
            max_length=int(row["max_length"]),
            temperature=float(row["temperature"]),
            bias=tuple(float(b) for b in row.get("bias", [0.0] * len(labels))),
        )
    except (ValueError, KeyError, TypeError) as exc:
        raise ModelCorruptError(f"{folder / CONFIG_FILE} is not a cross-encoder's configuration: {exc!r}.") from exc
    if config.positive not in labels or len(config.bias) != len(labels) or config.temperature <= 0:
        raise ModelCorruptError(f"{folder / CONFIG_FILE}: positive, bias and temperature don't fit labels {labels}.")
    return config


class OnnxCrossEncoder:
    """A loaded cross-encoder. Safe to use from several threads."""

    def __init__(self, folder: Path, threads: int = 1) -> None:
        """Loads `model.onnx`, `tokenizer.json` and `config.json` of `folder`; `threads` pairs are read at once.

        Raises:
            ModelNotFoundError: a file is missing.
            ModelCorruptError: the configuration, the tokenizer or the model can't be read.
        """
        self.config = load_config(folder)
        self._model = ExportedModel(folder, threads)
        self._tokenizer = self._model.tokenizer
        self._opening: int = self._tokenizer.token_to_id("[CLS]") or 0
        self._separator: int = self._tokenizer.token_to_id("[SEP]") or 0
        self._lock = threading.Lock()

    def predict(self, pairs: Sequence[tuple[str, str]]) -> np.ndarray:
        """Calibrated probabilities `(n_pairs, n_labels)`, rows summing to 1, in the order of the pairs.

        No pairs give an empty array of shape `(0, n_labels)`.
        """
        labels = len(self.config.labels)
        result = np.zeros((len(pairs), labels), dtype=np.float64)
        if not pairs:
            return result
        windows = self._windows(pairs)
        probabilities = self._probabilities([window[1:] for window in windows])
        best = np.full(len(pairs), -1.0)
        for (pair, _, _), row in zip(windows, probabilities, strict=True):
            if row[self.config.positive_index] > best[pair]:
                best[pair] = row[self.config.positive_index]
                result[pair] = row
        return result

    def _windows(self, pairs: Sequence[tuple[str, str]]) -> list[tuple[int, list[int], list[int]]]:
        """`(pair, ids of the first text, ids of a window of the second)`, at least one window a pair."""
        firsts = [first for first, _ in pairs]
        seconds = [second for _, second in pairs]
        distinct = list(dict.fromkeys([*firsts, *seconds]))
        with self._lock:
            codings = self._tokenizer.encode_batch(distinct, add_special_tokens=False)
        ids = {text: coding.ids for text, coding in zip(distinct, codings, strict=True)}
        room = self.config.max_length - 3
        windows: list[tuple[int, list[int], list[int]]] = []
        for number, (first, second) in enumerate(pairs):
            # A first text longer than half the room loses its end; the second's windows share what is left.
            left = ids[first][: max(room // 2, room - len(ids[second]))]
            right = ids[second]
            size = room - len(left)
            stride = max(1, size - size // 3)
            for start in range(0, max(1, len(right) - size + stride), stride):
                windows.append((number, left, right[start : start + size]))
        return windows

    def _probabilities(self, windows: Sequence[tuple[list[int], list[int]]]) -> np.ndarray:
        logits = self._model.run([self._row(left, right) for left, right in windows])
        scaled = logits.astype(np.float64) / self.config.temperature + np.asarray(self.config.bias)
        scaled = np.exp(scaled - scaled.max(axis=1, keepdims=True))
        return np.asarray(scaled / scaled.sum(axis=1, keepdims=True))

    def _row(self, left: list[int], right: list[int]) -> dict[str, list[int]]:
        return {
            "input_ids": [self._opening, *left, self._separator, *right, self._separator],
            "token_type_ids": [0] * (len(left) + 2) + [1] * (len(right) + 1),
        }
