"""Exported models: an ONNX graph with its tokeniser, run by ONNX Runtime."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer

from rag.errors import ModelCorruptError
from rag.models.weights import MODEL_FILE, TOKENIZER_FILE
from rag.stopping import check_stopped


class OnnxModel:
    """An exported graph and its tokeniser, which neither pads nor truncates. Safe to use from several threads.

    Each row runs alone on one core, and as many rows run at once as there are threads. So nothing is padded, and cores
    don't wait for each other. The output for a text never depends on other texts, which it would in a batch, since a
    graph in int8 scales activations over its whole input. On two cores, 304 texts of 144 word pieces take 2.5 s this
    way, and 3.1 to 3.4 s in batches of 4 to 32 that share the cores.
    """

    def __init__(self, folder: Path, threads: int) -> None:
        """Load `model.onnx` and `tokenizer.json` of a folder.

        Raises:
            ModelCorruptError: a file is missing or damaged.
        """
        import onnxruntime  # type: ignore[import-untyped]  # it has no stubs

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self.tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
            self._session: Any = onnxruntime.InferenceSession(
                str(folder / MODEL_FILE), options, providers=["CPUExecutionProvider"]
            )
        except Exception as exc:  # both libraries raise bare exceptions for unreadable files
            raise ModelCorruptError(
                f"The model in {folder} can't be loaded ({exc}). Install footnote-rag again, or name another model."
            ) from exc
        self.tokenizer.no_truncation()
        self.tokenizer.no_padding()
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="onnx")

    def run(self, rows: Sequence[Mapping[str, Sequence[int]]]) -> np.ndarray:
        """Return the graph's output for each row, `(n_rows, width)`.

        Args:
            rows: at least one. Each has the word pieces of a text, or of a pair of texts, as `input_ids`, and may have
                their `token_type_ids`, which are 0 by default.

        Raises:
            StoppedError: the answer was stopped; the remaining rows are not run.
        """
        outputs = []
        for output in self._pool.map(self._run_one, rows):
            check_stopped()
            outputs.append(output)
        return np.concatenate(outputs)

    def _run_one(self, row: Mapping[str, Sequence[int]]) -> np.ndarray:
        ids = np.asarray([row["input_ids"]], dtype=np.int64)
        types = np.asarray([row["token_type_ids"]], dtype=np.int64) if "token_type_ids" in row else np.zeros_like(ids)
        inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": types}
        (output,) = self._session.run(None, inputs)
        return np.asarray(output)
