"""Language models by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.errors import ModelNotFoundError
from rag.models.language_models import load_llm
from rag.settings import load_settings


def test_a_missing_gguf_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFoundError, match=r"missing\.gguf"):
        load_llm(load_settings(llm=f"gguf:{tmp_path / 'missing.gguf'}"))
