"""The built-in embedding model in int8, as a module of sentence-transformers that runs on ONNX Runtime.

It replaces the ONNX backend of sentence-transformers, which needs optimum-onnx, which needs an older version of
transformers than this project has.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from sentence_transformers.base.modules import InputModule

from rag.models.onnx import OnnxModel


class OnnxEncoder(InputModule):
    """An encoder of texts into vectors of length one, `(n_texts, dim)`; mean pooling is part of the exported graph."""

    def __init__(self, folder: Path, *, max_seq_length: int, threads: int) -> None:
        """Load `model.onnx` and `tokenizer.json` of a folder.

        Raises:
            ModelCorruptError: a file is missing or damaged.
        """
        super().__init__()  # type: ignore[no-untyped-call]  # the library leaves it without types
        self.max_seq_length = max_seq_length
        self._lock = threading.Lock()
        self._model = OnnxModel(folder, threads)
        self.tokenizer = self._model.tokenizer

    def token_ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the word pieces of each text, special tokens included, without truncation."""
        with self._lock:
            return [coding.ids for coding in self.tokenizer.encode_batch(list(texts))]

    def preprocess(self, inputs: Any, prompt: str | None = None, **_: Any) -> dict[str, torch.Tensor]:
        """Return `input_ids` and `attention_mask` of shape `(n_texts, length)`, padded to the longest text."""
        rows = self.token_ids([f"{prompt or ''}{text}" for text in inputs])
        kept = [row if len(row) <= self.max_seq_length else [*row[: self.max_seq_length - 1], row[-1]] for row in rows]
        width = max((len(row) for row in kept), default=0)
        padded = [row + [0] * (width - len(row)) for row in kept]
        mask = [[1] * len(row) + [0] * (width - len(row)) for row in kept]
        return {"input_ids": torch.tensor(padded), "attention_mask": torch.tensor(mask)}

    def forward(self, features: dict[str, torch.Tensor], **_: Any) -> dict[str, torch.Tensor]:
        """Return the features with `sentence_embedding` added."""
        ids, lengths = features["input_ids"].tolist(), features["attention_mask"].sum(1).tolist()
        vectors = self._model.run([{"input_ids": row[:length]} for row, length in zip(ids, lengths, strict=True)])
        return {**features, "sentence_embedding": torch.from_numpy(vectors)}

    def save(self, output_path: str, *_: Any, **__: Any) -> None:
        """Raise NotImplementedError: the exported files can only be copied."""
        raise NotImplementedError("The exported model is read only; copy its files instead.")
