"""Loads models by their `provider:name`, one dictionary a role; heavy imports are inside the loaders.

The embedded LLM is served by llama.cpp inside this process, on a loopback port behind a random key, and used
through the same OpenAI-compatible client as any other server.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import threading
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from langchain_core.language_models import BaseChatModel

from rag.checking.checker import Judge, NetworkChecker, SignalsChecker, parse_nli
from rag.errors import ModelError, ModelNotFoundError, SettingsError
from rag.models import files as fetching
from rag.models.cross_encoder import OnnxCrossEncoder
from rag.models.embeddings import EmbeddingModel, SentenceTransformerEmbeddings, ServerEmbeddings
from rag.models.logistic import load_logistic
from rag.models.weights import COMBINATION_FILE, MODEL_FILE
from rag.ports import ClaimChecker, Reranker
from rag.retrieval.reranking import HubReranker, Reader
from rag.settings import Settings

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder, SentenceTransformer

T = TypeVar("T")

BUILTIN_EMBEDDINGS = "all-MiniLM-L6-v2"
MINILM_MAX_TOKENS = 256
MIN_CONTEXT_TOKENS = 2048
PROMPT_CACHE_MIB = 256
"""Memory in which llama.cpp keeps the prompts that others displaced: drafts and rewritten follow-ups take turns."""

PROMPT_BATCH_TOKENS = 32
"""Tokens of a prompt that llama.cpp reads at once; between two batches it looks whether anybody still waits."""

OPENMP = {"OMP_WAIT_POLICY": "passive"}
"""Has llama.cpp's threads sleep while they wait for one another, instead of spinning.

On a machine with other work, one that spins can keep from its core the one that is waited for."""


def load_embeddings(settings: Settings) -> EmbeddingModel:
    """The embedding model that `settings.embeddings` names.

    Raises:
        ModelNotFoundError: the model isn't on this machine and can't be fetched.
        SettingsError: the provider is unknown.
    """
    return _load("embeddings", settings.embeddings, EMBEDDING_LOADERS, settings)


def load_llm(settings: Settings) -> BaseChatModel | None:
    """The language model that `settings.llm` names; None for `none`.

    Raises:
        ModelNotFoundError: the model isn't on this machine.
        SettingsError: the provider is unknown.
    """
    return _load("llm", settings.llm, LLM_LOADERS, settings)


def load_checker(settings: Settings) -> ClaimChecker:
    """The claim checker that `settings.checker` names."""
    return _load("checker", settings.checker, CHECKER_LOADERS, settings)


def load_reranker(settings: Settings) -> Reranker | None:
    """The reranker that `settings.reranker` names; None for `none`."""
    return _load("reranker", settings.reranker, RERANKER_LOADERS, settings)


def _load(role: str, spec: str, loaders: dict[str, Callable[[str, Settings], T]], settings: Settings) -> T:
    provider, _, name = spec.partition(":")
    if provider not in loaders:
        known = ", ".join(f"{known}:…" if known != "none" else known for known in loaders)
        raise SettingsError(f"Unknown {role} {spec!r}. Set {role} to one of: {known}.")
    return loaders[provider](name, settings)


def _n_threads(settings: Settings) -> int:
    if settings.threads:
        return settings.threads
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _builtin_embeddings(name: str, settings: Settings) -> EmbeddingModel:
    if name == BUILTIN_EMBEDDINGS:
        return _onnx_embeddings(f"builtin:{name}", settings)
    if name == f"{BUILTIN_EMBEDDINGS}-fp32":
        return _sentence_transformer(str(fetching.minilm_dir()), f"builtin:{name}", settings)
    raise SettingsError(
        f"Unknown embeddings 'builtin:{name}'. The built-in ones are builtin:{BUILTIN_EMBEDDINGS} and, three times "
        f"slower, builtin:{BUILTIN_EMBEDDINGS}-fp32."
    )


def _onnx_embeddings(name: str, settings: Settings) -> EmbeddingModel:
    folder = fetching.shipped_dir("embeddings")

    def load() -> SentenceTransformer:
        from sentence_transformers import SentenceTransformer

        from rag.models.encoder import OnnxEncoder

        encoder = OnnxEncoder(folder, max_seq_length=MINILM_MAX_TOKENS, threads=_n_threads(settings))
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
        torch.set_num_threads(_n_threads(settings))
        try:
            return SentenceTransformer(path, trust_remote_code=False)
        except (OSError, ValueError) as exc:
            raise ModelNotFoundError(
                f"The embedding model {path!r} can't be loaded ({exc}). Check its name, or set embeddings to "
                f"builtin:{BUILTIN_EMBEDDINGS}."
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


class _LlamaServer:
    """The in-process llama.cpp servers, one a model file; they end with the process."""

    _servers: dict[tuple[Path, int], tuple[Any, str]] = {}  # noqa: RUF012 - the one registry of the process
    _lock = threading.Lock()

    @classmethod
    def start(cls, path: Path, n_threads: int, context_tokens: int) -> tuple[str, str]:
        """Base URL and key of the server for this file, started when it isn't running yet."""
        for name, value in OPENMP.items():
            os.environ.setdefault(name, value)  # read when the library is loaded
        import xllamacpp

        with cls._lock:
            if (path, context_tokens) not in cls._servers:
                key = secrets.token_urlsafe(24)
                params = xllamacpp.CommonParams()
                params.model.path = str(path)
                params.n_ctx = context_tokens
                params.n_parallel = 1
                params.n_batch = params.n_ubatch = PROMPT_BATCH_TOKENS
                params.cpuparams.n_threads = n_threads
                params.cpuparams_batch.n_threads = n_threads
                params.cache_ram_mib = PROMPT_CACHE_MIB
                params.port = 0
                params.api_keys = [key]
                params.verbosity = -1
                try:
                    server = xllamacpp.Server(params)
                except RuntimeError as exc:
                    raise ModelError(f"llama.cpp can't load {path} ({exc}). Is it a GGUF file?") from exc
                cls._servers[path, context_tokens] = server, key
            server, key = cls._servers[path, context_tokens]
        return f"{server.listening_address}/v1", key


