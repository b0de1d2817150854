"""Cross-encoders as the hub has them, small and with random weights, in a folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

VOCABULARY = "[PAD] [UNK] [CLS] [SEP] who met in astana leaders gas flows trade grew".split()


def save_cross_encoder(folder: Path, labels: Sequence[str] = ("LABEL_0",)) -> Path:
    """Save a cross-encoder of one layer with an output for each label; returns the folder."""
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
            num_labels=len(labels),  # type: ignore[call-arg]  # taken, but not declared
            id2label=dict(enumerate(labels)),
            max_position_embeddings=64,
            initializer_range=1.0,
            hidden_size=16,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=16,
        )
    )
    fast.save_pretrained(folder)
    model.save_pretrained(folder)
    return folder
