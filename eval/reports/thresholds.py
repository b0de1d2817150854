"""The thresholds that a run has to keep: a TOML file of metric names with `min` or `max`.

    false_answers = { max = 0.30 }
    "answer_contains/conflict" = { min = 0.60 }     # of one kind of question
    "served/list" = { min = 0.50 }                  # of the questions that want one kind of answer

The mean of a figure is compared, not its interval. A figure that the run didn't measure fails.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, RootModel, ValidationError, model_validator

from eval.data.questions import reasons
from eval.metrics.catalogue import TITLES
from eval.records import KINDS
from rag.errors import SettingsError
from rag.records import KINDS as ANSWER_KINDS


class _Bound(BaseModel):
    model_config = ConfigDict(extra="forbid")

    min: float | None = None
    max: float | None = None

    @model_validator(mode="after")
    def _has_one(self) -> _Bound:
        if (self.min is None) == (self.max is None):
            raise ValueError("give either min or max")
        return self


class _ThresholdsFile(RootModel[dict[str, _Bound]]):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """A bound of one figure: `name` is a metric, or `metric/kind`."""

    name: str
    bound: Literal["min", "max"]
    limit: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A threshold with the figure's value; None where the run didn't measure it."""

    threshold: Threshold
    value: float | None

    @property
    def passed(self) -> bool:
        """Whether the figure keeps the bound."""
        if self.value is None:
            return False
        limit = self.threshold.limit
        return self.value >= limit if self.threshold.bound == "min" else self.value <= limit


def load_thresholds(path: Path) -> list[Threshold]:
    """Return the thresholds of a file.

    Raises:
        SettingsError: it isn't TOML, or names an unknown figure.
    """
    try:
        bounds = _ThresholdsFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8"))).root
    except ValidationError as exc:
        raise SettingsError(f"{path} is no thresholds file ({reasons(exc)}).") from exc
    except (OSError, ValueError) as exc:
        raise SettingsError(f"{path} can't be read: {exc}.") from exc
    for name in bounds:
        metric, _, kind = name.partition("/")
        if metric not in TITLES or (kind and kind not in (*KINDS, *ANSWER_KINDS)):
            raise SettingsError(
                f"{path}: unknown figure {name!r}. Known are {', '.join(TITLES)}; each also as FIGURE/KIND."
            )
    return [
        Threshold(name=name, bound="min", limit=bound.min)
        if bound.min is not None
        else Threshold(name=name, bound="max", limit=bound.max or 0.0)
        for name, bound in bounds.items()
    ]


def check_thresholds(thresholds: list[Threshold], values: Mapping[str, float]) -> list[Verdict]:
    """Return a verdict for each threshold, from the values of figures by name (`metric` and `metric/kind`)."""
    return [Verdict(threshold=threshold, value=values.get(threshold.name)) for threshold in thresholds]
