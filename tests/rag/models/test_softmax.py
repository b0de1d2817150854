"""Linear models of many labels: read as they were written, and refused where they are damaged."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from rag.errors import ModelCorruptError
from rag.models.softmax import SoftmaxModel, load_softmax, render_softmax

MODEL = SoftmaxModel(
    labels=("fact", "list", "talk"),
    weights=np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, -1.0]], dtype=np.float32),
    bias=np.array([0.0, 0.5, -0.5], dtype=np.float32),
    words=("why", "¿qué"),
    provenance="made up",
)


def test_the_largest_sum_gives_the_most_probable_label() -> None:
    given = MODEL.probabilities(np.array([2.0, 1.0]))
    assert sum(given.values()) == pytest.approx(1.0)
    assert given["fact"] / given["list"] == pytest.approx(np.exp(2.0 - 1.5))
    assert max(MODEL.probabilities(np.array([0.0, 900.0])).items(), key=lambda item: item[1]) == ("list", 1.0)


def test_a_model_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "kinds.json"
    path.write_text(render_softmax(MODEL, "abc"), encoding="utf-8")
    read = load_softmax(path)
    assert (read.labels, read.words, read.provenance) == (MODEL.labels, MODEL.words, "made up")
    assert np.array_equal(read.weights, MODEL.weights) and np.array_equal(read.bias, MODEL.bias)
    assert json.loads(path.read_text(encoding="utf-8"))["features"] == "abc"


@pytest.mark.parametrize("change", [{"weights": "%%"}, {"weights": "AAAA"}, {"bias": [1.0]}, {"labels": 3}])
def test_a_damaged_model_is_named(tmp_path: Path, change: dict[str, object]) -> None:
    path = tmp_path / "kinds.json"
    path.write_text(json.dumps(json.loads(render_softmax(MODEL, "")) | change), encoding="utf-8")
    with pytest.raises(ModelCorruptError, match=r"kinds\.json"):
        load_softmax(path)


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelCorruptError, match=r"none\.json"):
        load_softmax(tmp_path / "none.json")
