"""Runs an evaluation: opens the articles, asks the target and scores its answers; `eval.reports` makes the report."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.data.attacks import choose_attacks, load_attacks, plant
from eval.data.corpus import corpus_hash, open_corpus, write_records
from eval.data.questions import file_hash, load_questions, render_question, select
from eval.data.sources import matching, missing_golds
from eval.metrics.correctness import is_correct
from eval.records import Case, Question, Result, ScoredQuestion
from eval.running.json_lines import write_lines
from eval.running.judging import Judge
from eval.running.manifest import (
    Manifest,
    claim_directory,
    installed_versions,
    load_manifest,
    questions_hash,
    settings_fields,
)
from eval.running.peak_memory import peak_memory_mb
from eval.running.progress import ProgressBar
from eval.running.results import answer_questions
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
    """What to run, and where to keep it.

    Attributes:
        articles: files and folders to answer from; none for the current library.
        limit: the number of questions to draw by `seed`; None for all.
        inject: a file of attacks, which a second run plants in the gold articles.
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
    progress: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A finished run: the scored questions, and what a report needs to know about how they were answered.

    Attributes:
        manifest: the run's settings, models and data, as its `manifest.json` holds them.
        scored: the questions over the articles as they are.
        attacked: the same questions over articles with planted instructions; empty without attacks.
        missing_articles: gold articles that the data set names and the library lacks.
        peak_memory_mb: the most memory that the process has held; None where the system doesn't report it.
    """

    manifest: Mapping[str, Any]
    scored: tuple[ScoredQuestion, ...]
    judge: Judge
    attacked: tuple[ScoredQuestion, ...] = ()
    missing_articles: tuple[str, ...] = ()
    peak_memory_mb: float | None = None


def run_evaluation(
    plan: RunPlan,
    settings: Settings,
    *,
    build: BuildTarget = build_target,
    embeddings: EmbeddingModel | None = None,
    library: Library | None = None,
    judge: Judge | None = None,
) -> Run:
    """Return the scored run of a plan. Answers that the plan's directory already holds are read, not asked again.

    Args:
        plan: what to run.
        settings: the settings; their home has the current library and the calibrations.
        build: builds the target, where it isn't one of ours.
        embeddings: the embedding model instead of the one in the settings.
        library: an open library with the plan's articles, which stays open; several runs can share it.
        judge: the judge instead of the one that the plan names; several runs can share its judgements.

    Raises:
        DatasetError: the data set, the articles or the attacks can't be read.
        SettingsError: the directory holds another run, or the target doesn't exist.
    """
    questions = select(load_questions(plan.dataset), plan.limit, plan.seed)
    judge = judge or load_judge(plan, settings)
    with _opened(plan, settings, embeddings, library) as opened:
        articles = _by_id(opened)
        missing = _missing_articles(questions, articles)
        target = build(plan.target, settings, opened)
        claim_run(plan, settings, questions, target, opened)
        clean = _answer(plan, target, questions, plan.directory, "Clean run" if plan.inject else target.name)
        scored = score_cases(build_cases(questions, clean, judge, articles))
    attacked = _attacked(plan, settings, questions, clean, articles, judge, build, embeddings) if plan.inject else []
    return Run(
        manifest=load_manifest(plan.directory),
        scored=tuple(scored),
        judge=judge,
        attacked=tuple(score_cases(attacked)),
        missing_articles=tuple(missing),
        peak_memory_mb=peak_memory_mb(),
    )


def claim_run(
    plan: RunPlan, settings: Settings, questions: Sequence[Question], target: Target, library: Library | None
) -> None:
    """Write the manifest and the questions of a run into its directory.

    Raises:
        SettingsError: the directory holds another run.
    """
    claim_directory(plan.directory, _manifest(plan, settings, questions, target, library))
    write_lines(plan.directory / "questions.jsonl", map(render_question, questions))


def load_judge(plan: RunPlan, settings: Settings) -> Judge:
    """Return the judge of a run: the checker that the plan names, with its calibration where there is one."""
    checker = load_checker(
        load_settings(**(settings.model_dump() | {"checker": plan.judge})) if plan.judge else settings
    )
    path = plan.calibration or calibration_path(settings, checker.name)
    return Judge(checker, load_calibration(path))


def _missing_articles(questions: Sequence[Question], articles: dict[str, Article] | None) -> list[str]:
    """Return the gold articles that the library lacks, after a warning: questions about them can't be answered."""
    if articles is None:
        return []
    golds = [gold for question in questions for gold in question.articles]
    missing = missing_golds(golds, [article.source for article in articles.values()])
    if missing:
        log.warning("Not among the articles, though the data set names them: %s.", ", ".join(missing))
    return missing


@contextmanager
def _opened(
    plan: RunPlan, settings: Settings, embeddings: EmbeddingModel | None, library: Library | None
) -> Iterator[Library | None]:
    """Yield the given library, or the one of the plan's articles, closed at the end."""
    if library is not None:
        yield library
        return
    with _library(plan, settings, plan.directory, plan.articles, embeddings) as opened:
        yield opened


@contextmanager
def _library(
    plan: RunPlan, settings: Settings, directory: Path, sources: Sequence[str], embeddings: EmbeddingModel | None
) -> Iterator[Library | None]:
    """Yield the run's library; None for a target that answers from elsewhere when no articles are named."""
    if not sources and not needs_library(plan.target):
        yield None
        return
    with open_corpus(
        settings, sources, directory / "library", embeddings=embeddings, progress=plan.progress
    ) as library:
        yield library


def _by_id(library: Library | None) -> dict[str, Article] | None:
    return {article.id: article for article in library.catalog.articles()} if library else None


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

        def advance(question: Question, result: Result) -> None:
            case = Case(question=question, result=result)
            bar.advance(correct=is_correct(case), answered=case.answered, expected=question.expects_answer)

        return answer_questions(target, questions, directory, advance)


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
    """Return the questions with gold articles, asked again over a library in which these hold planted instructions."""
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
        planted = _by_id(library)
    return build_cases(asked, results, judge, planted, attacks, clean)
