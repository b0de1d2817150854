"""Claim checkers by name: built-in ones, and cross-encoders in the form of the hub's."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.checking.loading import load_checker
from rag.errors import SettingsError
from rag.settings import load_settings
from tests.rag.build import evidence
from tests.rag.hub import save_cross_encoder

CLAIM = "Leaders met in Astana and trade grew."
EVIDENCE = "Leaders in Astana said that trade grew."


def test_a_checker_has_the_name_of_the_settings() -> None:
    assert load_checker(load_settings(checker="builtin:signals")).name == "builtin:signals"


def test_the_single_output_of_a_hub_model_is_the_support(tmp_path: Path) -> None:
    checker = load_checker(load_settings(checker=f"cross-encoder:{save_cross_encoder(tmp_path)}"))
    judgement = checker.check(CLAIM, [evidence(EVIDENCE)])
    assert 0 < judgement.score < 1
    assert judgement.verdict == ("supported" if judgement.score >= 0.5 else "unsupported")


def test_the_entailment_of_a_hub_model_is_the_support(tmp_path: Path) -> None:
    folder = save_cross_encoder(tmp_path, ["CONTRADICTION", "ENTAILMENT", "NEUTRAL"])
    checker = load_checker(load_settings(checker=f"cross-encoder:{folder}"))
    assert 0 < checker.check(CLAIM, [evidence(EVIDENCE)]).score < 1


def test_a_hub_model_without_entailment_is_refused(tmp_path: Path) -> None:
    folder = save_cross_encoder(tmp_path, ["positive", "negative"])
    checker = load_checker(load_settings(checker=f"cross-encoder:{folder}"))
    with pytest.raises(SettingsError, match="label entailment"):
        checker.check(CLAIM, [evidence(EVIDENCE)])
