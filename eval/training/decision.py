"""Fits `rag.checking.decision`: `python -m eval.training.decision --set QUESTIONS ARTICLES … --out DIR`.

Each question of each data set, answerable or not, is answered from a library of its articles by the configured models.
The drafts are kept in `DIR/drafts.jsonl`, from where an interrupted run goes on. An answer is right if it holds an
alias of every group of the question's answers, or cites one of its evidence strings; answers to questions that the
articles don't answer are wrong. The figures are cross-validated over the data sets: each is judged by a model that was
fitted on the others. No question may be one that the reader was trained on (its `--without`).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from eval.data.corpus import open_corpus
from eval.data.questions import load_questions
from eval.metrics.alias_containment import missing_groups
from eval.records import Question
from eval.training.figures import bootstrap_interval, roc_auc
from eval.training.pairs import read_rows
from rag.answering.composing import supported_claims
from rag.checking.claims import GroundedClaim, ground
from rag.checking.decision import answer_features
from rag.checking.loading import load_checker
from rag.errors import ExtraNotInstalledError
from rag.library.library import Library
from rag.models.fits import DECISION, WEIGHTS, features_hash
from rag.models.language_models import load_llm
from rag.ports import ClaimChecker, Reranker
from rag.reading.evidence import EvidenceChooser
from rag.records import Window
from rag.retrieval.hybrid import HybridSearch
from rag.retrieval.reranking import load_reader
from rag.settings import Settings, load_settings
from rag.writing.drafts import Draft, write_draft
from rag.writing.prompts import evidence_budget

THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8)


def collect(settings: Settings, questions: Sequence[Question], library: Library, name: str, out: Path) -> None:
    """Append the drafts, with their evidence, of the questions of the data set `name` that `out` lacks."""
    done = {row["id"] for row in read_rows(out)} if out.is_file() else set()
    llm = load_llm(settings)
    if llm is None:
        raise SystemExit("Set llm: without one there are no drafts.")
    search, chooser = HybridSearch(library), EvidenceChooser(library.embeddings)
    with out.open("a", encoding="utf-8") as lines:
        for question in tqdm([each for each in questions if each.id not in done], desc=name, unit="question"):
            text = question.question
            passages = search.search(text, settings.top_k)
            evidence = chooser.choose(text, passages, evidence_budget(text, settings.prompt_tokens))
            draft = Draft()
            for _ in write_draft(llm, text, evidence, settings.answer_tokens, draft):
                pass
            windows = [[window.article.id, window.start, window.end, window.score] for window in evidence]
            row: dict[str, Any] = {"id": question.id, "set": name, "evidence": windows, "draft": draft.text}
            lines.write(json.dumps(row) + "\n")
            lines.flush()


def featurise(
    drafts: Iterable[dict[str, Any]],
    questions: Mapping[str, Question],
    library: Library,
    checker: ClaimChecker,
    reader: Reranker | None,
) -> Iterator[dict[str, Any]]:
    """Yield the features of each draft's supported claims, with whether they are right; None where there are none."""
    for draft in drafts:
        question = questions[draft["id"]]
        evidence = [
            Window(article=library.catalog.article(article), start=start, end=end, score=score)
            for article, start, end, score in draft["evidence"]
        ]
        claims = supported_claims(list(ground(draft["draft"], question.question, evidence, checker)))
        features = answer_features(question.question, claims, evidence, checker, reader) if claims else None
        yield {
            "id": question.id,
            "set": draft["set"],
            "answerable": question.expects_answer,
            "right": question.expects_answer and is_right(question, claims),
            "features": features,
        }


def is_right(question: Question, claims: Sequence[GroundedClaim]) -> bool:
    """Return whether claims hold the answer to an answerable question, or cite its evidence."""
    cited = [window.quote for claim in claims for window in claim.evidence]
    if any(gold in quote or quote in gold for gold in question.evidence for quote in cited):
        return True
    return bool(claims) and not missing_groups(" ".join(claim.text for claim in claims), question.answers)


