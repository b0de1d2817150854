"""Fits `rag.checking.decision`: `python -m eval.training.decision --set QUESTIONS ARTICLES … --out DIR`.

Each question of each data set, answerable or not, is answered from a library of its articles by the configured models.
The features of each answer are kept in `DIR/features.jsonl`, from where an interrupted run goes on. An answer is right
if it holds an alias of every group of the question's answers, or cites one of its evidence strings; answers to
questions that the articles don't answer are wrong. The figures are cross-validated over the data sets: each is judged
by a model that was fitted on the others.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
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
from rag.models.fits import DECISION, WEIGHTS, features_hash
from rag.models.language_models import load_llm
from rag.reading.evidence import EvidenceChooser
from rag.retrieval.hybrid import HybridSearch
from rag.settings import Settings, load_settings
from rag.writing.drafts import Draft, write_draft
from rag.writing.prompts import evidence_budget

THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8)


def collect(settings: Settings, questions: Sequence[Question], articles: str, folder: Path, out: Path) -> None:
    """Append the features of each question that `out` lacks."""
    done = {row["id"] for row in read_rows(out)} if out.is_file() else set()
    llm, checker = load_llm(settings), load_checker(settings)
    if llm is None:
        raise SystemExit("Set llm: without one there are no drafts.")
    with open_corpus(settings, [articles], folder) as library, out.open("a", encoding="utf-8") as lines:
        search, chooser = HybridSearch(library), EvidenceChooser(library.embeddings)
        for question in tqdm([each for each in questions if each.id not in done], unit="question"):
            text = question.question
            evidence = chooser.choose(
                text, search.search(text, settings.top_k), evidence_budget(text, settings.prompt_tokens)
            )
            draft = Draft()
            for _ in write_draft(llm, text, evidence, settings.answer_tokens, draft):
                pass
            claims = supported_claims(list(ground(draft.text, text, evidence, checker)))
            row: dict[str, Any] = {
                "id": question.id,
                "set": folder.name,
                "answerable": question.expects_answer,
                "right": question.expects_answer and is_right(question, claims),
                "features": answer_features(text, claims, evidence, checker) if claims else None,
            }
            lines.write(json.dumps(row) + "\n")
            lines.flush()


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
    features = args.out / "features.jsonl"
    for questions, articles in args.sets:
        path = Path(questions)
        collect(load_settings(), load_questions(path), articles, args.out / path.parent.name, features)
    print(write_model(list(read_rows(features)), args.model))


if __name__ == "__main__":
    main()
