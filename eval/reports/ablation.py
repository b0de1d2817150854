"""The report of an ablation: what each ingredient brings in points, and what it costs in milliseconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.metrics.bootstrap import statistic_interval
from eval.metrics.catalogue import LOWER_IS_BETTER, TITLES
from eval.records import Interval
from eval.reports.comparing import CHANGED_MIN, Difference, compare_reports, question_key

FIGURES = ("correct", "false_answers", "false_refusals", "citation_precision")
"""The columns of the table."""

REPLAY_NOTE = (
    "A prompt that another run had asked was not asked again: its reply was replayed, and counts with the time that it "
    "took when the language model wrote it."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class IngredientReport:
    """What changes when one ingredient is added to all the others.

    Attributes:
        purpose: what the ingredient does, in one line.
        differences: of the four figures, those that both runs measured; the whole run minus the run without it.
        n_answers_changed: questions whose answer reads differently.
        n_made_right: questions that only the whole run answers rightly.
        n_made_wrong: questions that only the run without the ingredient answers rightly.
        cost_ms: the median over the questions of how much longer the whole run took; None without times.
    """

    name: str
    purpose: str
    differences: tuple[Difference, ...]
    n_answers_changed: int
    n_made_right: int
    n_made_wrong: int
    cost_ms: Interval | None


def build_ingredient(name: str, purpose: str, whole: Mapping[str, Any], without: Mapping[str, Any]) -> IngredientReport:
    """Return what an ingredient brings, from the reports of the run with it and of the run without it.

    Raises:
        SettingsError: the runs share no question.
    """
    comparison = compare_reports(without, whole)
    pairs = _pairs(whole, without)
    return IngredientReport(
        name=name,
        purpose=purpose,
        differences=tuple(d for d in comparison.differences if d.name in FIGURES),
        n_answers_changed=sum(a["text"] != b["text"] for a, b in pairs),
        n_made_right=sum(flip.now_right for flip in comparison.flips),
        n_made_wrong=sum(not flip.now_right for flip in comparison.flips),
        cost_ms=_cost(pairs),
    )


def render_ablation(ingredients: Sequence[IngredientReport], whole: Mapping[str, Any]) -> str:
    """Return the ablation as Markdown: the figures of the whole run, then a row an ingredient."""
    figures = whole["figures"]
    shown = ", ".join(f"{TITLES[name]} {figures[name]['mean']:.1%}" for name in FIGURES if name in figures)
    lines = [
        f"{len(whole['questions'])} questions. The whole run: {shown}.",
        "",
        f"| ingredient | {' | '.join(_column_title(name) for name in FIGURES)} | answers changed | cost in ms |",
        f"| --- |{' --- |' * (len(FIGURES) + 2)}",
        *map(_row, ingredients),
        "",
        "Points with the ingredient minus points without it, with 95% paired intervals. Bold: the interval leaves out "
        f"0, and at least {CHANGED_MIN} questions changed. Answers changed: how many read differently, and how many of "
        "them the ingredient makes right (+) or wrong (−). Cost: the median of the questions' differences in time.",
        REPLAY_NOTE,
        "",
        *(f"- {ingredient.name}: {ingredient.purpose}" for ingredient in ingredients),
    ]
    return "\n".join(lines) + "\n"


def ablation_fields(ingredients: Sequence[IngredientReport], whole: Mapping[str, Any]) -> dict[str, Any]:
    """Return the ablation as a JSON object."""
    return {
        "run": whole["run"],
        "n_questions": len(whole["questions"]),
        "whole": {name: whole["figures"][name] for name in FIGURES if name in whole["figures"]},
        "ingredients": [_fields(ingredient) for ingredient in ingredients],
        "note": REPLAY_NOTE,
    }


def _fields(ingredient: IngredientReport) -> dict[str, Any]:
    differences = [{**asdict(d), "significant": d.significant, "worse": d.worse} for d in ingredient.differences]
    return {**asdict(ingredient), "differences": differences}


def _row(ingredient: IngredientReport) -> str:
    by_name = {difference.name: difference for difference in ingredient.differences}
    cells = [_cell(by_name.get(name)) for name in FIGURES]
    changed = f"{ingredient.n_answers_changed} (+{ingredient.n_made_right} −{ingredient.n_made_wrong})"
    return f"| {' | '.join([ingredient.name, *cells, changed, _cost_cell(ingredient.cost_ms)])} |"


def _cell(difference: Difference | None) -> str:
    if difference is None:
        return "–"
    change = difference.change
    text = f"{_signed(change.mean * 100)} ({_signed(change.low * 100)} to {_signed(change.high * 100)})"
    return f"**{text}**" if difference.significant else text


def _cost_cell(cost: Interval | None) -> str:
    if cost is None:
        return "–"
    return f"{_signed(cost.mean, 0)} ({_signed(cost.low, 0)} to {_signed(cost.high, 0)})"


def _signed(value: float, digits: int = 1) -> str:
    """Return the number with its sign, `+1.2` or `−0.5`; a number that rounds to zero has none."""
    rounded = round(value, digits)
    return f"{rounded:+.{digits}f}".replace("-", "−") if rounded else f"{0:.{digits}f}"


def _column_title(name: str) -> str:
    return f"{TITLES[name]} (lower is better)" if name in LOWER_IS_BETTER else TITLES[name]


def _pairs(whole: Mapping[str, Any], without: Mapping[str, Any]) -> list[tuple[Any, Any]]:
    """Return the questions of both runs, in pairs."""
    others = {question_key(question): question for question in without["questions"]}
    keyed = {question_key(question): question for question in whole["questions"]}
    return [(keyed[key], others[key]) for key in sorted(keyed.keys() & others.keys())]


def _cost(pairs: Sequence[tuple[Any, Any]]) -> Interval | None:
    """Return the median difference of the times in ms, over the questions on which neither run failed."""
    differences = [
        a["timings_ms"]["total"] - b["timings_ms"]["total"] for a, b in pairs if not (a["error"] or b["error"])
    ]
    return statistic_interval([np.array(differences, dtype=np.float64)], _median) if differences else None


def _median(values: NDArray[np.float64]) -> float:
    return float(np.median(values))
