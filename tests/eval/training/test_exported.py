"""An exported judge is read back into the network that it came from."""

from __future__ import annotations

import torch

from eval.training.command import base_model_folder
from eval.training.exported import read_encoder
from eval.training.network import JudgeNetwork
from rag.models.fits import WEIGHTS


def test_the_encoder_of_the_checker_is_read_back_whole() -> None:
    network = JudgeNetwork(base_model_folder(), 3)
    before = {name: value.clone() for name, value in network.encoder.state_dict().items()}
    weights = read_encoder(WEIGHTS / "checker")
    assert weights.keys() == before.keys()
    network.encoder.load_state_dict(weights)  # which refuses a wrong name or shape
    for name, value in weights.items():
        assert value.dtype == torch.float32 and torch.isfinite(value).all()
        if name.endswith("dense.weight") or name.endswith(("query.weight", "key.weight", "value.weight")):
            # Training moved these a little from where they started; transposed ones would be unlike them.
            assert torch.nn.functional.cosine_similarity(value.flatten(), before[name].flatten(), dim=0) > 0.5, name
