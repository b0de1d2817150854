"""Runs a data set once whole and once without each optional ingredient of an answer (`rag.wiring.INGREDIENTS`).

All runs share the articles, the judge and the language model's replies: a prompt that another run has asked is
replayed. A replayed reply counts in an answer's time with the seconds that it took when it was written. The runs take
turns: each question goes to all of them before the next one, so that other work on the machine slows all of them alike.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from langchain_core.language_models import BaseChatModel
from tqdm import tqdm

from eval.data.corpus import open_corpus
from eval.data.questions import load_questions, select
from eval.records import Question, Result
from eval.running.evaluation import BuildTarget, Run, RunPlan, claim_run, load_judge, run_evaluation
from eval.running.replaying import ReplyStore, replaying
from eval.running.results import ResultsFile
from eval.running.target import Target
from eval.running.targets import chatbot_target
from rag.errors import SettingsError
from rag.library.library import Library
from rag.models.embeddings import EmbeddingModel
from rag.models.language_models import load_llm
from rag.settings import Settings
from rag.wiring import INGREDIENTS, build_chatbot

WHOLE = ""
"""The name of the run with all ingredients."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AblationPlan:
    """What to run, and where to keep it.

    Attributes:
        articles: files and folders to answer from; none for the current library.
        limit: the number of questions to draw by `seed`; None for all.
        only: the ingredients to switch off, one after the other; none for all of them.
    """

    dataset: Path
    directory: Path
    articles: tuple[str, ...] = ()
    limit: int | None = None
    seed: int = 0
    only: tuple[str, ...] = ()
    progress: bool = False

    def run_directory(self, ingredient: str) -> Path:
        """Return the folder of the run without an ingredient, or of the whole run."""
        name = f"without-{re.sub(r'[^a-z0-9]+', '-', ingredient.lower())}" if ingredient else "whole"
        return self.directory / name


def run_ablation(
    plan: AblationPlan,
    settings: Settings,
    *,
    llm: BaseChatModel | None = None,
    embeddings: EmbeddingModel | None = None,
) -> Iterator[tuple[str, Run]]:
    """Yield the whole run under the name `WHOLE`, then the run without each ingredient under the ingredient's name.

    Each run has a folder of its own, so an interrupted ablation goes on where it stopped. The first run is yielded when
    all questions are answered; what remains is scoring.

    Args:
        plan: what to run.
        settings: the settings of all runs.
        llm: the language model instead of the one in the settings.
        embeddings: the embedding model instead of the one in the settings.

    Raises:
        DatasetError: the data set or the articles can't be read.
        SettingsError: an ingredient is unknown, or a folder holds another run.
    """
    plans = {name: _run_plan(plan, name) for name in [WHOLE, *chosen_ingredients(plan.only)]}
    questions = select(load_questions(plan.dataset), plan.limit, plan.seed)
    judge = load_judge(plans[WHOLE], settings)
    store = ReplyStore(plan.directory / "replies.jsonl")
    model = llm or load_llm(settings)
    model = replaying(model, store) if model else None
    with open_corpus(
        settings, plan.articles, plan.directory / "library", embeddings=embeddings, progress=plan.progress
    ) as library:
        targets = {name: _target(name, settings, library, model, store) for name in plans}
        for name, run_plan in plans.items():
            claim_run(run_plan, settings, questions, targets[name], library)
        _answer_in_turns(plan, questions, targets)
        for name, run_plan in plans.items():
            build = _given(targets[name])
            yield name, run_evaluation(run_plan, settings, build=build, library=library, judge=judge)


def _answer_in_turns(plan: AblationPlan, questions: Sequence[Question], targets: Mapping[str, Target]) -> None:
    """Answer each question with all targets. A different target begins each time, as the first one warms caches."""
    files = {name: ResultsFile(plan.run_directory(name)) for name in targets}
    names = deque(targets)
    for question in tqdm(questions, desc="Ablation", unit="question", disable=None if plan.progress else True):
        for name in names:
            files[name].answer(targets[name], question)
        names.rotate(-1)


def chosen_ingredients(only: Sequence[str]) -> list[str]:
    """Return the ingredients to switch off, in the order of the table; all of them where `only` is empty.

    Raises:
        SettingsError: an ingredient is unknown.
    """
    unknown = [name for name in only if name not in INGREDIENTS]
    if unknown:
        raise SettingsError(f"Unknown ingredient {unknown[0]!r}. It is one of: {', '.join(INGREDIENTS)}.")
    return [name for name in INGREDIENTS if not only or name in only]


def _run_plan(plan: AblationPlan, name: str) -> RunPlan:
    return RunPlan(
        dataset=plan.dataset,
        directory=plan.run_directory(name),
        articles=plan.articles,
        limit=plan.limit,
        seed=plan.seed,
    )


def _target(name: str, settings: Settings, library: Library, llm: BaseChatModel | None, store: ReplyStore) -> Target:
    """Return the chatbot without an ingredient."""
    chatbot = build_chatbot(settings, library=library, llm=llm, without=(name,) if name else ())
    title = f"footnote without {name}" if name else "footnote"
    return _with_replayed_time(chatbot_target(title, chatbot), store)


def _given(target: Target) -> BuildTarget:
    """Return what gives `run_evaluation` a target that is built already."""
    return lambda spec, settings, library: target


def _with_replayed_time(target: Target, store: ReplyStore) -> Target:
    """Return the target; the seconds of the replies that it replays are added to its answers' total time."""

    def ask(question: Question) -> Result:
        before = store.replayed_s
        result = target.ask(question)
        replayed_ms = round((store.replayed_s - before) * 1000, 1)
        if not replayed_ms:
            return result
        timings = dict(result.answer.timings_ms)
        timings |= {"replayed": replayed_ms, "total": timings["total"] + replayed_ms}
        return replace(result, answer=replace(result.answer, timings_ms=timings))

    return replace(target, ask=ask)
