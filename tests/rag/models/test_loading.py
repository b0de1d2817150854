"""Models by name: unknown providers and names are told with what there is; nothing loads before it is used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from rag.errors import ModelNotFoundError, SettingsError
from rag.models.loading import load_checker, load_embeddings, load_llm, load_reranker
from rag.settings import load_settings

LOADERS = {
    "embeddings": load_embeddings,
    "llm": load_llm,
    "checker": load_checker,
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


def test_none_is_no_model() -> None:
    settings = load_settings(llm="none", reranker="none")
    assert load_llm(settings) is None
    assert load_reranker(settings) is None


def test_a_gguf_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFoundError, match=r"missing\.gguf"):
        load_llm(load_settings(llm=f"gguf:{tmp_path / 'missing.gguf'}"))


def test_the_names_of_models_tell_them_apart() -> None:
    first = load_embeddings(
        load_settings(embeddings="openai:small", embeddings_url="http://127.0.0.1:1/v1", api_key="k")
    )
    other = load_embeddings(
        load_settings(embeddings="openai:large", embeddings_url="http://127.0.0.1:1/v1", api_key="k")
    )
    assert first.name != other.name
    assert first.count_tokens(["", "a" * 300]) == [2, 102]
    assert load_checker(load_settings(checker="builtin:signals")).name == "builtin:signals"


def test_importing_the_api_loads_no_weights_library() -> None:
    heavy = {"torch", "transformers", "sentence_transformers", "xllamacpp", "gradio"}
    code = f"import sys, rag, ingest; print(sorted({heavy} & set(sys.modules)))"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == "[]"
