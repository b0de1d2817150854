"""The small models inside the package, in a folder each; its `config.json` states the right size and checksum.

Each folder holds `model.onnx` (int8), `tokenizer.json`, `config.json` with size and SHA-256 of the model, and
`MODEL_CARD.md` with data, licences, figures and limits. `eval/training` makes them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

MODEL_FILE = "model.onnx"
CONFIG_FILE = "config.json"
TOKENIZER_FILE = "tokenizer.json"
COMBINATION_FILE = "combination.json"
"""The file of the model that turns the checker's network output and exact signals into one probability."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """The files of one model of the package.

    Attributes:
        size_bytes: the size that `model.onnx` must have.
        sha256: the checksum that it must have, in hexadecimal.
    """

    name: str
    folder: Path
    size_bytes: int
    sha256: str


def load_weights(name: str) -> Weights | None:
    """Return the model of that name; None when the package holds none."""
    folder = Path(__file__).parent / name
    try:
        config = json.loads((folder / CONFIG_FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return Weights(name=name, folder=folder, size_bytes=int(config["model_bytes"]), sha256=str(config["model_sha256"]))
