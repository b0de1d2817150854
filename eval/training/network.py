"""The network that is trained: a BERT encoder with a label head and an answer-span head."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel


class JudgeNetwork(nn.Module):
    """A network from two texts to label logits and, for training only, answer-span logits.

    Dropout is off and attention is eager: on a CPU with bfloat16 this trains four times as fast as the defaults. The
    embeddings are frozen.
    """

    def __init__(self, folder: Path, n_labels: int) -> None:
        """Load the encoder's weights from `folder`; the heads start at random."""
        super().__init__()
        config = AutoConfig.from_pretrained(folder, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
        self.encoder: Any = AutoModel.from_pretrained(
            folder, config=config, attn_implementation="eager", add_pooling_layer=False
        )
        for parameter in self.encoder.embeddings.parameters():
            parameter.requires_grad_(False)
        width = int(self.encoder.config.hidden_size)
        self.head = nn.Linear(2 * width, n_labels)
        self.span_head = nn.Linear(width, 2)

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> tuple[Tensor, Tensor]:
        """Return label logits `(n, n_labels)` and span logits `(n, length, 2)`."""
        hidden = self.encoder(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(hidden.dtype)
        mean = (hidden * mask).sum(1) / mask.sum(1)
        return self.head(torch.cat([hidden[:, 0], mean], dim=-1)), self.span_head(hidden)


class LabelOnly(nn.Module):
    """The network without its span output, for export."""

    def __init__(self, network: JudgeNetwork) -> None:
        """Wrap a trained network."""
        super().__init__()
        self.network = network

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
        """Return label logits `(n, n_labels)`."""
        logits: Tensor = self.network(input_ids, attention_mask, token_type_ids)[0]
        return logits
