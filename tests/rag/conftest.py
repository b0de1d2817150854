"""An empty library in a temporary folder: real SQLite, real Chroma, fake embeddings."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag.library.library import Library
from rag.settings import load_settings
from rag.wiring import build_library
from tests.fakes import BagOfWordsEmbeddings


@pytest.fixture
def library() -> Iterator[Library]:
    opened = build_library(load_settings(), embeddings=BagOfWordsEmbeddings())
    yield opened
    opened.close()
