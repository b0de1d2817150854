"""The fits of the judges' final words: what they learn from made-up rows, and which rows their figures come from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from eval.data.corpus import open_corpus
from eval.data.questions import load_questions
from eval.records import Question
from eval.training import decision
from eval.training.combination import Rows, cross_validate, fit, nearest_evidence
from rag.checking.decision import DRAFTS_MODEL, calibrated_path, load_decision_model, load_drafts_model
from rag.errors import DatasetError
from rag.models.fits import DECISION, features_hash
from rag.models.logistic import load_logistic
from rag.settings import load_settings
from tests.fakes import ScriptedChatModel


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
    table = decision.tabulate(found)
    assert (table.names, table.labels.tolist()) == (["answering", "lead"], [1, 0, 0])
    assert table.values[:, 1].tolist() == [0.3, 0.2, 0.1] and table.sets.tolist() == ["a"] * 3


def test_a_fifth_of_the_questions_count_as_unanswerable_however_many_there_are() -> None:
    found = [feature_row(i < 30, i < 30, 0.1 * i) for i in range(80)]
    weights = decision.tabulate(found).weights
    assert weights[30:].sum() / weights.sum() == pytest.approx(decision.UNANSWERABLE_SHARE)


def test_the_fitted_model_is_read_as_it_was_written(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    rows = [
        feature_row(right, right, float(rng.normal(right, 0.5)), set=name)
        for right in (True, False) * 20
        for name in "ab"
    ]
    path = tmp_path / "decision.json"
    figures = decision.write_model(rows, DECISION, path)
    model = load_logistic(path)
    assert model is not None
    assert (
        model.probability({"lead": 1.0, "answering": 0.0}) > 0.5 > model.probability({"lead": -1.0, "answering": 0.0})
    )
    assert figures in model.provenance and "AUC" in figures


CITIES = {"Dorn": 340, "Velden": 1200, "Tarn": 57, "Lisk": 815}


def write_set(folder: Path, cities: Mapping[str, int] = CITIES) -> list[str]:
    """A data set on mills: how many work there is said, and who owns them isn't."""
    folder.mkdir()
    articles = [
        {"source": city, "title": f"The mill of {city}", "text": f"The mill of {city} employs {n} people. It is old."}
        for city, n in cities.items()
    ]
    questions: list[dict[str, Any]] = [
        {
            "id": f"{city}-{kind}",
            "question": f"How many people work at the mill of {city}?" if kind == "answerable" else f"Who owns {city}?",
            "kind": kind,
            "articles": [city],
            **({"answers": [[str(n)]]} if kind == "answerable" else {}),
        }
        for city, n in cities.items()
        for kind in ("answerable", "unanswerable")
    ]
    for name, lines in (("articles", articles), ("questions", questions)):
        (folder / f"{name}.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return ["--set", str(folder / "questions.jsonl"), str(folder / "articles.jsonl")]


def test_the_decision_on_quotes_is_learned_without_a_language_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sets = [*write_set(tmp_path / "one"), *write_set(tmp_path / "two")]
    arguments = ["--quotes", *sets, "--out", str(tmp_path / "out"), "--weights", str(tmp_path)]
    monkeypatch.setattr("sys.argv", ["decision", *arguments])
    decision.main()
    for name in ("quotes.json", "topics.json"):
        model = load_logistic(tmp_path / name)
        assert model is not None and "16 questions of one, two" in model.provenance


def test_drafts_that_are_there_are_not_written_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sets = [*write_set(tmp_path / "one"), *write_set(tmp_path / "two")]
    out = tmp_path / "out"
    out.mkdir()
    with open_corpus(load_settings(), [str(tmp_path / "one" / "articles.jsonl")], tmp_path / "ids") as library:
        ids = {article.source.rpartition("#")[2]: article.id for article in library.catalog.articles()}
    drafts = [
        {
            "id": f"{city}-{kind}",
            "set": name,
            "evidence": [[ids[city], 0, 38, 0.7]],
            "draft": f"The mill of {city} employs {n} people.",
        }
        for name in ("one", "two")
        for city, n in CITIES.items()
        for kind in ("answerable", "unanswerable")
    ]
    (out / "drafts.jsonl").write_text("\n".join(map(json.dumps, drafts)) + "\n", encoding="utf-8")
    arguments = [*sets, "--out", str(out), "--weights", str(tmp_path)]
    monkeypatch.setenv("FOOTNOTE_LLM", "none")
    monkeypatch.setattr("sys.argv", ["decision", *arguments])
    decision.main()
    assert load_logistic(tmp_path / "decision.json") is not None
    assert len((out / "drafts.jsonl").read_text(encoding="utf-8").splitlines()) == len(drafts)


@pytest.fixture
def mills(tmp_path: Path) -> tuple[list[Question], list[str], list[str]]:
    """Questions on 24 mills, their articles, and a draft for each question that only answers the answerable ones."""
    cities = {f"{first}{last}": 300 + 7 * len(first + last) for first in FIRST for last in LAST}
    _, questions, articles = write_set(tmp_path / "mills", cities)
    drafts = [f"The mill of {city} employs {n} people." for city, n in cities.items() for _ in range(2)]
    return load_questions(Path(questions)), [articles], drafts


FIRST = ("Ander", "Beck", "Corn", "Dun", "Elm", "Fair")
LAST = ("burg", "dale", "ford", "wick")


def test_another_language_model_gets_a_decision_of_its_own(
    tmp_path: Path, mills: tuple[list[Question], list[str], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    questions, articles, drafts = mills
    settings = load_settings(llm="openai:another")
    llm = ScriptedChatModel()
    llm.enqueue(*drafts)
    monkeypatch.setattr(decision, "load_llm", lambda settings: llm)
    figures = decision.calibrate(settings, questions, articles, tmp_path)
    assert figures in load_drafts_model(settings).provenance
    assert load_drafts_model(load_settings(llm="openai:third")) == load_decision_model(DRAFTS_MODEL)

    decision.calibrate(settings, questions, articles, tmp_path)
    assert len(llm.prompts) == len(drafts)


def test_a_calibration_of_another_version_is_left_out(caplog: pytest.LogCaptureFixture) -> None:
    settings = load_settings(llm="openai:another")
    path = calibrated_path(settings)
    path.parent.mkdir(parents=True)
    rows = [feature_row(right, right, float(right), set=name) for right in (True, False) * 20 for name in "ab"]
    decision.write_model(rows, DECISION, path)
    path.write_text(path.read_text(encoding="utf-8").replace(features_hash(DECISION), "0" * 16), encoding="utf-8")
    assert load_drafts_model(settings) == load_decision_model(DRAFTS_MODEL)
    assert "Calibrate again" in caplog.text


def test_too_few_answers_are_refused_with_what_is_needed(
    tmp_path: Path, mills: tuple[list[Question], list[str], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    questions, articles, drafts = mills
    llm = ScriptedChatModel()
    llm.enqueue(*drafts)
    monkeypatch.setattr(decision, "load_llm", lambda settings: llm)
    with pytest.raises(DatasetError, match=r"gave 10 answers, 5 of them right\. At least 40"):
        decision.calibrate(load_settings(llm="openai:another"), questions[:10], articles, tmp_path)
