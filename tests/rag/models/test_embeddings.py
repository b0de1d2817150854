"""Embedding models of a server: their names and their estimated tokens."""

from __future__ import annotations

from rag.models.embeddings import EmbeddingModel, load_embeddings
from rag.settings import load_settings


def served(name: str) -> EmbeddingModel:
    return load_embeddings(
        load_settings(embeddings=f"openai:{name}", embeddings_url="http://127.0.0.1:1/v1", api_key="k")
    )


def test_different_models_of_a_server_have_different_names() -> None:
    assert served("small").name != served("large").name


def test_tokens_of_a_server_are_estimated_from_characters() -> None:
    assert served("small").count_tokens(["", "a" * 300]) == [2, 102]
