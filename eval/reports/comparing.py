"""The comparison of two runs of one data set: differences with paired intervals, and the questions that flipped."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from eval.metrics.bootstrap import paired_interval
from eval.metrics.catalogue import LOWER_IS_BETTER, METRICS, TITLES
from eval.records import Interval
from rag.errors import SettingsError

CHANGED_MIN = 6
"""With fewer changed questions no change is called significant: an exact sign test can't reach .05 (2 · ½⁵ is .06)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The change of a figure from run A to run B, over the questions that both scored.

    Attributes:
        change: B - A.
        n_changed: how many questions scored differently.
    """

    name: str
    before: float
    after: float
    change: Interval
    n_changed: int

    @property
    def significant(self) -> bool:
        """Whether the 95 % interval of the change leaves out 0, and at least `CHANGED_MIN` questions changed."""
        return self.n_changed >= CHANGED_MIN and (self.change.low > 0 or self.change.high < 0)

    @property
    def worse(self) -> bool:
        """Whether the figure fell significantly."""
        lower = self.name in LOWER_IS_BETTER
        return self.significant and (self.change.low > 0 if lower else self.change.high < 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flip:
    """A question that only one of the two runs answered rightly."""

    id: str
    question: str
    kind: str
    now_right: bool
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two runs side by side."""

    differences: tuple[Difference, ...]
    flips: tuple[Flip, ...]
    n_questions: int

    @property
    def has_fallen(self) -> bool:
        """Whether any figure is significantly worse in B."""
        return any(difference.worse for difference in self.differences)


def load_report(directory: Path) -> dict[str, Any]:
    """Return the report of a run.

    Raises:
        SettingsError: the directory holds no report.
    """
    try:
        report = json.loads((directory / "report.json").read_text(encoding="utf-8"))
        if not isinstance(report, dict) or "questions" not in report:
            raise ValueError("it is no report of a run")
    except (OSError, ValueError) as exc:
        raise SettingsError(f"{directory} holds no report.json of `footnote eval run` ({exc}).") from exc
    return report


def compare_reports(a: Mapping[str, Any], b: Mapping[str, Any]) -> Comparison:
    """Run B against run A, over the questions that are the same in both.

    Raises:
        SettingsError: the runs share no question.
    """
    before = {question_key(question): question for question in a["questions"]}
    after = {question_key(question): question for question in b["questions"]}
    shared = sorted(before.keys() & after.keys())
    if not shared:
        raise SettingsError("The two runs share no question. Compare runs of the same data set.")
    differences = []
    for name in METRICS:
        scores = [
            {
                key: (q["scores"][name]["value"], q["scores"][name]["weight"])
                for key in shared
                if name in (q := run[key])["scores"]
            }
            for run in (before, after)
        ]
        change = paired_interval(*scores)
        if change is not None:
            both = scores[0].keys() & scores[1].keys()
            n_changed = sum(scores[0][key] != scores[1][key] for key in both)
            means = [_mean({key: score[key] for key in both}) for score in scores]
            differences.append(
                Difference(name=name, before=means[0], after=means[1], change=change, n_changed=n_changed)
            )
    return Comparison(
        differences=tuple(differences),
        flips=tuple(_flip(before[key], after[key]) for key in shared if _right(before[key]) != _right(after[key])),
        n_questions=len(shared),
    )


def render_comparison(comparison: Comparison, name_a: str, name_b: str) -> str:
    """Return the comparison as Markdown."""
    lines = [
        f"{comparison.n_questions} questions in both. Changes from {name_a} to {name_b} with 95% paired intervals.",
        "",
        "| figure | A | B | change | |",
        "| --- | --- | --- | --- | --- |",
    ]
    for d in comparison.differences:
        verdict = ("**worse**" if d.worse else "**better**") if d.significant else ""
        change = f"{d.change.mean * 100:+.1f} ({d.change.low * 100:+.1f} to {d.change.high * 100:+.1f})"
        lines.append(f"| {TITLES[d.name]} | {d.before:.1%} | {d.after:.1%} | {change} | {verdict} |")
    for now_right, heading in ((False, "Now wrong"), (True, "Now right")):
        flips = [flip for flip in comparison.flips if flip.now_right == now_right]
        lines += ["", f"{heading}: {len(flips)}"]
        for flip in flips:
            lines += [f"- {flip.id} ({flip.kind}): {flip.question}", f"  - A: {flip.before}", f"  - B: {flip.after}"]
    return "\n".join(lines) + "\n"


def comparison_fields(comparison: Comparison) -> dict[str, Any]:
    """Return the comparison as a JSON object."""
    return {
        "n_questions": comparison.n_questions,
        "differences": [{**asdict(d), "significant": d.significant, "worse": d.worse} for d in comparison.differences],
        "flips": [asdict(flip) for flip in comparison.flips],
    }


def question_key(question: Mapping[str, Any]) -> str:
    """Return what makes questions of two runs the same: their id and their words."""
    return json.dumps([question["id"], question["question"]])


def _right(question: Mapping[str, Any]) -> bool:
    return bool(question["scores"]["correct"]["value"] == 1)


def _flip(before: Mapping[str, Any], after: Mapping[str, Any]) -> Flip:
    return Flip(
        id=after["id"],
        question=after["question"],
        kind=after["kind"],
        now_right=_right(after),
        before=" ".join(before["text"].split()),
        after=" ".join(after["text"].split()),
    )


def _mean(scores: Mapping[str, tuple[float, float]]) -> float:
    return sum(value * weight for value, weight in scores.values()) / sum(weight for _, weight in scores.values())
