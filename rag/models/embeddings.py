"""Embedding models by `provider:name`: LangChain embeddings that also have a name, a longest text and a token count."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from langchain_core.embeddings import Embeddings
from tokenizers import Tokenizer

from rag.errors import ModelNotFoundError, SettingsError
from rag.models.files import MINILM, minilm_dir, shipped_dir
from rag.models.loading import Loader, load_named, thread_count
from rag.models.weights import MODEL_FILE
from rag.ports import TokenCounter
from rag.settings import Settings

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

MINILM_MAX_TOKENS = 256

CHARS_PER_TOKEN = 3.0
"""A cautious guess for embedding servers, which don't name their tokeniser; English has about 4."""


def load_embeddings(settings: Settings) -> EmbeddingModel:
    """Return the embedding model that `settings.embeddings` names.

    Raises:
        ModelNotFoundError: the model isn't on this machine and can't be fetched.
        SettingsError: the provider is unknown.
    """
    return load_named("embeddings", settings.embeddings, EMBEDDING_LOADERS, settings)


class EmbeddingModel(TokenCounter, Protocol):
    """An embedding model as the library needs it: LangChain's two methods, a token count and a name.

    Attributes:
        name: model and weights, such as `builtin:all-MiniLM-L6-v2@53aa51172d14`; stored with the index.
    """

    name: str

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return vectors of shape `(n_texts, dim)`, in the order of the texts."""
        ...

    def embed_query(self, text: str) -> list[float]:
        """Return the vector of a question, of shape `(dim,)`."""
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
        """The longest text that the model reads, in tokens; it cuts the rest off without a message."""
        return int(self._model.max_seq_length or 512)

    @cached_property
    def _model(self) -> SentenceTransformer:
        with self._lock:
            return self._load()

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return vectors of shape `(n_texts, dim)`, in the order of the texts."""
        return self._encode("encode_document", texts)

    def embed_query(self, text: str) -> list[float]:
        """Return the vector of a question, of shape `(dim,)`."""
        return self._encode("encode_query", [text])[0]

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the number of word pieces of each text, special tokens included, without truncation."""
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
    """Embeddings of an OpenAI-compatible server; tokens are estimated, since a server doesn't count them."""

    max_tokens = 8191

    def __init__(self, embeddings: Embeddings, name: str) -> None:
        self.name = name
        self._embeddings = embeddings

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return vectors of shape `(n_texts, dim)`, in the order of the texts."""
        return self._embeddings.embed_documents(texts)

    def embed_query(self, text: str) -> list[float]:
        """Return the vector of a question, of shape `(dim,)`."""
        return self._embeddings.embed_query(text)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return a cautious estimate for each text, from its number of characters."""
        return [int(len(text) / CHARS_PER_TOKEN) + 2 for text in texts]


def _builtin_embeddings(name: str, settings: Settings) -> EmbeddingModel:
    if name == MINILM:
        return _onnx_embeddings(f"builtin:{name}", settings)
    if name == f"{MINILM}-fp32":
        return _sentence_transformer(str(minilm_dir()), f"builtin:{name}", settings)
    raise SettingsError(
        f"Unknown embeddings 'builtin:{name}'. The built-in ones are builtin:{MINILM} and, three times "
        f"slower, builtin:{MINILM}-fp32."
    )


def _onnx_embeddings(name: str, settings: Settings) -> EmbeddingModel:
    folder = shipped_dir("embeddings")

    def load() -> SentenceTransformer:
        from sentence_transformers import SentenceTransformer

        from rag.models.encoder import OnnxEncoder

        encoder = OnnxEncoder(folder, max_seq_length=MINILM_MAX_TOKENS, threads=thread_count(settings))
        return SentenceTransformer(modules=[encoder], device="cpu")

    return SentenceTransformerEmbeddings(load, f"{name}@{_sha256(folder / MODEL_FILE)[:12]}")


def _hub_embeddings(name: str, settings: Settings) -> EmbeddingModel:
    return _sentence_transformer(name, f"sentence-transformers:{name}", settings)


def _sentence_transformer(path: str, name: str, settings: Settings) -> EmbeddingModel:
    def load() -> SentenceTransformer:
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # transformers types few of its functions
        torch.set_num_threads(thread_count(settings))
        try:
            return SentenceTransformer(path, trust_remote_code=False)
        except (OSError, ValueError) as exc:
            raise ModelNotFoundError(
                f"The embedding model {path!r} can't be loaded ({exc}). Check its name, or set embeddings to "
                f"builtin:{MINILM}."
            ) from exc

    weights = Path(path) / "model.safetensors"
    suffix = f"@{_sha256(weights)[:12]}" if weights.is_file() else ""
    return SentenceTransformerEmbeddings(load, name + suffix)


@cache
def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _server_embeddings(name: str, settings: Settings) -> EmbeddingModel:
    from langchain_openai import OpenAIEmbeddings

    client = OpenAIEmbeddings(
        model=name,
        base_url=settings.embeddings_url or None,
        api_key=settings.api_key if settings.api_key.get_secret_value() else None,
        check_embedding_ctx_length=not settings.embeddings_url,
    )
    return ServerEmbeddings(client, f"openai:{name}@{settings.embeddings_url}")


EMBEDDING_LOADERS: dict[str, Loader[EmbeddingModel]] = {
    "builtin": _builtin_embeddings,
    "sentence-transformers": _hub_embeddings,
    "openai": _server_embeddings,
}
