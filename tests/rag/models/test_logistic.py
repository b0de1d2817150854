"""The logistic model: its arithmetic, the feature that decided, and files that are no model."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from rag.errors import ModelCorruptError
from rag.models.logistic import LogisticModel, Weight, load_logistic

MODEL = LogisticModel(
    intercept=-1.0,
    weights={"words": Weight(slope=2.0, mean=0.5), "numbers": Weight(slope=-3.0, mean=0.1)},
    provenance="made for this test",
)


def test_the_probability_is_the_logistic_function_of_the_weighted_sum() -> None:
    assert MODEL.probability({"words": 1.0, "numbers": 0.0}) == pytest.approx(1 / (1 + math.exp(-1.0)))
    assert MODEL.probability({"words": 1.0, "numbers": 1.0}) == pytest.approx(1 / (1 + math.exp(2.0)))


def test_the_deciding_feature_pulled_hardest_to_the_side_that_won() -> None:
    assert MODEL.deciding({"words": 1.0, "numbers": 0.0}) == "words"
    assert MODEL.deciding({"words": 1.0, "numbers": 1.0}) == "numbers"
    assert MODEL.deciding({"words": 0.0, "numbers": 0.0}) == "words"


def test_a_feature_that_is_missing_counts_as_its_mean() -> None:
    assert MODEL.probability({"words": 1.0}) == MODEL.probability({"words": 1.0, "numbers": 0.1})
    assert MODEL.deciding({"words": 1.0}) == "words"


def test_a_model_is_read_from_its_file(tmp_path: Path) -> None:
    row = {
        "intercept": -1.0,
        "weights": {"words": {"slope": 2.0, "mean": 0.5}, "numbers": {"slope": -3.0, "mean": 0.1}},
        "provenance": "made for this test",
    }
    path = tmp_path / "model.json"
    path.write_text(json.dumps(row), encoding="utf-8")
    assert load_logistic(path) == MODEL
    assert load_logistic(tmp_path / "none.json") is None


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"intercept": 1, "weights": {"a": 2}, "provenance": ""}'])
def test_a_file_that_is_no_model_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "model.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ModelCorruptError, match=r"model\.json"):
        load_logistic(path)
