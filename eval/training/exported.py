"""Reads the encoder of an exported int8 model back, so that another judge can start from it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor

_PREFIX = "network.encoder."


def read_encoder(folder: Path) -> dict[str, Tensor]:
    """Return the encoder's weights by name, as float32, from the quantised `model.onnx` in a folder."""
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(str(folder / "model.onnx")).graph
    stored: dict[str, Any] = {each.name: numpy_helper.to_array(each) for each in graph.initializer}
    names = {name: name for name in stored if name.startswith(_PREFIX)}
    for node in graph.node:
        if node.op_type == "MatMulInteger" and node.input[1] in stored:
            path = node.name.strip("/").rpartition("/")[0].replace("/", ".")
            names[node.input[1]] = f"{path}.weight_quantized"
    weights: dict[str, Tensor] = {}
    for name, meant in names.items():
        if meant.endswith("_quantized"):
            source = name.removesuffix("_quantized")
            value = (stored[name].astype("float32") - stored[f"{source}_zero_point"]) * stored[f"{source}_scale"]
            is_embedding = meant.endswith("embeddings.weight_quantized")
            weights[meant.removesuffix("_quantized")] = torch.tensor(value if is_embedding else value.T).contiguous()
        elif not meant.endswith(("_scale", "_zero_point")):
            weights[meant] = torch.tensor(stored[name])
    return {name.removeprefix(_PREFIX): value for name, value in weights.items() if name.startswith(_PREFIX)}
