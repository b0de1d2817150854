"""Fits: weights belong to the code that makes their features."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from rag.models.fits import FITS, Fit, code_shape, features_hash, stale_fits

CODE = '''
"""Doubles."""

FACTOR = 2
"""By how much."""

def double(number: int) -> int:
    """Twice the number."""
    # The factor is fixed.
    return number * FACTOR
'''


def test_layout_comments_and_docstrings_do_not_count() -> None:
    bare = "FACTOR=2\ndef double( number:int )->int: return (number*FACTOR)"
    assert code_shape(CODE) == code_shape(bare)


def test_imports_do_not_count() -> None:
    before = f"from rag.reading.evidence import language_of\nimport math\n{CODE}"
    after = f"from rag.text.languages import language_of\n{CODE}"
    assert code_shape(before) == code_shape(after) == code_shape(CODE)


@pytest.mark.parametrize(("old", "new"), [("= 2", "= 3"), ("*", "+"), ("double(", "twice("), ("number *", "FACTOR *")])
def test_what_the_code_does_counts(old: str, new: str) -> None:
    assert code_shape(CODE.replace(old, new, 1)) != code_shape(CODE)


@pytest.mark.parametrize("fit", FITS, ids=lambda fit: fit.file)
def test_the_weights_of_the_package_were_fitted_on_todays_features(fit: Fit) -> None:
    assert stale_fits([fit]) == []


def test_a_fit_is_stale_once_its_code_or_what_it_depends_on_changes(tmp_path: Path) -> None:
    (tmp_path / "network.json").write_text("{}")
    fit = Fit(file="fit.json", modules=("rag.checking.features",), files=("network.json",), made_by="")
    (tmp_path / "fit.json").write_text("{}")
    assert stale_fits([fit], tmp_path) == [fit]
    (tmp_path / "fit.json").write_text(json.dumps({"features": features_hash(fit, tmp_path)}))
    assert stale_fits([fit], tmp_path) == []
    other = replace(fit, modules=("rag.text.names",))
    assert stale_fits([other], tmp_path) == [other]
    (tmp_path / "network.json").write_text("[]")
    assert stale_fits([fit], tmp_path) == [fit]
