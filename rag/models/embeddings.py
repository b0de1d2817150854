"""Embedding models as LangChain embeddings that also tell their name, their limit and a text's tokens."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol, cast

from langchain_core.embeddings import Embeddings
from tokenizers import Tokenizer

from rag.ports import TokenCounter

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

CHARS_PER_TOKEN = 3.0
"""A cautious guess for embedding servers that don't tell their tokeniser; English has about 4."""


class EmbeddingModel(TokenCounter, Protocol):
    """What the library needs of an embedding model: LangChain's two methods, a token count and a name.

    Attributes:
        name: model and weights, such as `builtin:all-MiniLM-L6-v2@53aa51172d14`; stored with the index.
    """

    name: str

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Vectors of shape `(n_texts, dim)`."""
        ...

    def embed_query(self, text: str) -> list[float]:
        """One vector of shape `(dim,)`."""
        ...


class SentenceTransformerEmbeddings(Embeddings):
    """A sentence-transformers model as LangChain embeddings; vectors are normalised to length 1.

    The model is loaded at its first use, so that a run that embeds nothing doesn't wait for it. Calls are
    serialised, since Hugging Face's fast tokenisers are not thread-safe
    (https://github.com/huggingface/tokenizers/issues/537).
    """

    def __init__(self, load: Callable[[], SentenceTransformer], name: str) -> None:
        self.name = name
        self._load = load
        self._lock = threading.RLock()

    @property
    def max_tokens(self) -> int:
        """Longest text that the model reads; the rest would be cut silently."""
        return int(self._model.max_seq_length or 512)

    @cached_property
    def _model(self) -> SentenceTransformer:
        with self._lock:
            return self._load()

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Vectors of shape `(n_texts, dim)`, in the order of the texts."""
        return self._encode("encode_document", texts)

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question, shape `(dim,)`."""
        return self._encode("encode_query", [text])[0]

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Word pieces of each text, special tokens included, without truncation."""
        if not texts:
            return []
        tokenizer: Any = self._model.tokenizer
        with self._lock:
            if isinstance(tokenizer, Tokenizer):
                return [len(coding.ids) for coding in tokenizer.encode_batch(list(texts))]
            ids = tokenizer(list(texts), truncation=False, verbose=False, return_attention_mask=False)["input_ids"]
        return [len(row) for row in ids]

    def _encode(self, method: str, texts: list[str]) -> list[list[float]]:
        if not texts:
            return []
        with self._lock:
            vectors = getattr(self._model, method)(texts, normalize_embeddings=True, show_progress_bar=False)
        return cast("list[list[float]]", vectors.tolist())


class ServerEmbeddings(Embeddings):
    """Embeddings of an OpenAI-compatible server; tokens are estimated, since a server doesn't tell them."""

    max_tokens = 8191

    def __init__(self, embeddings: Embeddings, name: str) -> None:
        self.name = name
        self._embeddings = embeddings

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Vectors of shape `(n_texts, dim)`."""
        return self._embeddings.embed_documents(texts)

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question, shape `(dim,)`."""
        return self._embeddings.embed_query(text)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """A cautious estimate from the number of characters."""
        return [int(len(text) / CHARS_PER_TOKEN) + 2 for text in texts]
