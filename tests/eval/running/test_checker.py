from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from eval.data.labelled_claims import LabelledClaim, as_evidence, load_claims
from eval.running.checker import check_claims, checker_report, render_checker_markdown, write_claims
from rag.errors import DatasetError
from rag.records import Judgement, Window

EVIDENCE = ("The museum opened in 2019.", "It cost 1,500 dollars.")
CLAIMS = [
    LabelledClaim(claim="The museum opened in 2019.", evidence=EVIDENCE, label="supported"),
    LabelledClaim(claim="It cost 1,500 dollars.", evidence=EVIDENCE, label="supported"),
    LabelledClaim(claim="Pirates sank the ferry.", evidence=EVIDENCE, label="not_supported"),
    LabelledClaim(claim="The museum opened to pirates.", evidence=EVIDENCE, label="partially_supported"),
]


class PirateChecker:
    """Finds everything supported but pirates."""

    name = "fake:pirates"

    def check(self, claim: str, evidence: Sequence[Window], question: str = "") -> Judgement:
        if "irates" in claim:
            return Judgement(verdict="unsupported", score=0.2, reason="pirates")
        return Judgement(verdict="supported", score=0.7, reason="no pirates")


def test_sentences_become_evidence_of_one_article() -> None:
    evidence = as_evidence(EVIDENCE)
    assert tuple(item.quote for item in evidence) == EVIDENCE
    assert evidence[0].article is evidence[1].article


def test_figures_of_a_checker_stand_beside_the_floors() -> None:
    report = checker_report("fake:pirates", CLAIMS, check_claims(PirateChecker(), CLAIMS), None)
    rows = {row["name"]: row for row in report["rows"]}
    assert rows["fake:pirates"]["auc"]["mean"] == 1 and rows["fake:pirates"]["balanced_accuracy"]["mean"] == 1
    assert set(rows) == {"fake:pirates", "unigram overlap", "bigram overlap"}
    # |.7 - 1| and |.2 - 0|, half of the claims each
    assert report["ece"]["mean"] == pytest.approx(0.25)
    assert report["calibration"] is None and "calibration: none" in render_checker_markdown(report)


def test_claims_are_written_with_their_probability_and_time(tmp_path: Path) -> None:
    write_claims(CLAIMS, check_claims(PirateChecker(), CLAIMS), tmp_path / "claims.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "claims.jsonl").read_text().splitlines()]
    assert [line["score"] for line in lines] == [0.7, 0.7, 0.2, 0.2]
    assert lines[3]["label"] == "partially_supported" and lines[0]["ms"] >= 0


def test_labelled_claims_are_read_and_wrong_lines_named(tmp_path: Path) -> None:
    path = tmp_path / "claims.jsonl"
    line = {"claim": "C.", "evidence": ["E.", " "], "label": "supported", "supporting_sentences": [[0]]}
    path.write_text(json.dumps(line))
    assert load_claims(path) == [LabelledClaim(claim="C.", evidence=("E.",), label="supported")]
    path.write_text(json.dumps(line) + "\n" + json.dumps({**line, "label": "maybe"}))
    with pytest.raises(DatasetError, match="line 2: label"):
        load_claims(path)
