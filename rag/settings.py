"""The settings: every value a user can set, with its default, from `FOOTNOTE_*` variables and `footnote.toml`."""

from __future__ import annotations

import os
import tomllib
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import platformdirs
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from rag.errors import SettingsError

SETTINGS_FILE = "footnote.toml"
ENV_PREFIX = "FOOTNOTE_"


class Settings(BaseSettings):
    """All settings. A variable wins over the file, the file over the default; unknown keys are refused.

    The file is `footnote.toml` in the working directory. A variable is the field's name in capitals behind
    `FOOTNOTE_`: `FOOTNOTE_LLM=none`.
    """

    model_config = SettingsConfigDict(env_prefix=ENV_PREFIX, toml_file=SETTINGS_FILE, extra="forbid", frozen=True)

    home: Path = Field(default_factory=lambda: Path(platformdirs.user_data_dir("footnote", appauthor=False)))
    """Folder of the library (catalog, vectors) and the conversations."""

    models_dir: Path = Field(
        default_factory=lambda: Path(platformdirs.user_cache_dir("footnote", appauthor=False)) / "models"
    )
    """Folder of downloaded models, shared by all homes."""

    embeddings: str = "builtin:all-MiniLM-L6-v2"
    """`builtin:all-MiniLM-L6-v2`, `sentence-transformers:HUB_ID_OR_FOLDER`, or `openai:MODEL`."""

    embeddings_url: str = ""
    """Base URL of an OpenAI-compatible embeddings server, for `openai:…`; "" is the provider's own."""

    llm: str = "builtin:qwen2.5-coder-1.5b-instruct"
    """`builtin:…`, `openai:MODEL` (with `llm_url`: any OpenAI-compatible server), `gguf:FILE`,
    `langchain:PROVIDER:MODEL` (LangChain's `init_chat_model`), or `none` to answer by extracts alone."""

    llm_url: str = ""
    """Base URL of an OpenAI-compatible server, such as `http://127.0.0.1:11434/v1`."""

    api_key: SecretStr = SecretStr("")
    """Key for `llm_url` and `embeddings_url`; most local servers take any."""

    llm_timeout_s: float = Field(120.0, gt=0)
    """Seconds to wait for the language model before an answer fails."""

    checker: str = "builtin:checker"
    """`builtin:checker`, `builtin:signals` for exact signals alone, `cross-encoder:HUB_ID_OR_FOLDER` for a
    sentence-transformers model for NLI or groundedness, or `onnx:FOLDER` for one that `eval.training` exported."""

    answered_min: float = Field(0.7, ge=0, le=1)
    """Confidence from which supported claims are given as the answer.

    On 355 drafts for questions of six public sets, a fifth of them weighed as unanswerable, each judged by a fit on the
    other sets, 84% of what is given from 0.7 on is right (`docs/evaluation.md`)."""

    unsure_min: float = Field(0.5, ge=0, le=1)
    """Confidence from which they are given as unsure; below it, Footnote abstains.

    From 0.5 on, 88% of the right ones of the same answers are given, and 39% of those to unanswerable questions, most
    of which people made to look answerable."""

    answer_at_once: Literal["auto", "never"] = "auto"
    """With `auto`, a sentence that surely answers is quoted without asking the embedded language model, in a fraction
    of the time. Another language model always drafts."""

    reader: str = "builtin:reader"
    """How likely a window answers the question, for the decision whether to answer: `builtin:reader`, or as for
    `reranker`."""

    reranker: str = "none"
    """`none`, `builtin:reader`, `cross-encoder:HUB_ID_OR_FOLDER`, or `onnx:FOLDER` for one that `eval.training`
    exported."""

    threads: int = Field(0, ge=0)
    """Processor threads for the models; 0 takes all cores."""

    max_file_bytes: int = Field(10_000_000, ge=1)
    """Largest file that is read, also in an archive, and longest line of a .jsonl file."""

    file_timeout_s: float = Field(30.0, gt=0)
    """Seconds after which the reading of a file, or of a file in an archive, is stopped."""

    max_pages: int = Field(500, ge=1)
    """Longest PDF, in pages."""

    max_article_chars: int = Field(2_000_000, ge=1)
    """Longest article, in characters."""

    chunk_tokens: int = Field(160, ge=32, le=8192)
    """Longest chunk in tokens of the embedding model, title and special tokens included."""

    chunk_overlap_sentences: int = Field(1, ge=0, le=5)
    """Sentences that a chunk repeats from the chunk before it."""

    fetch_allowed_hosts: tuple[str, ...] = ()
    """Hosts by name that `footnote ingest URL` may fetch from though they are not on the public internet, such as an
    intranet's; as a variable a JSON list: `["wiki.corp.example"]`."""

    fetch_delay_s: float = Field(1.0, ge=0, le=60)
    """Seconds between two requests to the same host; a longer Crawl-delay in its robots.txt is respected."""

    top_k: int = Field(8, ge=1, le=200)
    """Passages found for a question."""

    candidates: int = Field(200, ge=1, le=1000)
    """Chunks taken from the dense and from the lexical index, and articles, before they are fused."""

    rerank: int = Field(30, ge=1, le=1000)
    """Fused candidates that the reranker reads, where one is set."""

    passages_per_article: int = Field(4, ge=1)
    """Largest number of passages of one article for a question."""

    prompt_tokens: int = Field(350, ge=150, le=100_000)
    """Budget for the whole prompt; on two cores the embedded model reads about 50 tokens a second."""

    reference_date: date | None = None
    """The day that "yesterday" and "this month" in questions are counted from, as YYYY-MM-DD; by default today."""

    answer_tokens: int = Field(120, ge=16, le=4096)
    """Longest draft, in tokens."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Return the sources in order of precedence: arguments, variables, the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @cached_property
    def catalog_path(self) -> Path:
        """The SQLite file of the catalog."""
        return self.home / "catalog.sqlite3"

    @cached_property
    def vectors_dir(self) -> Path:
        """The folder of the embedded vector store."""
        return self.home / "vectors"

    @cached_property
    def lock_path(self) -> Path:
        """The file that the writing process locks."""
        return self.home / "write.lock"


def load_settings(**overrides: Any) -> Settings:
    """Return the settings from arguments, environment and `footnote.toml`.

    Raises:
        SettingsError: a value is wrong or a key unknown; the message names each.
    """
    unknown = [name for name in os.environ if name.upper().startswith(ENV_PREFIX) and not _is_field(name)]
    if unknown:
        raise _wrong([f"{name}: there is no such setting" for name in sorted(unknown)])
    try:
        return Settings(**overrides)
    except ValidationError as exc:
        raise _wrong([f"{'.'.join(str(part) for part in e['loc'])}: {e['msg']}" for e in exc.errors()]) from exc
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
        raise _wrong([f"{SETTINGS_FILE} can't be read: {exc}"]) from exc


def _is_field(variable: str) -> bool:
    return variable[len(ENV_PREFIX) :].lower() in Settings.model_fields


def _wrong(lines: list[str]) -> SettingsError:
    return SettingsError(
        "Wrong settings. Correct them in footnote.toml or the FOOTNOTE_ variables:\n  " + "\n  ".join(lines)
    )
