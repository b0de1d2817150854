"""Exports a trained judge: ONNX in fp32 and int8, tokenizer, configuration with calibration, checksums."""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from eval.training.command import Task, base_model_folder
from eval.training.encoding import encode_pairs, load_tokenizer
from eval.training.figures import fit_temperature
from eval.training.loop import predict
from eval.training.network import JudgeNetwork, LabelOnly
from eval.training.pairs import Pair

log = logging.getLogger(__name__)


def load_network(task: Task, checkpoint: Path) -> JudgeNetwork:
    """Return the trained network of a checkpoint."""
    network = JudgeNetwork(base_model_folder(), len(task.labels))
    network.load_state_dict(torch.load(checkpoint, weights_only=True)["network"])
    return network.eval()


def write_onnx(module: nn.Module, path: Path, output: str) -> None:
    """Write the module's fp32 graph, for any batch and length. Inputs: input_ids, attention_mask, token_type_ids."""
    ids = torch.ones((2, 16), dtype=torch.int64)
    axes = {0: "batch", 1: "length"}
    names = ["input_ids", "attention_mask", "token_type_ids"]
    with torch.inference_mode():
        torch.onnx.export(
            module.eval(),
            (ids, ids, torch.zeros_like(ids)),
            str(path),
            input_names=names,
            output_names=[output],
            dynamic_axes={**{name: axes for name in names}, output: {0: "batch"}},
            opset_version=17,
            dynamo=False,
        )


def quantize(source: Path, target: Path, *, per_channel: bool) -> None:
    """Quantise weights to int8 and activations dynamically; needs the package `onnx`."""
    from onnxruntime import quantization  # type: ignore[import-untyped]  # it has no stubs
    from onnxruntime.quantization import shape_inference  # type: ignore[import-untyped]  # the same

    with tempfile.TemporaryDirectory() as folder:
        prepared = Path(folder) / "prepared.onnx"
        shape_inference.quant_pre_process(str(source), str(prepared), skip_symbolic_shape=True)
        quantization.quantize_dynamic(
            str(prepared),
            str(target),
            per_channel=per_channel,
            weight_type=quantization.QuantType.QInt8,
            reduce_range=False,
        )


def fit_calibration(logits: np.ndarray, labels: np.ndarray) -> tuple[float, list[float]]:
    """Return the temperature and the label biases with the least log loss on held-out rows."""
    temperature = fit_temperature(logits, labels)
    scaled = torch.tensor(logits / temperature, dtype=torch.float64)
    scale = torch.ones(1, dtype=torch.float64, requires_grad=True)
    bias = torch.zeros(scaled.shape[1], dtype=torch.float64, requires_grad=True)
    target = torch.tensor(labels)
    optimizer = torch.optim.LBFGS([scale, bias], max_iter=100)

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(scaled * scale + bias, target)
        loss.backward()  # type: ignore[no-untyped-call]  # torch does not annotate it
        return loss

    optimizer.step(closure)  # type: ignore[no-untyped-call]  # torch does not annotate it
    values = bias.detach() - bias.detach().mean()
    return float(temperature / scale.item()), [round(float(b), 4) for b in values]


def sha256_of(path: Path) -> str:
    """Return the file's SHA-256 in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_config(folder: Path, task: Task, temperature: float, bias: Sequence[float]) -> None:
    """Write `config.json` as `rag.models.cross_encoders` reads it, with the checksum of the present `model.onnx`."""
    config: dict[str, Any] = {
        "name": task.name,
        "labels": list(task.labels),
        "positive": task.labels[task.positive],
        "max_length": task.max_length,
        "temperature": round(temperature, 4),
        "bias": list(bias),
        "model_bytes": (folder / "model.onnx").stat().st_size,
        "model_sha256": sha256_of(folder / "model.onnx"),
    }
    (folder / "config.json").write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")


def export(task: Task, checkpoint: Path, dev_pairs: Sequence[Pair], out: Path, *, per_channel: bool = True) -> None:
    """Write `model.onnx` (int8), `tokenizer.json` and `config.json` to `out`, in fp32 to `out/fp32`.

    The calibration is fitted on the held-out rows with the fp32 network.
    """
    out.mkdir(parents=True, exist_ok=True)
    full = out / "fp32"
    full.mkdir(exist_ok=True)
    network = load_network(task, checkpoint)
    rows = encode_pairs(dev_pairs, load_tokenizer(base_model_folder(), task.max_length), learn_spans=False)
    logits = predict(network, rows)
    temperature, bias = fit_calibration(logits, np.array([pair.label for pair in dev_pairs]))
    write_onnx(LabelOnly(network), full / "model.onnx", "logits")
    quantize(full / "model.onnx", out / "model.onnx", per_channel=per_channel)
    for folder in (full, out):
        shutil.copyfile(base_model_folder() / "tokenizer.json", folder / "tokenizer.json")
        write_config(folder, task, temperature, bias)
    log.info("temperature %.3f, bias %s, %.1f MB", temperature, bias, (out / "model.onnx").stat().st_size / 1e6)
