"""Models by `provider:name`: an unknown provider is named with the known ones, and nothing loads before it is used."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest

from rag.checking.loading import load_checker
from rag.errors import SettingsError
from rag.models.embeddings import load_embeddings
from rag.models.language_models import load_llm
from rag.retrieval.reranking import load_reader, load_reranker
from rag.settings import Settings, load_settings

LOADERS: dict[str, Callable[[Settings], object]] = {
    "embeddings": load_embeddings,
    "llm": load_llm,
    "checker": load_checker,
    "reader": load_reader,
    "reranker": load_reranker,
}


@pytest.mark.parametrize("role", LOADERS)
@pytest.mark.parametrize("spec", ["nobody:model", "", "none-such"])
def test_an_unknown_provider_is_named_with_the_known_ones(role: str, spec: str) -> None:
    with pytest.raises(SettingsError, match=f"(?s)Unknown {role} '{spec}'.*(builtin:…|none)"):
        LOADERS[role](load_settings(**{role: spec}))


@pytest.mark.parametrize("role", ["embeddings", "llm", "checker"])
def test_an_unknown_built_in_model_is_named_with_the_known_one(role: str) -> None:
    with pytest.raises(SettingsError, match=r"builtin:nothing.*builtin:\w|'nothing'.*builtin:\w"):
        LOADERS[role](load_settings(**{role: "builtin:nothing"}))


@pytest.mark.parametrize("role", ["llm", "reader", "reranker"])
def test_none_is_no_model(role: str) -> None:
    assert LOADERS[role](load_settings(**{role: "none"})) is None


def test_importing_the_api_loads_no_weights_library() -> None:
    heavy = {"torch", "transformers", "sentence_transformers", "xllamacpp", "gradio"}
    code = f"import sys, rag, ingest; print(sorted({heavy} & set(sys.modules)))"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == "[]"