def _builtin_llm(name: str, settings: Settings) -> BaseChatModel:
    return _llama(fetching.llm_path(settings, name), name, settings)


def _gguf_llm(name: str, settings: Settings) -> BaseChatModel:
    path = Path(name).expanduser()
    if not path.is_file():
        raise ModelNotFoundError(f"There is no file {path}. Set llm to gguf: and the path of a GGUF file.")
    return _llama(path, path.stem, settings)


def _llama(path: Path, name: str, settings: Settings) -> BaseChatModel:
    context_tokens = max(MIN_CONTEXT_TOKENS, settings.prompt_tokens * 2 + settings.answer_tokens)
    base_url, key = _LlamaServer.start(path, _n_threads(settings), context_tokens)
    return _openai_client(name, base_url, key, settings)


def _server_llm(name: str, settings: Settings) -> BaseChatModel:
    return _openai_client(name, settings.llm_url, settings.api_key.get_secret_value(), settings)


def _openai_client(name: str, base_url: str, key: str, settings: Settings) -> BaseChatModel:
    from langchain_openai import ChatOpenAI
    from pydantic import SecretStr

    return ChatOpenAI(
        model=name,
        base_url=base_url or None,
        api_key=SecretStr(key) if key else (SecretStr("none") if base_url else None),
        temperature=0,
        seed=0,
        timeout=settings.llm_timeout_s,
        stream_chunk_timeout=settings.llm_timeout_s,
        max_retries=1,
        stream_usage=True,
    )


