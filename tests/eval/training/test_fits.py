"""The fits of the judges' final words: what they learn from made-up rows, and which rows their figures come from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from eval.training import decision
from eval.training.combination import Rows, cross_validate, fit, nearest_evidence
from rag.models.logistic import load_logistic


def rows(n: int, informative: int, seed: int) -> Rows:
    """Labels that one of two columns tells, the other is noise."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 2, n)
    table = rng.normal(size=(n, 2))
    table[:, informative] += 3 * labels
    return Rows(table=table, labels=labels)


def test_the_labelled_claims_outweigh_the_held_out_rows() -> None:
    model = fit(rows(400, informative=0, seed=1), rows(100, informative=1, seed=2))
    assert model.coef_[0][1] > model.coef_[0][0] > 0


def test_cross_validated_probabilities_come_from_models_that_did_not_see_the_row() -> None:
    noise = np.random.default_rng(3)
    labels = np.array([0, 1] * 30)
    unlearnable = Rows(table=noise.normal(size=(60, 2)), labels=labels)
    probabilities = cross_validate(rows(400, informative=0, seed=1), unlearnable, seed=7)
    assert probabilities.shape == (60,)
    assert abs(probabilities[labels == 1].mean() - probabilities[labels == 0].mean()) < 0.2


def test_the_nearest_evidence_keeps_its_order() -> None:
    sentences = [
        "Rain fell.",
        "The port of Beira closed.",
        "Snow fell.",
        "Beira has a port.",
        "Ships left.",
        "Fog rose.",
    ]
    found = nearest_evidence("The port of Beira closed on Monday.", sentences)
    assert found.index("The port of Beira closed.") < found.index("Beira has a port.")
    assert "Fog rose." not in found and len(found) == 4


def feature_row(right: bool, answerable: bool, lead: float, **more: Any) -> dict[str, Any]:
    return {"right": right, "answerable": answerable, "set": "a", "features": {"lead": lead, "answering": 0.0}, **more}


def test_only_rows_with_an_answer_teach() -> None:
    found = [
        feature_row(True, True, 0.3),
        feature_row(False, True, 0.2),
        feature_row(False, False, 0.1),
        feature_row(False, False, 0.1, features=None),
    ]
    names, values, labels, sets = decision.table(found)
    assert (names, labels.tolist(), values[:, 1].tolist()) == (["answering", "lead"], [1, 0, 0], [0.3, 0.2, 0.1])
    assert sets.tolist() == ["a"] * 3


def test_the_fitted_model_is_read_as_it_was_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(5)
    rows = [
        feature_row(right, right, float(rng.normal(right, 0.5)), set=name)
        for right in (True, False) * 20
        for name in "ab"
    ]
    (tmp_path / "features.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    path = tmp_path / "decision.json"
    monkeypatch.setattr("sys.argv", ["decision", "--out", str(tmp_path), "--model", str(path)])
    decision.main()
    model = load_logistic(path)
    assert model is not None
    assert model.probability({"lead": 1.0, "answering": 0.0}) > 0.5 > model.probability({"lead": 0.0, "answering": 0.0})
    assert "AUC" in model.provenance