def table(rows: Sequence[dict[str, Any]]) -> tuple[list[str], np.ndarray, np.ndarray, np.ndarray]:
    """Return feature names, features `(n_rows, n_features)`, labels and set names of the rows with an answer."""
    kept = [row for row in rows if row["features"]]
    names = sorted(kept[0]["features"])
    values = np.array([[row["features"][name] for name in names] for row in kept])
    return names, values, np.array([row["right"] for row in kept], dtype=int), np.array([row["set"] for row in kept])


def fit(values: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, float]:
    """Return slopes and intercept of a logistic model; features are standardised while fitting.

    Raises:
        ExtraNotInstalledError: scikit-learn isn't installed.
    """
    try:
        from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]  # it has no stubs
    except ImportError as exc:
        raise ExtraNotInstalledError("scikit-learn", "train") from exc
    mean, spread = values.mean(axis=0), values.std(axis=0) + 1e-9
    model = LogisticRegression(C=0.3, max_iter=2000).fit((values - mean) / spread, labels)
    slopes = model.coef_[0] / spread
    return slopes, float(model.intercept_[0] - slopes @ mean)


def cross_validate(values: np.ndarray, labels: np.ndarray, sets: np.ndarray) -> np.ndarray:
    """Return the probability of each row by a model that saw no row of its set."""
    result = np.zeros(len(labels))
    for name in sorted(set(sets)):
        held_out = sets == name
        slopes, intercept = fit(values[~held_out], labels[~held_out])
        result[held_out] = 1 / (1 + np.exp(-(values[held_out] @ slopes + intercept)))
    return result


def describe(rows: Sequence[dict[str, Any]], labels: np.ndarray, probabilities: np.ndarray) -> str:
    """Return the cross-validated figures in a few lines: the AUC, and what each threshold gives."""
    low, high = bootstrap_interval(roc_auc, labels, probabilities)
    unanswerable = np.array([not row["answerable"] for row in rows if row["features"]])
    lines = [f"AUC {roc_auc(labels, probabilities):.3f} ({low:.3f} to {high:.3f}) over {len(labels)} answers"]
    for least in THRESHOLDS:
        given = probabilities >= least
        lines.append(
            f"from {least}: {labels[given].mean():.0%} of {given.sum()} right; {given[labels == 1].mean():.0%} of the "
            f"{labels.sum()} right ones and {given[unanswerable].mean():.0%} of the {unanswerable.sum()} to "
            "unanswerable questions given"
        )
    return "; ".join(lines)


def write_model(rows: Sequence[dict[str, Any]], path: Path) -> str:
    """Write the model fitted on the rows, and return its cross-validated figures."""
    names, values, labels, sets = table(rows)
    figures = describe(rows, labels, cross_validate(values, labels, sets))
    slopes, intercept = fit(values, labels)
    model = {
        "intercept": round(intercept, 4),
        "weights": {
            name: {"slope": round(float(slope), 4), "mean": round(float(mean), 4)}
            for name, slope, mean in zip(names, slopes, values.mean(axis=0), strict=True)
        },
        "features": features_hash(DECISION),
        "provenance": f"{len(rows)} questions of {', '.join(sorted(set(sets)))}; held out by set: {figures}",
    }
    path.write_text(json.dumps(model, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return figures


def main() -> None:
    """Collect what is missing, fit, and write the model into the package."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--set", dest="sets", nargs=2, action="append", metavar=("QUESTIONS", "ARTICLES"), default=[])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--model", type=Path, default=WEIGHTS / DECISION.file, help="where the model is written")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    drafts = args.out / "drafts.jsonl"
    settings, rows = load_settings(), []
    checker, reader = load_checker(settings), load_reader(settings)
    for path, articles in args.sets:
        name = Path(path).parent.name
        questions = load_questions(Path(path))
        with open_corpus(settings, [articles], args.out / name) as library:
            collect(settings, questions, library, name, drafts)
            written = [row for row in read_rows(drafts) if row["set"] == name]
            rows += featurise(written, {each.id: each for each in questions}, library, checker, reader)
    print(write_model(rows, args.model))


if __name__ == "__main__":
    main()
