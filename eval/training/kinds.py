"""Trains `rag.answering.kinds`, which guesses what kind of answer a question wants: `python -m eval.training.kinds`.

The questions are those of `eval/training/data/question_kinds.jsonl`, and with `--data DIR` also questions of people
whose kind is certain: yes or no from BoolQ and CondaQA, facts from QED and SQuAD 2.0, explanations from CLAPnq. For the
figures, each third of the groups of questions (those on one topic, or that ask one thing in other words) is judged by a
model that was fitted on the other two. The model of the package is then fitted on all of them.
"""

from __future__ import annotations

import argparse
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np

from eval.training.pairs import read_rows, share_of
from rag.answering.kinds import SAME, KindGuess, best_guess, continue_kind
from rag.errors import ExtraNotInstalledError
from rag.models.embeddings import EmbeddingModel, load_embeddings
from rag.models.files import MINILM
from rag.models.fits import KINDS_FIT, WEIGHTS, features_hash
from rag.models.softmax import SoftmaxModel, render_softmax
from rag.settings import load_settings
from rag.text.shapes import question_features, shape_tokens

QUESTIONS = Path(__file__).parent / "data" / "question_kinds.jsonl"

FOLDS = 3
KNOWN_GROUPS_MIN = 3
"""A word belongs to the shape of questions if questions of this number of groups have it."""

REGULARIZATION = 10.0
"""scikit-learn's C."""

PUBLIC_WEIGHT = 0.1
PUBLIC_MAX = 300
"""The weight of a public question beside one of ours, and the most that are taken of a set."""

THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.7)

