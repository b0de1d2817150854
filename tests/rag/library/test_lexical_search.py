"""The lexical search of an index with more rows than one search may score."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.library import lexical_search
from rag.library.catalog import Catalog
from rag.library.records import NewVersion, content_hash
from tests.rag.build import article, whole_chunk

N_COMMON = 20
TEXTS = [
    *[f"The council met on matter number {number}." for number in range(N_COMMON)],
    "The council heard of the Brindlow weir.",
    "Nobody in Brindlow was asked about it.",
]


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    opened = Catalog(tmp_path / "catalog.sqlite3")
    articles = [article(text, id=f"{number:016}", title="") for number, text in enumerate(TEXTS)]
    opened.store(
        [NewVersion(article=each, content_hash=content_hash(each), chunks=[whole_chunk(each)]) for each in articles]
    )
    yield opened
    opened.close()


def test_rows_with_the_rarest_word_are_scored_by_all_words(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ["council", "brindlow", "weir"]
    everything = catalog.search_chunks(words, 100)
    assert len(everything) == N_COMMON + 2
    monkeypatch.setattr(lexical_search, "ROWS_SCORED_MAX", 5)
    assert catalog.search_chunks(words, 100) == everything[:2]
    assert len(catalog.search_articles(words, 100)) == 2


def test_the_rarest_word_counts_however_common_it_is(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lexical_search, "ROWS_SCORED_MAX", 5)
    assert len(catalog.search_chunks(["council", "unheard"], 100)) == N_COMMON + 1
    assert catalog.search_chunks(["unheard"], 100) == []


def test_an_index_that_may_be_scored_whole_is(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ["council", "brindlow"]
    everything = catalog.search_chunks(words, 100)
    monkeypatch.setattr(lexical_search, "ROWS_SCORED_MAX", N_COMMON + 3)
    assert catalog.search_chunks(words, 100) == everything
