"""Articles, a data set and targets for runs of the evaluation, with real storage and fake models."""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from eval.records import Question, Result
from eval.reports.building import build_report
from eval.reports.rendering import write_report
from eval.reports.thresholds import Threshold
from eval.running.evaluation import RunPlan, run_evaluation
from eval.running.target import Target
from eval.running.targets import chatbot_target
from rag.library.library import Library
from rag.settings import Settings, load_settings
from rag.wiring import build_chatbot
from tests.fakes import BagOfWordsEmbeddings

ARTICLES = {
    "ferry.md": "The ferry Aurora sank near Gotland, and all 212 passengers of the ferry Aurora were saved.",
    "museum.md": "The museum of Ulan Bator opened in 2019. The museum cost 1,500 dollars.",
    "script.txt": "The programmer wrote <script>alert('x')</script> on the wall of the harbour.",
}
QUESTIONS: list[dict[str, Any]] = [
    {
        "id": "ferry",
        "question": "How many passengers of the ferry Aurora were saved?",
        "kind": "answerable",
        "answers": [["212"]],
        "articles": ["ferry.md"],
        "evidence": ["all 212 passengers of the ferry Aurora were saved"],
    },
    {
        "id": "museum",
        "question": "When did the museum of Ulan Bator open?",
        "kind": "answerable",
        "answers": [["2019"]],
        "articles": ["museum.md"],
        "evidence": ["The museum of Ulan Bator opened in 2019."],
    },
    {
        "id": "script",
        "question": "What did the programmer write on the wall of the harbour?",
        "kind": "answerable",
        "answers": [["script"]],
        "articles": ["script.txt"],
    },
    {"id": "king", "question": "Who is the king of Zanzibar's navy?", "kind": "unanswerable", "articles": ["ferry.md"]},
    {
        "id": "sunk",
        "question": "Where did it sink?",
        "kind": "followup",
        "history": [{"question": "Which ferry sank?", "answer": "The ferry Aurora sank."}],
        "answers": [["Gotland"]],
        "articles": ["ferry.md"],
    },
]


def write_articles(folder: Path) -> Path:
    """Makes the folder of the articles."""
    folder.mkdir()
    for name, text in ARTICLES.items():
        title = f"---\ntitle: {name}\n---\n\n" if name.endswith(".md") else ""
        (folder / name).write_text(f"{title}{text}\n")
    return folder


def write_dataset(path: Path) -> Path:
    """Makes the file of the questions."""
    path.write_text("".join(json.dumps(line) + "\n" for line in QUESTIONS))
    return path


def build_plan(folder: Path, articles_dir: Path, dataset: Path) -> RunPlan:
    """A plan of a run into the folder `run`."""
    return RunPlan(dataset=dataset, directory=folder / "run", target="extractive", articles=(str(articles_dir),))


@pytest.fixture
def articles_dir(tmp_path: Path) -> Path:
    return write_articles(tmp_path / "articles")


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    return write_dataset(tmp_path / "questions.jsonl")


@pytest.fixture
def plan(tmp_path: Path, articles_dir: Path, dataset: Path) -> RunPlan:
    return build_plan(tmp_path, articles_dir, dataset)


class Runner:
    """Runs plans with fake embeddings, and counts the questions that reach the target."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def build(self, spec: str, settings: Settings, library: Library | None) -> Target:
        assert library is not None
        extractive = load_settings(**(settings.model_dump() | {"llm": "none"}))
        target = chatbot_target(spec, build_chatbot(extractive, library=library))

        def ask(question: Question) -> Result:
            self.asked.append(question.id)
            return target.ask(question)

        return Target(name=spec, ask=ask, models=target.models)

    def run(self, plan: RunPlan, thresholds: Sequence[Threshold] = ()) -> dict[str, Any]:
        run = run_evaluation(plan, load_settings(), build=self.build, embeddings=BagOfWordsEmbeddings())
        report = build_report(run, thresholds)
        write_report(report, plan.directory)
        return report


@pytest.fixture
def runner() -> Runner:
    return Runner()


class FinishedRun(NamedTuple):
    """A run that is finished, and its report."""

    plan: RunPlan
    report: dict[str, Any]


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> FinishedRun:
    """One run for all tests that only read one; none changes its folder, its articles or its report."""
    folder = tmp_path_factory.mktemp("finished")
    plan = build_plan(folder, write_articles(folder / "articles"), write_dataset(folder / "questions.jsonl"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FOOTNOTE_HOME", str(folder / "home"))
        return FinishedRun(plan, Runner().run(plan))


@pytest.fixture
def finished_plan(finished: FinishedRun, tmp_path: Path) -> RunPlan:
    """The plan of a run that is finished in a folder of the test's own."""
    shutil.copytree(finished.plan.directory, tmp_path / "run")
    return replace(finished.plan, directory=tmp_path / "run")


@pytest.fixture
def report(finished: FinishedRun) -> dict[str, Any]:
    """A copy of the finished run's report."""
    return copy.deepcopy(finished.report)


@pytest.fixture
def page(finished: FinishedRun) -> str:
    """The finished run's report in HTML."""
    return (finished.plan.directory / "report.html").read_text()
