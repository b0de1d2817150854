"""Opens a model that was exported to a folder: its ONNX graph and its tokeniser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from rag.errors import ModelCorruptError
from rag.weights import MODEL_FILE, TOKENIZER_FILE


def load_exported(folder: Path, threads: int) -> tuple[Any, Tokenizer]:
    """The ONNX Runtime session of `model.onnx`, and the tokeniser of `tokenizer.json`, which neither pads nor cuts.

    Args:
        folder: holds both files.
        threads: processor threads of the session; 0 takes all cores.

    Raises:
        ModelCorruptError: a file is missing or damaged.
    """
    import onnxruntime  # type: ignore[import-untyped]  # it has no stubs

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
        session = onnxruntime.InferenceSession(str(folder / MODEL_FILE), options, providers=["CPUExecutionProvider"])
    except Exception as exc:  # both libraries raise bare exceptions for unreadable files
        raise ModelCorruptError(
            f"The model in {folder} can't be loaded ({exc}). Install footnote-rag again, or name another model."
        ) from exc
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return session, tokenizer
