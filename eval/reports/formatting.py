"""The formats of figures in reports and on the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eval.metrics.catalogue import TITLES


def percent(value: float | None) -> str:
    """Return a share as `93.1%`; `–` where there is no value."""
    return "–" if value is None else f"{value * 100:.1f}%"


def interval(figure: Mapping[str, Any]) -> str:
    """Return a figure with its interval as `93.1% (88.0–97.2)`."""
    return f"{percent(figure['mean'])} ({figure['low'] * 100:.1f}–{figure['high'] * 100:.1f})"


def plain_value(name: str, value: float | None) -> str:
    """Return a figure in the format of its kind: seconds, megabytes, a count, or a share."""
    if value is None:
        return "not measured"
    if name.startswith("latency"):
        return f"{value:.1f} s"
    if name == "peak_memory_mb":
        return f"{value:,.0f} MB"
    if name == "errors":
        return f"{value:.0f}"
    return percent(value)


def title(name: str) -> str:
    """Return a figure's title, with its kind of question where the name has one."""
    metric, _, kind = name.partition("/")
    found = TITLES.get(metric, metric)
    return f"{found} ({kind.replace('_', ' ')})" if kind else found


def threshold_text(verdict: Mapping[str, Any]) -> str:
    """Return a threshold as `at least 60.0%`."""
    words = "at least" if verdict["bound"] == "min" else "at most"
    return f"{words} {plain_value(verdict['name'].partition('/')[0], verdict['limit'])}"