_YES_NO = re.compile(r"(?:is|are|was|were|did|does|do|has|have|had|can|could|would|will|should)\b", re.IGNORECASE)
_FACT = re.compile(
    r"(?:who|when|where|how (?:many|much|long|old|far|tall)|what (?:year|day|date|percentage|country|city|time|team"
    r"|company))\b",
    re.IGNORECASE,
)
_REASON = re.compile(r"why\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledQuestion:
    """A question with the label that the model should give it.

    Attributes:
        previous: the question before it in the conversation; "" for the first.
        label: a kind such as `fact`, or a kind and what exactly is asked, such as `library:count`.
        is_same: whether it has this label only because the question before has it, as in "and in Norway?".
        group: its topic, or the name of its rewordings; a group is never on both sides of a split.
        weight: how much it counts in the fit.
    """

    question: str
    previous: str = ""
    label: str
    group: str
    is_same: bool = False
    weight: float = 1.0

    @property
    def kind(self) -> str:
        """Return the label's kind."""
        return self.label.partition(":")[0]

    @property
    def is_own(self) -> bool:
        """Return whether it was written for this classifier."""
        return self.weight == 1.0

    @property
    def fold(self) -> int:
        """Return the number of the third that its group belongs to."""
        return int(share_of(self.group) * FOLDS)


def _alone(question: str, model: SoftmaxModel, vectors: dict[str, np.ndarray]) -> dict[str, float]:
    """Return the probabilities of a question's labels as the first one of a conversation; none for no question."""
    if not question:
        return {}
    return model.probabilities(question_features(question, vectors[question], None, model.known_words))


Judged: TypeAlias = tuple[LabelledQuestion, KindGuess]


def load_own_questions(path: Path = QUESTIONS) -> list[LabelledQuestion]:
    """Return the questions of a JSON-lines file with question, previous, kind, ask, same and group."""
    return [
        LabelledQuestion(
            question=row["question"],
            previous=row.get("previous", ""),
            label=":".join(part for part in (row["kind"], row.get("ask")) if part),
            group=row["group"],
            is_same=row.get("same", False),
        )
        for row in read_rows(path)
    ]


def load_public_questions(data: Path, seed: int) -> list[LabelledQuestion]:
    """Return questions of people whose kind is certain by where they come from and how they begin."""
    asked = {
        "boolq": ("yesno", _YES_NO, (_asked(row["claim"]) for row in read_rows(data / "train/boolq_yesno.jsonl"))),
        "condaqa": ("yesno", _YES_NO, (row["question"] for row in read_rows(data / "reading/condaqa.jsonl"))),
        "qed": ("fact", _FACT, (_asked(row["claim"]) for row in read_rows(data / "train/qed_nq.jsonl"))),
        "squad2": ("fact", _FACT, (row["question"] for row in read_rows(data / "squad2/questions.jsonl"))),
        "clapnq": ("explanation", _REASON, (row["question"] for row in read_rows(data / "reading/clapnq_dev.jsonl"))),
    }
    chooser = random.Random(seed)
    found: list[LabelledQuestion] = []
    for name, (label, begins, questions) in asked.items():
        fitting = sorted({question for question in questions if begins.match(question)})
        chosen = chooser.sample(fitting, min(len(fitting), PUBLIC_MAX))
        found += [LabelledQuestion(question=q, label=label, group=f"{name}: {q}", weight=PUBLIC_WEIGHT) for q in chosen]
    return found


def _asked(claim: str) -> str:
    """Return the question of a claim such as "Is it open? Yes."."""
    return claim.rpartition("? ")[0] + "?"


def find_known_words(questions: Iterable[LabelledQuestion]) -> tuple[str, ...]:
    """Return the words that our own questions of several groups have, in alphabetical order."""
    groups: dict[str, set[str]] = defaultdict(set)
    for question in (each for each in questions if each.is_own):
        for token in shape_tokens(question.question):
            groups[token].add(question.group)
    return tuple(sorted(token for token, found in groups.items() if len(found) >= KNOWN_GROUPS_MIN))


def embed_questions(questions: Sequence[LabelledQuestion], embeddings: EmbeddingModel) -> dict[str, np.ndarray]:
    """Return the embeddings of the questions, and of those before them, by their words."""
    texts = sorted({text for each in questions for text in (each.question, each.previous) if text})
    return {text: np.array(embeddings.embed_query(text)) for text in texts}


def fit(
    questions: Sequence[LabelledQuestion], vectors: dict[str, np.ndarray], known: tuple[str, ...], provenance: str = ""
) -> SoftmaxModel:
    """Return the model fitted on questions.

    Raises:
        ExtraNotInstalledError: scikit-learn isn't installed.
    """
    try:
        from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]  # it has no stubs
    except ImportError as exc:
        raise ExtraNotInstalledError("scikit-learn", "train") from exc
    rows = features_of(questions, vectors, known)
    model = LogisticRegression(C=REGULARIZATION, max_iter=3000)
    labels = [SAME if each.is_same else each.label for each in questions]
    model.fit(rows, labels, sample_weight=[each.weight for each in questions])
    return SoftmaxModel(
        labels=tuple(str(label) for label in model.classes_),
        weights=model.coef_.astype(np.float32),
        bias=model.intercept_.astype(np.float32),
        words=known,
        provenance=provenance,
    )


def features_of(
    questions: Sequence[LabelledQuestion], vectors: dict[str, np.ndarray], known: tuple[str, ...]
) -> np.ndarray:
    """Return the features of the questions, of shape `(n_questions, n_features)`."""
    words = frozenset(known)
    return np.stack(
        [question_features(q.question, vectors[q.question], vectors.get(q.previous), words) for q in questions]
    )


def cross_validate(questions: Sequence[LabelledQuestion], vectors: dict[str, np.ndarray]) -> list[KindGuess]:
    """Return the guess at each question by a model that saw no question of its third."""
    guesses: dict[int, KindGuess] = {}
    for fold in range(FOLDS):
        seen = [question for question in questions if question.fold != fold]
        model = fit(seen, vectors, find_known_words(seen))
        held_out = [place for place, question in enumerate(questions) if question.fold == fold]
        rows = features_of([questions[place] for place in held_out], vectors, model.words)
        for place, row in zip(held_out, rows, strict=True):
            alone = _alone(questions[place].previous, model, vectors)
            guesses[place] = best_guess(continue_kind(model.probabilities(row), alone))
    return [guesses[place] for place in range(len(questions))]


