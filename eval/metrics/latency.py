"""Latency by stage: median and 95th percentile of what answers report in `timings_ms`, and of the first checked claim.

Percentiles are interpolated linearly (type 7 of Hyndman & Fan 1996, Am Stat 50:361-365). A stage that no
answer reports is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from eval.records import Result


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """Milliseconds of one stage over `n` answers."""

    median_ms: float
    p95_ms: float
    n: int


def timings_ms(result: Result) -> dict[str, float]:
    """Return the milliseconds of an answer by stage, with `first_claim` where the target has one."""
    timings = dict(result.answer.timings_ms)
    return timings if result.first_claim_ms is None else {**timings, "first_claim": result.first_claim_ms}


def latency_by_stage(timings: Sequence[Mapping[str, float]]) -> dict[str, Latency]:
    """Return the latency of each stage, in the order in which stages first appear."""
    stages: dict[str, list[float]] = {}
    for timing in timings:
        for stage, milliseconds in timing.items():
            stages.setdefault(stage, []).append(float(milliseconds))
    return {
        stage: Latency(median_ms=float(np.median(ms)), p95_ms=float(np.quantile(ms, 0.95)), n=len(ms))
        for stage, ms in stages.items()
    }
