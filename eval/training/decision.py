"""Fits `rag.checking.decision`: `python -m eval.training.decision [--quotes] --set QUESTIONS ARTICLES … --out DIR`.

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
from typing import Any, NamedTuple

import numpy as np
from tqdm import tqdm

from eval.data.corpus import open_corpus
from eval.data.questions import load_questions
from eval.metrics.alias_containment import missing_groups
from eval.records import Question
from eval.training.figures import bootstrap_interval, roc_auc
from eval.training.pairs import read_rows
from rag.answering.composing import supported_claims
from rag.answering.gathering import NEAREST, PASSAGES, diverse, in_context, windows_of
from rag.answering.overview import SENTENCES_READ
from rag.answering.quoting import REASONS
from rag.checking.claims import GroundedClaim, ground, quote_claim
from rag.checking.decision import answer_features, calibrated_path, topic_features
from rag.checking.loading import load_checker
from rag.errors import DatasetError, ExtraNotInstalledError, SettingsError
from rag.library.library import Library
from rag.models.fits import DECISION, QUOTES, TOPICS, WEIGHTS, Fit, features_hash
from rag.models.language_models import load_llm
from rag.ports import ClaimChecker, Reranker
from rag.reading.evidence import EvidenceChooser
from rag.reading.selection import ON_A_TOPIC_AND_NEAR
from rag.records import Window
from rag.retrieval.hybrid import HybridSearch
from rag.retrieval.reranking import load_reader
from rag.settings import Settings, load_settings
from rag.writing.drafts import Draft, write_draft
from rag.writing.prompts import evidence_budget

UNANSWERABLE_SHARE = 0.2
"""What share of the questions the articles don't answer, in the world that the probabilities are for. The rows of the
data sets are weighed so."""

THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8)


class Judges(NamedTuple):
    """The models that the features come from."""

    checker: ClaimChecker
    reader: Reranker | None


def collect(settings: Settings, questions: Sequence[Question], library: Library, name: str, out: Path) -> None:
    """Append the drafts, with their evidence, of the questions of the data set `name` that `out` lacks."""
    done = {row["id"] for row in read_rows(out)} if out.is_file() else set()
    missing = [question for question in questions if question.id not in done]
    if not missing:
        return
    llm = load_llm(settings)
    if llm is None:
        raise SettingsError("Set llm: without a language model there are no drafts.")
    search, chooser = HybridSearch(library), EvidenceChooser(library.embeddings)
    with out.open("a", encoding="utf-8") as lines:
        for question in tqdm(missing, desc=name, unit="question"):
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


def drafted(
    questions: Mapping[str, Question], library: Library, drafts: Iterable[dict[str, Any]], judges: Judges
) -> Iterator[dict[str, Any]]:
    """Yield the features of each draft's supported claims, with whether they are right; None where there are none."""
    for draft in drafts:
        question = questions[draft["id"]]
        evidence = [
            Window(article=library.catalog.article(article), start=start, end=end, score=score)
            for article, start, end, score in draft["evidence"]
        ]
        claims = supported_claims(list(ground(draft["draft"], question.question, evidence, judges.checker)))
        yield judge(question, claims, draft["set"], judges)


def quoted(
    questions: Iterable[Question], library: Library, name: str, judges: Judges
) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield the rows of each question for quotes, and for the sentences that fit it best, which are on its topic."""
    search, chooser = HybridSearch(library), EvidenceChooser(library.embeddings)
    for question in tqdm(questions, desc=name, unit="question"):
        ranked = chooser.rank(question.question, search.search(question.question, PASSAGES))
        quotes = in_context(diverse(library.embeddings, ranked[:SENTENCES_READ], REASONS, ON_A_TOPIC_AND_NEAR))
        nearest = windows_of(ranked[:NEAREST])
        claims = [quote_claim(each) for each in nearest]
        yield (
            judge(question, [quote_claim(each) for each in quotes], name, judges),
            row_of(question, claims, name, topic_features(question.question, nearest) if nearest else None),
        )


def judge(question: Question, claims: Sequence[GroundedClaim], name: str, judges: Judges) -> dict[str, Any]:
    """Return the row of an answer: its data set, its features, and whether it is right."""
    features = answer_features(question.question, claims, judges.checker, judges.reader) if claims else None
    return row_of(question, claims, name, features)


def row_of(
    question: Question, claims: Sequence[GroundedClaim], name: str, features: dict[str, float] | None
) -> dict[str, Any]:
    """Return the row of an answer with these claims and features."""
    right = question.expects_answer and is_right(question, claims)
    return {"set": name, "answerable": question.expects_answer, "right": right, "features": features}


FOLDS = 5

ANSWERS_MIN = 40
"""The least number of answers with supported claims that a model is fitted on, of which 5 are right and 5 aren't."""


