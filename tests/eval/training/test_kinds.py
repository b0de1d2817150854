"""Training the classifier of kinds: its questions, the split by group, and the figures."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from eval.training import kinds
from eval.training.kinds import LabelledQuestion, cross_validate, find_known_words, fit, load_own_questions
from rag.answering.kinds import MOVES, SAME, KindGuess
from rag.models.fits import KINDS_FIT, WEIGHTS
from rag.models.softmax import load_softmax
from rag.records import KINDS
from tests.fakes import BagOfWordsEmbeddings


def made_up(n_groups: int = 30) -> list[LabelledQuestion]:
    """Facts, lists and yes-or-no questions on many topics."""
    return [
        LabelledQuestion(question=question, label=label, group=f"topic {n}")
        for n in range(n_groups)
        for question, label in (
            (f"who has the x{n}", "fact"),
            (f"list all of the y{n}", "list"),
            (f"is z{n} an open", "yesno"),
        )
    ]


def embedded(questions: list[LabelledQuestion]) -> dict[str, np.ndarray]:
    return kinds.embed_questions(questions, BagOfWordsEmbeddings())


def test_the_questions_are_many_labelled_and_all_different() -> None:
    questions = load_own_questions()
    assert len(questions) >= 2000 and len({each.group for each in questions}) >= 400
    assert {each.kind for each in questions} == {*KINDS, *MOVES}
    assert len({(each.question.lower(), each.previous.lower()) for each in questions}) == len(questions)
    assert {each.label for each in questions} | {SAME} == set(load_softmax(WEIGHTS / KINDS_FIT.file).labels)
    assert all(each.previous for each in questions if each.is_same)
    assert sum(bool(each.previous) for each in questions) >= 300


def test_questions_on_the_samples_are_not_among_them() -> None:
    text = " ".join(f"{each.question} {each.previous}" for each in load_own_questions()).lower()
    assert not [name for name in ("astana", "shanghai", "kazakh", "modi ", "putin", "xi jinping") if name in text]


def test_a_group_is_never_on_both_sides() -> None:
    folds: dict[str, set[int]] = {}
    for each in load_own_questions():
        folds.setdefault(each.group, set()).add(each.fold)
    assert all(len(found) == 1 for found in folds.values())
    assert set().union(*folds.values()) == {0, 1, 2}


def test_held_out_questions_are_judged_by_the_shape_of_the_others() -> None:
    questions = made_up()
    guesses = cross_validate(questions, embedded(questions))
    assert [guess.kind for guess in guesses] == [question.kind for question in questions]


def test_a_question_that_continues_has_the_kind_of_the_one_before() -> None:
    questions = made_up()
    same = [replace(each, question="and the other", previous=each.question, is_same=True) for each in questions]
    guesses = cross_validate([*questions, *same], embedded([*questions, *same]))
    assert [guess.kind for guess in guesses] == [each.kind for each in [*questions, *same]]


def test_words_of_a_single_group_belong_to_no_shape() -> None:
    known = find_known_words(made_up())
    assert {"who", "list", "all"} <= set(known) and not {"x1", "y2"} & set(known)
    public = [LabelledQuestion(question="what song", label="fact", group=f"qed: {n}", weight=0.1) for n in range(9)]
    assert find_known_words(public) == ()


def test_a_light_question_counts_less() -> None:
    wrong = [LabelledQuestion(question="who has the x1", label="list", group="qed: x", weight=0.01)]
    questions = [*made_up(), *wrong]
    vectors = embedded(questions)
    model = fit(questions, vectors, find_known_words(questions))
    (row,) = kinds.features_of(wrong, vectors, model.words)
    assert model.probabilities(row)["fact"] > 0.5


def test_the_report_counts_what_was_taken_for_what() -> None:
    questions = made_up(3)
    sure = {"fact": 0.9, "list": 0.35, "yesno": 0.2}
    guesses = [KindGuess(kind="fact", probability=sure[each.kind], second="list") for each in questions]
    public = LabelledQuestion(question="who", label="fact", group="qed: who", weight=0.1)
    report = kinds.render_report([*questions, public], [*guesses, KindGuess(kind="list", probability=0.9)])
    assert "- 33.3% right" in report and "66.7% right or second" in report
    assert "| fact | 3 |  |  | 100% |" in report and "| list | 3 |  |  | 0% |" in report
    assert "- qed: 0.0% right of 1 public questions" in report
    assert "| 0.4 | 33% | 100.0% | 100.0% | 0% |" in report


def test_public_questions_are_taken_where_their_beginning_leaves_no_doubt(tmp_path: Path) -> None:
    rows = {
        "train/boolq_yesno.jsonl": [{"claim": "Is it open? Yes."}, {"claim": "Is it open? No."}],
        "train/qed_nq.jsonl": [{"claim": "Who sang it? Ana Rao"}, {"claim": "Describe it? Long"}],
        "reading/condaqa.jsonl": [{"question": "Did he go?"}, {"question": "If he went, why?"}],
        "reading/clapnq_dev.jsonl": [{"question": "why is it red"}, {"question": "red thing meaning"}],
        "squad2/questions.jsonl": [{"question": "How many are there?"}],
    }
    for name, lines in rows.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    found = kinds.load_public_questions(tmp_path, seed=7)
    assert {(each.question, each.label) for each in found} == {
        ("Is it open?", "yesno"),
        ("Did he go?", "yesno"),
        ("Who sang it?", "fact"),
        ("How many are there?", "fact"),
        ("why is it red", "explanation"),
    }
    assert not any(each.is_own for each in found)


def test_the_command_writes_a_model_that_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "load_own_questions", made_up)
    monkeypatch.setattr(kinds, "load_embeddings", lambda settings: BagOfWordsEmbeddings())
    kinds.main(["--model", str(tmp_path / "kinds.json"), "--report", str(tmp_path / "report.md")])
    model = load_softmax(tmp_path / "kinds.json")
    assert model.labels == ("fact", "list", "yesno") and "90 own" in model.provenance
    assert "100.0% right" in (tmp_path / "report.md").read_text(encoding="utf-8")
