"""The reader's rows from sets that people wrote: windows with the answer, and windows without it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from eval.training.reading_pairs import HOLDS_ANSWER, INSUFFICIENT, human_pairs

SENTENCES = [
    "The tunnel under the Marn was opened in 1931.",
    "Ana Rao led the work for nine years.",
    "It is two kilometres long and has four lanes.",
    "The toll was dropped in 1968.",
]
SETS = (
    "squad2_train_unansq_dev", "squad2_train_unansq_sent", "squad1_train_nqg_answerable_only",
    "squad2_train_10articles", "selqa", "timeqa_human", "condaqa", "conditionalqa",
)  # fmt: skip


def row(question: str, label: str = "answerable", **extra: Any) -> dict[str, Any]:
    return {"question": question, "evidence": SENTENCES, "label": label, "extra": extra}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in SETS}
    rows["squad2_train_unansq_dev"] = [
        row("who led the work ?", answer="Ana Rao", pair="2"),
        row("who paid for the work ?", "unanswerable", plausible="Ana Rao", pair="1"),
    ]
    rows["squad2_train_10articles"] = [row("When was the toll dropped?", title="Marn", para=0, answer="1968")]
    rows["selqa"] = [row("How long is the tunnel?", answer_sentences=[2], article="Marn", section="")]
    rows["condaqa"] = [row("Is the tunnel free?", "unanswerable", passage=1)]
    for name, found in rows.items():
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(each) + "\n" for each in found))
    return tmp_path


def test_a_window_with_an_answer_has_its_span_and_one_without_lacks_its_words(folder: Path) -> None:
    pairs = list(human_pairs(folder, seed=3))
    assert {pair.label for pair in pairs} == {HOLDS_ANSWER, INSUFFICIENT}
    for pair in pairs:
        if pair.span is not None:
            assert pair.label == HOLDS_ANSWER and pair.second[slice(*pair.span)] in ("Ana Rao", "1968")
        if pair.kind == "squad2/same-paragraph":
            assert "1968" not in pair.second
        if pair.kind == "selqa/same-section":
            assert "two kilometres" not in pair.second
        assert pair.kind != "selqa/answer" or "two kilometres" in pair.second


def test_an_unanswerable_twin_is_asked_of_the_words_that_mislead(folder: Path) -> None:
    twins = [pair for pair in human_pairs(folder, seed=3) if pair.kind == "squad2/twin"]
    assert twins and all(pair.label == INSUFFICIENT and "Ana Rao" in pair.second for pair in twins)


def test_the_same_seed_gives_the_same_rows(folder: Path) -> None:
    assert list(human_pairs(folder, seed=3)) == list(human_pairs(folder, seed=3))
