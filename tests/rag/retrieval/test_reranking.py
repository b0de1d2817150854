"""A cross-encoder that is named in the settings, from its folder to the order of the passages."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.errors import SettingsError
from rag.library.library import Library
from rag.retrieval.hybrid import HybridSearch
from rag.retrieval.reranking import load_reader, load_reranker
from rag.settings import load_settings
from tests.rag.build import add
from tests.rag.hub import save_cross_encoder


def test_a_cross_encoder_of_the_settings_orders_the_passages(library: Library, tmp_path: Path) -> None:
    reranker = load_reranker(load_settings(reranker=f"cross-encoder:{save_cross_encoder(tmp_path)}"))
    assert reranker is not None
    texts = ["Leaders met in Astana.", "Gas flows.", "Trade grew in Astana."]
    scores = reranker.score("Who met in Astana?", texts)
    assert reranker.score("Who met in Astana?", []) == []
    assert all(0 <= score <= 1 for score in scores) and len(set(scores)) == len(texts)
    add(library, **{f"n{number}": text for number, text in enumerate(texts)})
    found = HybridSearch(library, reranker).search("Who met in Astana?", 3)
    assert [passage.chunk.text for passage in found] == [
        text for _, text in sorted(zip(scores, texts, strict=True), reverse=True)
    ]
    assert [passage.score for passage in found] == pytest.approx(sorted(scores, reverse=True))


def test_a_cross_encoder_with_several_outputs_is_refused(tmp_path: Path) -> None:
    folder = save_cross_encoder(tmp_path, ["entailment", "neutral", "contradiction"])
    reranker = load_reranker(load_settings(reranker=f"cross-encoder:{folder}"))
    assert reranker is not None
    with pytest.raises(SettingsError, match="labels entailment, neutral, contradiction"):
        reranker.score("Who met?", ["Leaders met in Astana."])


def test_the_reader_prefers_the_sentence_that_answers() -> None:
    reader = load_reader(load_settings())
    assert reader is not None
    answers, on_topic, elsewhere = reader.score(
        "How many people work at the mill in Dorn?",
        [
            "The mill in Dorn employs 340 people.",
            "The mill in Dorn belongs to a family from Basel.",
            "It will rain in the north on Sunday.",
        ],
    )
    assert answers > 0.5 > on_topic > elsewhere


def test_another_built_in_reranker_is_refused_by_name() -> None:
    with pytest.raises(SettingsError, match=r"builtin:mine.*builtin:reader"):
        load_reranker(load_settings(reranker="builtin:mine"))