def render_report(questions: Sequence[LabelledQuestion], guesses: Sequence[KindGuess]) -> str:
    """Return the held-out figures as Markdown: accuracy, a confusion table, and what thresholds give."""
    pairs = [pair for pair in zip(questions, guesses, strict=True) if pair[0].is_own]
    folds = [_right([pair for pair in pairs if pair[0].fold == fold]) for fold in range(FOLDS)]
    recognised = [pair for pair in pairs if ":" in pair[0].label and pair[0].kind == pair[1].kind]
    asked = _share([question.label.partition(":")[2] == guess.ask for question, guess in recognised])
    public: dict[str, list[Judged]] = defaultdict(list)
    for question, guess in zip(questions, guesses, strict=True):
        if not question.is_own:
            public[question.group.partition(":")[0]].append((question, guess))
    by_third = ", ".join(f"{share:.1%}" for share in folds)
    lines = [
        f"{len(pairs):,} questions in {len({question.group for question, _ in pairs})} groups. Held out by group:",
        "",
        f"- {_right(pairs):.1%} right (by third {by_third}), {_right_or_second(pairs):.1%} right or second",
        f"- {asked:.1%} of those whose label says more than the kind, and whose kind was guessed, got that label",
        *(f"- {name}: {_right(found):.1%} right of {len(found)} public questions" for name, found in public.items()),
        "",
        *_confusion_table(pairs),
        "",
        "| least probability | questions | right | right or second | facts below it |",
        "| --- | --- | --- | --- | --- |",
    ]
    for least in (0.0, *THRESHOLDS):
        sure = [pair for pair in pairs if pair[1].probability >= least]
        below = [question.kind == "fact" for question, guess in pairs if guess.probability < least]
        facts = f"{_share(below):.0%}" if below else ""
        lines.append(
            f"| {least} | {len(sure) / len(pairs):.0%} | {_right(sure):.1%} | {_right_or_second(sure):.1%} | {facts} |"
        )
    return "\n".join(lines) + "\n"


def _right(pairs: Sequence[Judged]) -> float:
    """Return the share of questions whose kind was guessed."""
    return _share([question.kind == guess.kind for question, guess in pairs])


def _right_or_second(pairs: Sequence[Judged]) -> float:
    """Return the share of questions whose kind is one of the two most probable."""
    return _share([question.kind in (guess.kind, guess.second) for question, guess in pairs])


def _share(found: Sequence[bool]) -> float:
    """Return the share that is true; 0 of none."""
    return sum(found) / max(1, len(found))


def _confusion_table(pairs: Sequence[Judged]) -> list[str]:
    """Return a table with a row for each right kind and a column for each guessed one."""
    kinds = sorted({question.kind for question, _ in pairs})
    counts = Counter((question.kind, guess.kind) for question, guess in pairs)
    lines = [f"| right \\ guessed | {' | '.join(kinds)} | recall |", f"| --- |{' --- |' * (len(kinds) + 1)}"]
    for kind in kinds:
        total = sum(counts[kind, other] for other in kinds)
        cells = " | ".join(str(counts[kind, other] or "") for other in kinds)
        lines.append(f"| {kind} | {cells} | {counts[kind, kind] / total:.0%} |")
    return lines


def main(arguments: Sequence[str] | None = None) -> None:
    """Print and write the held-out figures, and write the model fitted on all questions."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, help="folder with the public sets in train/, reading/ and squad2/")
    parser.add_argument("--model", type=Path, default=WEIGHTS / KINDS_FIT.file, help="where the model is written")
    parser.add_argument("--report", type=Path, help="where the figures are written as Markdown")
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args(arguments)
    questions = load_own_questions()
    if args.data:
        questions += load_public_questions(args.data, args.seed)
    vectors = embed_questions(questions, load_embeddings(load_settings(embeddings=f"builtin:{MINILM}")))
    guesses = cross_validate(questions, vectors)
    report = render_report(questions, guesses)
    print(report)
    if args.report:
        args.report.write_text(report, encoding="utf-8")
    own = [pair for pair in zip(questions, guesses, strict=True) if pair[0].is_own]
    provenance = f"{len(own)} own and {len(questions) - len(own)} public questions; {_right(own):.1%} of the own right"
    model = fit(questions, vectors, find_known_words(questions), f"{provenance} when held out by group")
    args.model.write_text(render_softmax(model, features_hash(KINDS_FIT)), encoding="utf-8")


if __name__ == "__main__":
    main()