def calibrate(settings: Settings, questions: Sequence[Question], articles: Sequence[str], folder: Path) -> str:
    """Fit the decision to the drafts of the language model of the settings, for this home; return the figures.

    The figures are cross-validated by question. The drafts are kept in `folder`, from where an interrupted run goes on.

    Raises:
        DatasetError: too few answers, or too few right or wrong ones, to learn from.
        SettingsError: the settings name no language model.
    """
    checker, reader = load_checker(settings), load_reader(settings)
    drafts = folder / "drafts.jsonl"
    with open_corpus(settings, articles, folder / "library") as library:
        collect(settings, questions, library, "", drafts)
        by_id = {question.id: question for question in questions}
        rows = list(drafted(by_id, library, read_rows(drafts), Judges(checker, reader)))
    answers = [row for row in rows if row["features"]]
    n_right = sum(row["right"] for row in answers)
    if len(answers) < ANSWERS_MIN or not 5 <= n_right <= len(answers) - 5:
        raise DatasetError(
            f"{len(rows)} questions gave {len(answers)} answers, {n_right} of them right. At least {ANSWERS_MIN} are "
            "needed, of which 5 are right and 5 aren't. Take more questions, answerable and unanswerable ones."
        )
    for number, row in enumerate(rows):
        row["set"] = f"fold {number % FOLDS + 1}"
    path = calibrated_path(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    return write_model(rows, DECISION, path)


def is_right(question: Question, claims: Sequence[GroundedClaim]) -> bool:
    """Return whether claims hold the answer to an answerable question, or cite its evidence."""
    cited = [window.quote for claim in claims for window in claim.evidence]
    if any(gold in quote or quote in gold for gold in question.evidence for quote in cited):
        return True
    return bool(claims) and not missing_groups(" ".join(claim.text for claim in claims), question.answers)


class Table(NamedTuple):
    """The rows with an answer.

    Attributes:
        names: the features' names.
        values: `(n_rows, n_features)`.
        labels: 1 for a right answer, else 0.
        weights: by which unanswerable questions are `UNANSWERABLE_SHARE` of all.
        sets: the names of the data sets.
    """

    names: list[str]
    values: np.ndarray
    labels: np.ndarray
    weights: np.ndarray
    sets: np.ndarray

    def where(self, chosen: np.ndarray) -> Table:
        """Return the chosen rows."""
        return Table(self.names, self.values[chosen], self.labels[chosen], self.weights[chosen], self.sets[chosen])


def tabulate(rows: Sequence[dict[str, Any]]) -> Table:
    """Return the rows with an answer as arrays."""
    kept = [row for row in rows if row["features"]]
    names = sorted(kept[0]["features"])
    share = np.mean([not row["answerable"] for row in rows])
    weights = ((1 - UNANSWERABLE_SHARE) / (1 - share), UNANSWERABLE_SHARE / share) if 0 < share < 1 else (1.0, 1.0)
    return Table(
        names=names,
        values=np.array([[row["features"][name] for name in names] for row in kept]),
        labels=np.array([row["right"] for row in kept], dtype=int),
        weights=np.array([weights[not row["answerable"]] for row in kept]),
        sets=np.array([row["set"] for row in kept]),
    )


def fit(rows: Table) -> tuple[np.ndarray, float]:
    """Return slopes and intercept of a logistic model; features are standardised while fitting.

    Raises:
        ExtraNotInstalledError: scikit-learn isn't installed.
    """
    try:
        from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]  # it has no stubs
    except ImportError as exc:
        raise ExtraNotInstalledError("scikit-learn", "train") from exc
    mean, spread = rows.values.mean(axis=0), rows.values.std(axis=0) + 1e-9
    model = LogisticRegression(C=0.3, max_iter=2000).fit((rows.values - mean) / spread, rows.labels, rows.weights)
    slopes = model.coef_[0] / spread
    return slopes, float(model.intercept_[0] - slopes @ mean)


