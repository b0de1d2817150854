"""Cross-encoders: networks that read two texts together and return the probability of each label.

They know nothing of questions, claims or verdicts: the caller knows what the labels mean.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from rag.errors import ModelCorruptError, ModelNotFoundError
from rag.models.onnx import OnnxModel
from rag.models.weights import CONFIG_FILE, MODEL_FILE, TOKENIZER_FILE

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder as HubModel


class CrossEncoder(Protocol):
    """A loaded cross-encoder, safe to use from several threads."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The names of the labels, in the order of the columns of `predict`."""
        ...

    def predict(self, pairs: Sequence[tuple[str, str]]) -> np.ndarray:
        """Return probabilities of shape `(n_pairs, n_labels)`, in the order of the pairs."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossEncoderConfig:
    """The configuration of an exported cross-encoder, from the `config.json` beside it.

    Attributes:
        labels: names in the order of the model's outputs.
        positive: the label by which the best window of a long text is chosen.
        max_length: most word pieces of a pair, the three special ones included.
        temperature: the divisor of the logits (Guo et al. 2017, "On Calibration of Modern Neural Networks").
        bias: one summand for each label, added to the divided logits.
    """

    name: str
    labels: tuple[str, ...]
    positive: str
    max_length: int
    temperature: float
    bias: tuple[float, ...]

    @property
    def positive_index(self) -> int:
        """The column of the positive label."""
        return self.labels.index(self.positive)


def load_config(folder: Path) -> CrossEncoderConfig:
    """Return the configuration in a model's folder.

    Raises:
        ModelNotFoundError: a file of the model is missing.
        ModelCorruptError: the configuration is not that of a cross-encoder.
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
    """A small cross-encoder that `eval.training` exported, on ONNX Runtime; its probabilities are calibrated.

    A long second text is read in overlapping windows. The window with the highest probability of the positive label
    counts.
    """

    def __init__(self, folder: Path, threads: int = 1) -> None:
        """Load `model.onnx`, `tokenizer.json` and `config.json` of `folder`; `threads` pairs are read at once.

        Raises:
            ModelNotFoundError: a file is missing.
            ModelCorruptError: the configuration, the tokenizer or the model can't be read.
        """
        self.config = load_config(folder)
        self._model = OnnxModel(folder, threads)
        self._tokenizer = self._model.tokenizer
        self._opening: int = self._tokenizer.token_to_id("[CLS]") or 0
        self._separator: int = self._tokenizer.token_to_id("[SEP]") or 0
        self._lock = threading.Lock()

    @property
    def labels(self) -> tuple[str, ...]:
        """The names of the labels, in the order of the columns of `predict`."""
        return self.config.labels

    def predict(self, pairs: Sequence[tuple[str, str]]) -> np.ndarray:
        """Return calibrated probabilities of shape `(n_pairs, n_labels)`, in the order of the pairs.

        Each row sums to 1. No pairs give an empty array of shape `(0, n_labels)`.
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
        """Return `(pair, ids of the first text, ids of a window of the second)`; each pair has at least one window."""
        firsts = [first for first, _ in pairs]
        seconds = [second for _, second in pairs]
        distinct = list(dict.fromkeys([*firsts, *seconds]))
        with self._lock:
            codings = self._tokenizer.encode_batch(distinct, add_special_tokens=False)
        ids = {text: coding.ids for text, coding in zip(distinct, codings, strict=True)}
        room = self.config.max_length - 3
        windows: list[tuple[int, list[int], list[int]]] = []
        for number, (first, second) in enumerate(pairs):
            # A first text longer than half the room is cut at its end; a window of the second gets the rest.
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


class HubCrossEncoder:
    """A cross-encoder of sentence-transformers.

    Calls are serialised, since Hugging Face's fast tokenisers are not thread-safe
    (https://github.com/huggingface/tokenizers/issues/537). Probabilities are not calibrated.
    """

    def __init__(self, model: HubModel) -> None:
        self._model = model
        self._lock = threading.Lock()
        names: dict[int, str] = getattr(model.config, "id2label", None) or {0: "LABEL_0"}
        self.labels = tuple(str(label).lower() for _, label in sorted(names.items()))

    def predict(self, pairs: Sequence[tuple[str, str]]) -> np.ndarray:
        """Return probabilities of shape `(n_pairs, n_labels)`: the sigmoid of a single output, else their softmax."""
        import torch

        if not pairs:
            return np.zeros((0, len(self.labels)))
        squash = torch.nn.Softmax(dim=-1) if len(self.labels) > 1 else torch.nn.Sigmoid()
        with self._lock:
            outputs = self._model.predict(list(pairs), activation_fn=squash, show_progress_bar=False)
        return np.asarray(outputs, dtype=np.float64).reshape(len(pairs), len(self.labels))


def load_hub_cross_encoder(name: str) -> HubCrossEncoder:
    """Return a cross-encoder by its id on the hub, or by its folder.

    Raises:
        ModelNotFoundError: it can't be loaded.
    """
    import sentence_transformers

    try:
        return HubCrossEncoder(sentence_transformers.CrossEncoder(name, trust_remote_code=False))
    except (OSError, ValueError) as exc:
        raise ModelNotFoundError(
            f"The cross-encoder {name!r} can't be loaded ({exc}). Check its name, or take another one."
        ) from exc
