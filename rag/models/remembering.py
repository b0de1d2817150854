"""Remembered vectors: a sentence that is compared again, as in a follow-up, isn't embedded again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence

from rag.models.embeddings import EmbeddingModel

VECTORS_KEPT = 8_000
"""The vectors that are kept, the latest used; of 384 numbers they take about 25 MB."""


class RememberingEmbeddings:
    """An embedding model that keeps the vectors of the latest documents; safe to use from several threads."""

    def __init__(self, embeddings: EmbeddingModel, n_kept: int = VECTORS_KEPT) -> None:
        """Take the model that embeds what isn't remembered."""
        self._embeddings = embeddings
        self._n_kept = n_kept
        self._kept: OrderedDict[str, list[float]] = OrderedDict()
        self._lock = threading.Lock()
        self.name = embeddings.name

    @property
    def max_tokens(self) -> int:
        """The longest text that the model reads, in tokens."""
        return self._embeddings.max_tokens

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the number of tokens of each text, special tokens included, without truncation."""
        return self._embeddings.count_tokens(texts)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return vectors of shape `(n_texts, dim)`, in the order of the texts."""
        with self._lock:
            found = {text: self._kept[text] for text in texts if text in self._kept}
        missing = [text for text in dict.fromkeys(texts) if text not in found]
        if missing:
            found |= dict(zip(missing, self._embeddings.embed_documents(missing), strict=True))
        with self._lock:
            for text in texts:
                self._kept[text] = found[text]
                self._kept.move_to_end(text)
            while len(self._kept) > self._n_kept:
                self._kept.popitem(last=False)
        return [found[text] for text in texts]

    def embed_query(self, text: str) -> list[float]:
        """Return the vector of a question, of shape `(dim,)`."""
        return self._embeddings.embed_query(text)
