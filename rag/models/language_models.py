"""Language models by `provider:name`, as LangChain chat models.

llama.cpp serves a model's file inside this process, on a loopback port that asks for a random key. The file is then
used through the same OpenAI-compatible client as any other server.
"""

from __future__ import annotations

import os
import secrets
import threading
from pathlib import Path
from typing import Any

from langchain_core.language_models import BaseChatModel

from rag.errors import ModelError, ModelNotFoundError
from rag.models.files import llm_path
from rag.models.loading import Loader, load_named, thread_count
from rag.settings import Settings

MIN_CONTEXT_TOKENS = 2048
PROMPT_CACHE_MIB = 256
"""Memory for prompts that llama.cpp has read before: drafts and rewritten follow-ups take turns."""

PROMPT_BATCH_TOKENS = 32
"""Tokens of a prompt that llama.cpp reads at once; between two batches it checks whether the client is still there."""

OPENMP = {"OMP_WAIT_POLICY": "passive"}
"""The variables with which llama.cpp's threads sleep, and don't spin, while they wait for one another.

On a busy machine, a thread that spins can take the core that the awaited thread needs."""


def load_llm(settings: Settings) -> BaseChatModel | None:
    """Return the language model that `settings.llm` names; None for `none`.

    Raises:
        ModelNotFoundError: the model isn't on this machine.
        SettingsError: the provider is unknown.
    """
    return load_named("llm", settings.llm, LLM_LOADERS, settings)


class _LlamaServer:
    """The llama.cpp servers of this process, one for each model file and context length; they end with the process."""

    _servers: dict[tuple[Path, int], tuple[Any, str]] = {}  # noqa: RUF012 - the one registry of the process
    _lock = threading.Lock()

    @classmethod
    def start(cls, path: Path, n_threads: int, context_tokens: int) -> tuple[str, str]:
        """Return the base URL and the key of the server for a file, which is started when it isn't running yet."""
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
    return _llama(llm_path(settings, name), name, settings)


def _gguf_llm(name: str, settings: Settings) -> BaseChatModel:
    path = Path(name).expanduser()
    if not path.is_file():
        raise ModelNotFoundError(f"There is no file {path}. Set llm to gguf: and the path of a GGUF file.")
    return _llama(path, path.stem, settings)


def _llama(path: Path, name: str, settings: Settings) -> BaseChatModel:
    context_tokens = max(MIN_CONTEXT_TOKENS, settings.prompt_tokens * 2 + settings.answer_tokens)
    base_url, key = _LlamaServer.start(path, thread_count(settings), context_tokens)
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


def _no_model(name: str, settings: Settings) -> None:
    """Return None, for `none`: answers are then extracts."""


LLM_LOADERS: dict[str, Loader[BaseChatModel | None]] = {
    "builtin": _builtin_llm,
    "gguf": _gguf_llm,
    "openai": _server_llm,
    "langchain": _langchain_llm,
    "none": _no_model,
}
