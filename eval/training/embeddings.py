"""Exports the built-in embedding model to int8: `python -m eval.training.embeddings --out DIR`."""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from pathlib import Path

from torch import Tensor, nn
from transformers import AutoModel

from eval.training.command import base_model_folder
from eval.training.export import quantize, sha256_of, write_onnx


class SentenceEmbedding(nn.Module):
    """MiniLM with the mean pooling and the normalisation of sentence-transformers, in one graph."""

    def __init__(self, folder: Path) -> None:
        """Load the encoder's weights from `folder`."""
        super().__init__()
        self.encoder = AutoModel.from_pretrained(folder, attn_implementation="eager", add_pooling_layer=False)

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
        """Return vectors of length one, `(n_texts, dim)`."""
        hidden = self.encoder(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(hidden.dtype)
        return nn.functional.normalize((hidden * mask).sum(1) / mask.sum(1), dim=-1)


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description="Writes the built-in embedding model to OUT/model.onnx in int8.")
    parser.add_argument("--out", type=Path, required=True)
    out: Path = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        write_onnx(SentenceEmbedding(base_model_folder()), Path(scratch) / "model.onnx", "sentence_embedding")
        quantize(Path(scratch) / "model.onnx", out / "model.onnx", per_channel=True)
    shutil.copyfile(base_model_folder() / "tokenizer.json", out / "tokenizer.json")
    config = {
        "name": "all-MiniLM-L6-v2",
        "model_bytes": (out / "model.onnx").stat().st_size,
        "model_sha256": sha256_of(out / "model.onnx"),
    }
    (out / "config.json").write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
