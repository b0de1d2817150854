"""A cross-encoder that is named in the settings, from its folder to the order of the passages."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.library.library import Library
from rag.models.loading import load_reranker
from rag.retrieval.hybrid import HybridSearch
from rag.settings import load_settings
from tests.rag.build import add

VOCABULARY = "[PAD] [UNK] [CLS] [SEP] who met in astana leaders gas flows trade grew".split()


@pytest.fixture
def cross_encoder_folder(tmp_path: Path) -> Path:
    """A cross-encoder of one small layer with random weights, saved as one of the hub's."""
    import torch
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.WordLevel({word: i for i, word in enumerate(VOCABULARY)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    fast = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]  # transformers leaves it untyped
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", model_max_length=64
    )
    torch.manual_seed(0)
    model = BertForSequenceClassification(
        BertConfig(
            vocab_size=len(VOCABULARY),
            num_labels=1,  # type: ignore[call-arg]  # taken, but not declared
            max_position_embeddings=64,
            initializer_range=1.0,
            hidden_size=16,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=16,
        )
    )
    folder = tmp_path / "cross-encoder"
    fast.save_pretrained(folder)
    model.save_pretrained(folder)
    return folder


def test_a_cross_encoder_of_the_settings_orders_the_passages(library: Library, cross_encoder_folder: Path) -> None:
    reranker = load_reranker(load_settings(reranker=f"cross-encoder:{cross_encoder_folder}"))
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