def cross_validate(rows: Table) -> np.ndarray:
    """Return the probability of each row by a model that saw no row of its set."""
    result = np.zeros(len(rows.labels))
    for name in sorted(set(rows.sets)):
        held_out = rows.sets == name
        slopes, intercept = fit(rows.where(~held_out))
        result[held_out] = 1 / (1 + np.exp(-(rows.values[held_out] @ slopes + intercept)))
    return result


def describe(rows: Table, unanswerable: np.ndarray, probabilities: np.ndarray) -> str:
    """Return the cross-validated figures in a few lines: the AUC, and what each threshold gives."""
    right = rows.labels == 1
    low, high = bootstrap_interval(roc_auc, rows.labels, probabilities)
    lines = [f"AUC {roc_auc(rows.labels, probabilities):.3f} ({low:.3f} to {high:.3f}) over {len(right)} answers"]
    for least in THRESHOLDS:
        given = probabilities >= least
        lines.append(
            f"from {least}: {np.average(right[given], weights=rows.weights[given]):.0%} of {given.sum()} right; "
            f"{given[right].mean():.0%} of the {right.sum()} right ones and {given[unanswerable].mean():.0%} of the "
            f"{unanswerable.sum()} to unanswerable questions given"
        )
    return "; ".join(lines)


def write_model(rows: Sequence[dict[str, Any]], fit_of: Fit, path: Path) -> str:
    """Write the model fitted on the rows, and return its cross-validated figures."""
    table = tabulate(rows)
    unanswerable = np.array([not row["answerable"] for row in rows if row["features"]])
    figures = describe(table, unanswerable, cross_validate(table))
    slopes, intercept = fit(table)
    means = np.average(table.values, axis=0, weights=table.weights)
    model = {
        "intercept": round(intercept, 4),
        "weights": {
            name: {"slope": round(float(slope), 4), "mean": round(float(mean), 4)}
            for name, slope, mean in zip(table.names, slopes, means, strict=True)
        },
        "features": features_hash(fit_of),
        "provenance": (
            f"{len(rows)} questions of {', '.join(sorted(set(table.sets)))}, weighed so that {UNANSWERABLE_SHARE:.0%} "
            f"are unanswerable; held out by set: {figures}"
        ),
    }
    path.write_text(json.dumps(model, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return figures


def main() -> None:
    """Collect what is missing, fit, and write the model into the package."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--set", dest="sets", nargs=2, action="append", metavar=("QUESTIONS", "ARTICLES"), default=[])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--quotes", action="store_true", help="fit the decision on quotes; needs no language model")
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="where the fits are written")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    settings = load_settings()
    rows: list[dict[str, Any]] = []
    topics: list[dict[str, Any]] = []
    judges = Judges(load_checker(settings), load_reader(settings))
    for path, articles in args.sets:
        name = Path(path).parent.name
        questions = load_questions(Path(path))
        with open_corpus(settings, [articles], args.out / name) as library:
            if args.quotes:
                for of_quotes, of_topic in quoted(questions, library, name, judges):
                    rows.append(of_quotes)
                    topics.append(of_topic)
                continue
            drafts = args.out / "drafts.jsonl"
            collect(settings, questions, library, name, drafts)
            of_set = [row for row in read_rows(drafts) if row["set"] == name]
            rows += drafted({each.id: each for each in questions}, library, of_set, judges)
    fits = [(QUOTES, rows), (TOPICS, topics)] if args.quotes else [(DECISION, rows)]
    for fit_of, its_rows in fits:
        print(fit_of.file, write_model(its_rows, fit_of, args.weights / fit_of.file))


if __name__ == "__main__":
    main()
