"""A measured figure: its values, and how they are printed."""

from __future__ import annotations

import math
import resource
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A measured figure with all its values.

    Attributes:
        values: all in `unit`, in the order in which they were measured; at least one.
        aim: the value that Footnote aims at, such as "under 500"; or "".
    """

    name: str
    unit: str
    values: tuple[float, ...]
    aim: str = ""


def summarize(figure: Figure) -> dict[str, object]:
    """Return the figure with its median and spread, ready for JSON."""
    return {
        "name": figure.name,
        "unit": figure.unit,
        "median": statistics.median(figure.values),
        "min": min(figure.values),
        "max": max(figure.values),
        "n": len(figure.values),
        "aim": figure.aim,
    }


def render_table(figures: Sequence[Figure]) -> str:
    """Return a table with one line a figure: name, median, spread, unit, aim."""
    rows = [("", "median", "min to max", "unit", "aim")]
    for figure in figures:
        values = figure.values
        spread = f"{_number(min(values))} to {_number(max(values))}" if len(values) > 1 else ""
        rows.append((figure.name, _number(statistics.median(values)), spread, figure.unit, figure.aim))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    aligned = ("<", ">", ">", "<", "<")
    lines = [
        "  ".join(f"{cell:{side}{width}}" for cell, side, width in zip(row, aligned, widths, strict=True))
        for row in rows
    ]
    return "\n".join(line.rstrip() for line in lines)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least `share` (0 to 1) of the values don't exceed (nearest rank)."""
    return sorted(values)[max(1, math.ceil(share * len(values))) - 1]


def peak_memory_mb() -> float:
    """Return the most memory that this process has held so far, mapped model files included."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1024)  # macOS counts bytes, Linux KiB


def _number(value: float) -> str:
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
