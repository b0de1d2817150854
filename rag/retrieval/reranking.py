"""Rerankers: how likely it is that a text holds the answer to a question; `rag/models` loads their weights.

The reader, by which windows are read for the decision whether to answer, is one of them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path

from rag.errors import SettingsError
from rag.models.cross_encoders import CrossEncoder, HubCrossEncoder, OnnxCrossEncoder, load_hub_cross_encoder
from rag.models.files import SHIPPED, shipped_dir
from rag.models.loading import Loader, load_named, thread_count
from rag.ports import Reranker
from rag.settings import Settings


def load_reranker(settings: Settings) -> Reranker | None:
    """Return the reranker that `settings.reranker` names; None for `none`.

    Raises:
        SettingsError: the provider is unknown.
    """
    return load_named("reranker", settings.reranker, RERANKER_LOADERS, settings)


def load_reader(settings: Settings) -> Reranker | None:
    """Return the reader that `settings.reader` names; None for `none`.

    Raises:
        SettingsError: the provider is unknown.
    """
    return load_named("reader", settings.reader, RERANKER_LOADERS, settings)


class CrossEncoderReranker:
    """A cross-encoder of question and text; implements the port `Reranker`. It is loaded at its first use."""

    def __init__(self, load: Callable[[], tuple[CrossEncoder, int]], name: str) -> None:
        """Keep how the model is loaded.

        Args:
            load: returns the model, and the column of the label "holds the answer".
            name: as in the settings.
        """
        self.name = name
        self._load = load
        self._lock = threading.RLock()

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        """Return the probability that each text holds the answer, 0 to 1, in the order given."""
        if not texts:
            return []
        model, column = self._model
        return [float(row[column]) for row in model.predict([(question, text) for text in texts])]

    @cached_property
    def _model(self) -> tuple[CrossEncoder, int]:
        with self._lock:
            return self._load()


def _builtin_reranker(name: str, settings: Settings) -> Reranker:
    if name != SHIPPED["reader"]:
        raise SettingsError(f"Unknown reranker 'builtin:{name}'. The built-in one is builtin:{SHIPPED['reader']}.")
    return _exported(shipped_dir("reader"), f"builtin:{name}", settings)


def _onnx_reranker(name: str, settings: Settings) -> Reranker:
    return _exported(Path(name), f"onnx:{name}", settings)


def _exported(folder: Path, name: str, settings: Settings) -> Reranker:
    def load() -> tuple[OnnxCrossEncoder, int]:
        model = OnnxCrossEncoder(folder, thread_count(settings))
        return model, model.config.positive_index

    return CrossEncoderReranker(load, name)


def _hub_reranker(name: str, settings: Settings) -> Reranker:
    def load() -> tuple[HubCrossEncoder, int]:
        model = load_hub_cross_encoder(name)
        if len(model.labels) > 1:
            raise SettingsError(
                f"The reranker {name!r} has the labels {', '.join(model.labels)}. Set reranker to a cross-encoder "
                "with a single output, such as one trained on MS MARCO."
            )
        return model, 0

    return CrossEncoderReranker(load, f"cross-encoder:{name}")


def _no_reranker(name: str, settings: Settings) -> None:
    return None


RERANKER_LOADERS: dict[str, Loader[Reranker | None]] = {
    "builtin": _builtin_reranker,
    "onnx": _onnx_reranker,
    "cross-encoder": _hub_reranker,
    "none": _no_reranker,
}