def _langchain_llm(name: str, settings: Settings) -> BaseChatModel:
    from langchain.chat_models import init_chat_model

    try:
        return init_chat_model(name, temperature=0, timeout=settings.llm_timeout_s)
    except (ImportError, ValueError) as exc:
        raise ModelNotFoundError(f"LangChain can't load the chat model {name!r}: {exc}") from exc


def _onnx_reranker(name: str, settings: Settings) -> Reranker:
    return Reader(lambda: OnnxCrossEncoder(Path(name), _n_threads(settings)), f"onnx:{name}")


def _hub_reranker(name: str, settings: Settings) -> Reranker:
    return HubReranker(lambda: _load_cross_encoder(name), f"cross-encoder:{name}")


def _load_cross_encoder(name: str) -> CrossEncoder:
    from sentence_transformers import CrossEncoder

    try:
        model: CrossEncoder = CrossEncoder(name, trust_remote_code=False)
    except (OSError, ValueError) as exc:
        raise ModelNotFoundError(
            f"The cross-encoder {name!r} can't be loaded ({exc}). Check its name, or take another one."
        ) from exc
    return model


def _no_model(name: str, settings: Settings) -> None:
    return None


def _builtin_checker(name: str, settings: Settings) -> ClaimChecker:
    if name == "signals":
        return SignalsChecker()
    if name == fetching.SHIPPED["checker"]:
        return _network_checker(fetching.shipped_dir("checker"), f"builtin:{name}", settings)
    raise SettingsError(f"Unknown checker 'builtin:{name}'. The built-in ones are builtin:signals and builtin:checker.")


def _onnx_checker(name: str, settings: Settings) -> ClaimChecker:
    return _network_checker(Path(name), f"onnx:{name}", settings)


def _network_checker(folder: Path, name: str, settings: Settings) -> ClaimChecker:
    def load() -> Judge:
        network = OnnxCrossEncoder(folder, _n_threads(settings))

        def judge(claim: str, evidence: str) -> Mapping[str, float]:
            row = network.predict([(claim, evidence)])[0]
            return dict(zip(network.config.labels, map(float, row), strict=True))

        return judge

    return NetworkChecker(load, name, load_logistic(folder / COMBINATION_FILE))


def _hub_checker(name: str, settings: Settings) -> ClaimChecker:
    def load() -> Judge:
        import torch

        model = _load_cross_encoder(name)
        names: dict[int, str] = getattr(model.config, "id2label", None) or {}
        labels = [str(label).lower() for _, label in sorted(names.items())]

        def judge(claim: str, evidence: str) -> Mapping[str, float]:
            if len(labels) < 2:
                support = float(model.predict([(evidence, claim)], activation_fn=torch.nn.Sigmoid())[0])
                return {"supported": support, "unsupported": 1 - support, "contradicted": 0.0}
            row = model.predict([(evidence, claim)], activation_fn=torch.nn.Softmax(dim=-1))[0]
            return parse_nli(dict(zip(labels, map(float, row), strict=True)))

        return judge

    return NetworkChecker(load, f"cross-encoder:{name}")


EMBEDDING_LOADERS: dict[str, Callable[[str, Settings], EmbeddingModel]] = {
    "builtin": _builtin_embeddings,
    "sentence-transformers": _hub_embeddings,
    "openai": _server_embeddings,
}
LLM_LOADERS: dict[str, Callable[[str, Settings], BaseChatModel | None]] = {
    "builtin": _builtin_llm,
    "gguf": _gguf_llm,
    "openai": _server_llm,
    "langchain": _langchain_llm,
    "none": _no_model,
}
CHECKER_LOADERS: dict[str, Callable[[str, Settings], ClaimChecker]] = {
    "builtin": _builtin_checker,
    "onnx": _onnx_checker,
    "cross-encoder": _hub_checker,
}
RERANKER_LOADERS: dict[str, Callable[[str, Settings], Reranker | None]] = {
    "onnx": _onnx_reranker,
    "cross-encoder": _hub_reranker,
    "none": _no_model,
}
