from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.data.labelled_claims import as_evidence
from eval.running.calibrating import fit_calibration
from eval.running.judging import Judge
from rag.checking.calibration import (
    CalibratedChecker,
    Calibration,
    Provenance,
    calibration_path,
    load_calibration,
    store_calibration,
)
from rag.errors import SettingsError
from rag.records import Judgement, Window
from rag.settings import load_settings

PROVENANCE = Provenance(
    dataset="claims.jsonl", dataset_sha256="0" * 64, date="2026-01-01", n_supported=40, n_unsupported=60
)
EVIDENCE = as_evidence(("The museum cost 1,500 dollars.",))


class Scored:
    """A checker that gives a fixed score, and counts how often it was asked."""

    name = "fake:scored"

    def __init__(self, score: float, verdict: str = "supported") -> None:
        self.score, self.verdict, self.n_asked = score, verdict, 0

    def check(self, claim: str, evidence: object, question: str = "") -> Judgement:
        self.n_asked += 1
        return Judgement(verdict=self.verdict, score=self.score, reason="scored")  # type: ignore[arg-type] # a test's


def calibrated(shift: float = 0.0, n: int = 200) -> Calibration:
    """A calibration of scores that are about `shift` too high."""
    rng = np.random.default_rng(1)
    truth = rng.uniform(0, 1, n)
    labels = (rng.uniform(0, 1, n) < truth).astype(float)
    return fit_calibration("fake:scored", np.clip(truth + shift, 0, 1), labels, PROVENANCE)


def test_probabilities_come_nearer_to_the_labels() -> None:
    fitted = calibrated(shift=0.3)
    assert fitted.figures["ece"] < fitted.figures["ece_before"]
    assert fitted.figures["brier"] < fitted.figures["brier_before"]
    assert fitted.probability(0.3) < 0.3


def test_errors_count_every_claim_once_and_agree_with_the_balanced_accuracy() -> None:
    fitted = calibrated()
    e = fitted.errors
    assert e.true_positive + e.false_negative + e.true_negative + e.false_positive == 200
    assert e.balanced_accuracy == pytest.approx(fitted.figures["balanced_accuracy"], abs=1e-4)
    assert e.sensitivity + e.specificity > 1


@given(st.lists(st.floats(0, 1), min_size=2, max_size=20))
def test_both_maps_rise_and_stay_probabilities(scores: list[float]) -> None:
    for fitted in (FITTED.platt, FITTED.isotonic):
        probabilities = [fitted.probability(score) for score in sorted(scores)]
        assert probabilities == sorted(probabilities)
        assert all(0 <= p <= 1 for p in probabilities)


def test_the_same_claims_give_the_same_calibration() -> None:
    assert calibrated() == calibrated()


def test_too_few_claims_of_a_label_are_refused() -> None:
    with pytest.raises(SettingsError, match="at least 5"):
        fit_calibration("x", np.linspace(0, 1, 10), np.array([1.0] * 9 + [0.0]), PROVENANCE)


def test_a_stored_calibration_loads_and_a_missing_one_is_none(tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path)
    path = calibration_path(settings, "cross-encoder:a/b c")
    assert path.parent == tmp_path / "calibration" and path.name == "cross-encoder-a-b-c.json"
    assert load_calibration(path) is None
    store_calibration(path, FITTED)
    assert load_calibration(path) == FITTED


def test_a_damaged_calibration_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    path.write_text('{"threshold": 0.5}')
    with pytest.raises(SettingsError, match="checker: Field required"):
        load_calibration(path)


@pytest.mark.parametrize(("score", "verdict"), [(0.95, "supported"), (0.05, "unsupported")])
def test_the_threshold_decides(score: float, verdict: str) -> None:
    judgement = CalibratedChecker(Scored(score), FITTED).check("It was dear.", EVIDENCE)
    assert judgement.verdict == verdict and judgement.score == FITTED.probability(score)


def test_a_number_that_the_evidence_lacks_is_not_up_to_a_threshold() -> None:
    judgement = CalibratedChecker(Scored(0.99), FITTED).check("It cost 7 dollars and was dear.", EVIDENCE)
    assert (judgement.verdict, judgement.score) == ("unsupported", FITTED.probability(0.99))


def test_verbatim_claims_and_missing_evidence_are_not_up_to_a_threshold() -> None:
    checker = CalibratedChecker(Scored(0.05), FITTED)
    assert checker.check("The museum cost 1,500 dollars.", EVIDENCE).verdict == "supported"
    assert CalibratedChecker(Scored(0.99, "unsupported"), FITTED).check("It was dear.", ()).verdict == "unsupported"


def test_the_judge_asks_once_for_the_same_claim_evidence_and_question() -> None:
    checker = Scored(0.9)
    supports = Judge(checker).for_question("What did it cost?")
    assert supports("It was dear.", EVIDENCE) and supports("It was dear.", EVIDENCE)
    other = (Window(article=EVIDENCE[0].article, start=0, end=3),)
    assert checker.n_asked == 1 and supports("It was dear.", other) and checker.n_asked == 2


def test_the_judge_reads_a_short_claim_with_the_part_of_the_question_that_it_answers() -> None:
    class OnlyFor:
        """Finds everything supported that answers one question."""

        name = "only for"

        def check(self, claim: str, evidence: Sequence[Window], question: str = "") -> Judgement:
            fits = question == "When did it open?"
            return Judgement(verdict="supported" if fits else "unsupported", score=float(fits), reason="scripted")

    judge = Judge(OnlyFor())
    assert judge.for_question("What did it cost, and when did it open?")("In May.", EVIDENCE)
    assert not judge.for_question("What did it cost, and who paid?")("In May.", EVIDENCE)


FITTED = calibrated()
