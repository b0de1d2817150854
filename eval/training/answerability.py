"""Fits `rag.checking.decision`: `python -m eval.training.answerability --set QUESTIONS ARTICLES … --out DIR`.

Each question of each data set, answerable or not, is answered from a library of its articles by the configured models;
the features of each answer are kept in `OUT/features.jsonl`, from where an interrupted run goes on. Right answers are
set against answers to questions that the articles don't answer; wrong answers to answerable questions are left out,
since neither giving nor refusing them is right.
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
from rag.checking.claims import ground
from rag.checking.decision import answer_features, probability_stated
from rag.checking.features import log_odds
from rag.errors import ExtraNotInstalledError
from rag.models.fits import ALONE, WITH_STATED, features_hash
from rag.models.loading import load_checker, load_llm
from rag.reading.evidence import EvidenceChooser
from rag.retrieval.hybrid import HybridSearch
from rag.settings import Settings, load_settings
from rag.writing.drafts import Draft, evidence_budget, write_draft

FOLDS = 5
REFUSED_SHARE = 0.2
"""Share of right answers refused at which the share of false answers is told."""


def collect(settings: Settings, questions: Sequence[Question], articles: str, folder: Path, out: Path) -> None:
    """Appends the features of each question that `out` lacks."""
    done = {row["id"] for row in read_rows(out)} if out.is_file() else set()
    llm, checker = load_llm(settings), load_checker(settings)
    if llm is None:
        raise SystemExit("Set llm: without one there are no drafts.")
    with open_corpus(settings, [articles], folder) as library, out.open("a", encoding="utf-8") as lines:
        search, chooser = HybridSearch(library), EvidenceChooser(library.embeddings)
        for question in tqdm([each for each in questions if each.id not in done], unit="question"):
            text = question.question
            passages = search.search(text, settings.top_k)
            evidence = chooser.choose(text, passages, evidence_budget(text, settings.prompt_tokens))
            stated = probability_stated(llm, text, evidence)
            draft = Draft()
            for _ in write_draft(llm, text, evidence, settings.answer_tokens, draft):
                pass
            claims = supported_claims(list(ground(draft.text, text, evidence, checker)))
            shown = " ".join(claim.text for claim in claims)
            row: dict[str, Any] = {
                "id": question.id,
                "set": folder.name,
                "answerable": question.expects_answer,
                "right": question.expects_answer and not missing_groups(shown, question.answers),
                "features": answer_features(text, claims, evidence, checker) if claims else None,
                "stated": None if stated is None else log_odds(stated),
            }
            lines.write(json.dumps(row) + "\n")
            lines.flush()


def table(rows: Sequence[dict[str, Any]], with_stated: bool) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Names, features `(n_rows, n_features)` and labels of the rows that teach something."""
    kept = [row for row in rows if row["features"] and row["right"] == row["answerable"]]
    if with_stated:
        kept = [row for row in kept if row["stated"] is not None]
        features = [{**row["features"], "stated": row["stated"]} for row in kept]
    else:
        features = [row["features"] for row in kept]
    names = sorted(features[0])
    values = np.array([[each[name] for name in names] for each in features])
    return names, values, np.array([row["right"] for row in kept], dtype=int)


def fit(values: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, float]:
    """Slopes and intercept; classes weigh the same, features are standardised while fitting."""
    mean, spread = values.mean(axis=0), values.std(axis=0) + 1e-9
    try:
        from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]  # it has no stubs
    except ImportError as exc:
        raise ExtraNotInstalledError("scikit-learn", "train") from exc
    model = LogisticRegression(C=0.3, class_weight="balanced", max_iter=2000).fit((values - mean) / spread, labels)
    slopes = model.coef_[0] / spread
    return slopes, float(model.intercept_[0] - slopes @ mean)


def cross_validate(values: np.ndarray, labels: np.ndarray, seed: int) -> np.ndarray:
    """Log-odds of each row by a model that did not see it."""
    folds = np.random.default_rng(seed).permutation(len(labels)) % FOLDS
    result = np.zeros(len(labels))
    for fold in range(FOLDS):
        slopes, intercept = fit(values[folds != fold], labels[folds != fold])
        result[folds == fold] = values[folds == fold] @ slopes + intercept
    return result


def describe(labels: np.ndarray, odds: np.ndarray) -> str:
    """The figures of log-odds in one line."""
    low, high = bootstrap_interval(roc_auc, labels, odds)
    right, false = odds[labels == 1], odds[labels == 0]
    at_share = (false >= np.quantile(right, REFUSED_SHARE)).mean()
    return (
        f"AUC {roc_auc(labels, odds):.3f} ({low:.3f} to {high:.3f}); at 0.5, {(right < 0).mean():.0%} of "
        f"{len(right)} right answers are refused and {(false >= 0).mean():.0%} of {len(false)} false ones given; where "
        f"{REFUSED_SHARE:.0%} are refused, {at_share:.0%} are given"
    )


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--set", dest="sets", nargs=2, action="append", metavar=("QUESTIONS", "ARTICLES"), default=[])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    features = args.out / "features.jsonl"
    for number, (questions, articles) in enumerate(args.sets):
        collect(load_settings(), load_questions(Path(questions)), articles, args.out / f"set{number}", features)
    rows = list(read_rows(features))
    for made, with_stated in ((WITH_STATED, True), (ALONE, False)):
        names, values, labels = table(rows, with_stated)
        figures = describe(labels, cross_validate(values, labels, args.seed))
        slopes, intercept = fit(values, labels)
        model = {
            "features": features_hash(made),
            "intercept": round(intercept, 4),
            "weights": {
                name: {"slope": round(float(slope), 4), "mean": round(float(mean), 4)}
                for name, slope, mean in zip(names, slopes, values.mean(axis=0), strict=True)
            },
            "provenance": f"{FOLDS}-fold cross-validated: {figures}",
        }
        file = Path(made.file).name
        (args.out / file).write_text(json.dumps(model, indent=1) + "\n", encoding="utf-8")
        print(f"{file}: {figures}")


if __name__ == "__main__":
    main()
