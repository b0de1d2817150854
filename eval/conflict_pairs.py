"""How well conflicts are told from what only seems one: pairs of sentences, with precision and recall.

    precision = reported and right / reported,    recall = reported and right / conflicts

Rules are made on the tuning pairs, and measured on the held-out ones, which were written before they were looked at.
Those of the set "worded" use the question's words; "natural" ones are short articles in words of their own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from rag.conflict_finder import ConflictFinder
from rag.records import Article, Evidence
from rag.sentences import sentence_spans

Half = Literal["tuning", "held-out"]
HALVES: tuple[Half, ...] = ("tuning", "held-out")

PairSet = Literal["worded", "natural"]
FILES: dict[PairSet, str] = {"worded": "conflicts.jsonl", "natural": "natural_conflicts.jsonl"}


class PairArticle(BaseModel):
    """One article of a pair."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str
    title: str
    publisher: str
    published: str


class ConflictPair(BaseModel):
    """A question, two articles that answer it, and whether they contradict each other.

    `cited` is the sentence of the first that is cited; "" for each of its sentences.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    question: str
    first: PairArticle
    second: PairArticle
    cited: str = ""
    conflict: bool
    kind: str
    half: Half


@dataclass(frozen=True, slots=True, kw_only=True)
class PairFigures:
    """What was reported of one set of pairs; `missed` and `false` hold the pairs' ids."""

    name: PairSet
    half: Half
    n_pairs: int
    n_conflicts: int
    n_reported: int
    n_right: int
    missed: tuple[str, ...]
    false: tuple[str, ...]
    by_kind: dict[str, str]

    @property
    def precision(self) -> float:
        """Share of the reported conflicts that are some; 1 when none is reported."""
        return self.n_right / self.n_reported if self.n_reported else 1.0

    @property
    def recall(self) -> float:
        """Share of the conflicts that are reported; 1 when there are none."""
        return self.n_right / self.n_conflicts if self.n_conflicts else 1.0


def load_pairs(half: Half, name: PairSet = "worded") -> list[ConflictPair]:
    """The built-in pairs of one half of a set."""
    text = (resources.files("eval.datasets") / FILES[name]).read_text(encoding="utf-8")
    pairs = [ConflictPair.model_validate_json(line) for line in text.splitlines()]
    return [pair for pair in pairs if pair.half == half]


def measure_pairs(
    pairs: Sequence[ConflictPair], half: Half, finder: ConflictFinder, name: PairSet = "worded"
) -> PairFigures:
    """Precision and recall of a conflict finder over pairs."""
    reported = {pair.id: _is_reported(pair, finder) for pair in pairs}
    right: Counter[str] = Counter(pair.kind for pair in pairs if reported[pair.id] == pair.conflict)
    total: Counter[str] = Counter(pair.kind for pair in pairs)
    return PairFigures(
        name=name,
        half=half,
        n_pairs=len(pairs),
        n_conflicts=sum(pair.conflict for pair in pairs),
        n_reported=sum(reported.values()),
        n_right=sum(reported[pair.id] and pair.conflict for pair in pairs),
        missed=tuple(pair.id for pair in pairs if pair.conflict and not reported[pair.id]),
        false=tuple(pair.id for pair in pairs if not pair.conflict and reported[pair.id]),
        by_kind={kind: f"{right[kind]}/{total[kind]}" for kind in sorted(total)},
    )


def figures_object(figures: PairFigures) -> dict[str, Any]:
    """The figures as a JSON object."""
    return {
        "set": figures.name,
        "half": figures.half,
        "pairs": figures.n_pairs,
        "conflicts": figures.n_conflicts,
        "reported": figures.n_reported,
        "right": figures.n_right,
        "precision": round(figures.precision, 4),
        "recall": round(figures.recall, 4),
        "missed": list(figures.missed),
        "false": list(figures.false),
        "right_by_kind": figures.by_kind,
    }


def render_figures(figures: PairFigures) -> str:
    """The figures in a line."""
    return (
        f"{figures.name}, {figures.half}: {figures.n_pairs} pairs, {figures.n_conflicts} conflicts; "
        f"precision {figures.precision:.0%} ({figures.n_right} of {figures.n_reported} reported), "
        f"recall {figures.recall:.0%} ({figures.n_right} of {figures.n_conflicts})"
    )


def _is_reported(pair: ConflictPair, finder: ConflictFinder) -> bool:
    ones, others = _sentences(pair.first, "first"), _sentences(pair.second, "second")
    cited = [one for one in ones if pair.cited in ("", one.quote)]
    return bool(finder.find(pair.question, cited, others))


def _sentences(article: PairArticle, source: str) -> list[Evidence]:
    record = Article(id=source, source=source, **article.model_dump())
    return [Evidence(article=record, start=start, end=end) for start, end in sentence_spans(record.text)]
