"""Runs an evaluation: library, target, answers, scores, report; the story behind `footnote eval run`."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.data.attacks import choose_attacks, load_attacks, plant
from eval.data.corpus import corpus_hash, open_corpus, write_records
from eval.data.questions import file_hash, load_questions, render_question, select
from eval.data.sources import matching, missing_golds
from eval.metrics.correctness import is_correct
from eval.records import Case, Question, Result
from eval.reports.building import build_report
from eval.reports.rendering import write_report
from eval.reports.thresholds import Threshold
from eval.running import resources
from eval.running.judging import Judge
from eval.running.manifest import (
    Manifest,
    claim_directory,
    installed_versions,
    load_manifest,
    questions_hash,
    settings_fields,
)
from eval.running.progress import ProgressBar
from eval.running.results import answer_questions, write_lines
from eval.running.scoring import build_cases, score_cases
from eval.running.target import Target
from eval.running.targets import build_target, needs_library
from rag.checking.calibration import calibration_path, load_calibration
from rag.checking.loading import load_checker
from rag.library.library import Library
from rag.models.embeddings import EmbeddingModel
from rag.records import Article
from rag.settings import Settings, load_settings

log = logging.getLogger(__name__)

BuildTarget = Callable[[str, Settings, Library | None], Target]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPlan:
    """What is to be run.

    Attributes:
        articles: files and folders to answer from; none for the current library.
        limit: only so many questions, drawn by `seed`.
        inject: a file of attacks, to be planted in a second run.
        judge: a checker's `provider:name`, instead of the settings' checker.
        calibration: the judge's calibration, instead of the one in the home folder.
    """

    dataset: Path
    directory: Path
    target: str = "footnote"
    articles: tuple[str, ...] = ()
    limit: int | None = None
    seed: int = 0
    inject: Path | None = None
    judge: str = ""
    calibration: Path | None = None
    thresholds: tuple[Threshold, ...] = ()
    progress: bool = False


def run_evaluation(
    plan: RunPlan,
    settings: Settings,
    *,
    build: BuildTarget = build_target,
    embeddings: EmbeddingModel | None = None,
) -> dict[str, Any]:
    """The report of a run, which is also written into the plan's directory; what was answered before isn't asked again.

    Args:
        plan: what to run.
        settings: the settings; their home has the current library and the calibrations.
        build: builds the target, where it isn't one of ours.
        embeddings: the embedding model instead of the one in the settings.

    Raises:
        DatasetError: the data set, the articles or the attacks can't be read.
        SettingsError: the directory holds another run, or the target doesn't exist.
    """
    questions = select(load_questions(plan.dataset), plan.limit, plan.seed)
    judge = load_judge(plan, settings)
    with _library(plan, settings, plan.directory, plan.articles, embeddings) as library:
        articles = {article.id: article for article in library.catalog.articles()} if library else None
        missing = _missing_articles(questions, articles)
        target = build(plan.target, settings, library)
        claim_directory(plan.directory, _manifest(plan, settings, questions, target, library))
        write_lines(plan.directory / "questions.jsonl", map(render_question, questions))
        clean = _answer(plan, target, questions, plan.directory, "Clean run" if plan.inject else "Run")
        scored = score_cases(build_cases(questions, clean, judge, articles))
    attacked = _attacked(plan, settings, questions, clean, articles, judge, build, embeddings) if plan.inject else []
    report = build_report(
        load_manifest(plan.directory),
        scored,
        judge,
        attacked=score_cases(attacked),
        thresholds=plan.thresholds,
        peak_memory_mb=resources.peak_memory_mb(),
        missing_articles=missing,
    )
    write_report(report, plan.directory)
    return report


def _missing_articles(questions: Sequence[Question], articles: dict[str, Article] | None) -> list[str]:
    """The gold articles that the run's library lacks, after a warning: questions about them can't be answered."""
    if articles is None:
        return []
    golds = [gold for question in questions for gold in question.articles]
    missing = missing_golds(golds, [article.source for article in articles.values()])
    if missing:
        log.warning("Not among the articles, though the data set names them: %s.", ", ".join(missing))
    return missing


def load_judge(plan: RunPlan, settings: Settings) -> Judge:
    """The judge of a run: the checker that it names, with its calibration where there is one."""
    checker = load_checker(
        load_settings(**(settings.model_dump() | {"checker": plan.judge})) if plan.judge else settings
    )
    path = plan.calibration or calibration_path(settings, checker.name)
    return Judge(checker, load_calibration(path))


@contextmanager
def _library(
    plan: RunPlan, settings: Settings, directory: Path, sources: Sequence[str], embeddings: EmbeddingModel | None
) -> Iterator[Library | None]:
    """The run's library; none for a target that answers from elsewhere when no articles are named."""
    if not sources and not needs_library(plan.target):
        yield None
        return
    with open_corpus(
        settings, sources, directory / "library", embeddings=embeddings, progress=plan.progress
    ) as library:
        yield library


def _manifest(
    plan: RunPlan,
    settings: Settings,
    questions: Sequence[Question],
    target: Target,
    library: Library | None,
    attacks_sha256: str = "",
) -> Manifest:
    return Manifest(
        dataset=plan.dataset.name,
        dataset_sha256=file_hash(plan.dataset),
        questions_sha256=questions_hash(questions),
        n_questions=len(questions),
        limit=plan.limit,
        seed=plan.seed,
        articles_sha256=corpus_hash(library) if library else "",
        attacks_sha256=attacks_sha256,
        target=target.name,
        settings=settings_fields(settings),
        models=dict(target.models),
        versions=installed_versions(),
    )


def _answer(
    plan: RunPlan, target: Target, questions: Sequence[Question], directory: Path, title: str
) -> dict[str, Result]:
    with ProgressBar(title, len(questions), enabled=plan.progress) as bar:

        def show(question: Question, result: Result, stored: bool) -> None:
            case = Case(question=question, result=result)
            bar.advance(correct=is_correct(case), answered=case.answered, expected=question.expects_answer)

        return answer_questions(target, questions, directory, show)


def _attacked(
    plan: RunPlan,
    settings: Settings,
    questions: Sequence[Question],
    clean: dict[str, Result],
    articles: dict[str, Article] | None,
    judge: Judge,
    build: BuildTarget,
    embeddings: EmbeddingModel | None,
) -> list[Case]:
    """The questions with gold articles, asked again over a library where these hold planted instructions."""
    if plan.inject is None or articles is None:
        return []
    attacks = choose_attacks(list(articles.values()), questions, load_attacks(plan.inject), plan.seed)
    sources = {attack.source for attack in attacks}
    asked = [q for q in questions if any(matching(source, q.articles) for source in sources)]
    directory = plan.directory / "injected"
    records = directory / "articles.jsonl"
    write_records([plant(article, attacks) for article in articles.values()], records)
    with _library(plan, settings, directory, [str(records)], embeddings) as library:
        target = build(plan.target, settings, library)
        claim_directory(directory, _manifest(plan, settings, asked, target, library, file_hash(plan.inject)))
        results = _answer(plan, target, asked, directory, "With planted instructions")
        planted = {article.id: article for article in library.catalog.articles()} if library else None
    return build_cases(asked, results, judge, planted, attacks, clean)
