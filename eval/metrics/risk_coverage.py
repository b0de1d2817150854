"""Risk and coverage: how often answers are wrong when only the most confident ones are given.

    Questions that were answered, by falling confidence (ties by id):
    coverage(k) = k / all questions;  risk(k) = wrong among the first k / k;  area = mean of risk(k) over k

Wrong is "not `correct`", so an answer to an unanswerable question is wrong. Abstentions are never covered, so
the curve ends at the share that was answered. Lower is better; the area is the mean risk over the coverage
reached. There is no curve without answers, nor where all answers have the same confidence.
Source: Geifman & El-Yaniv 2017, NeurIPS, section 2 (AURC as in Geifman, Uziel & El-Yaniv 2019, ICLR).

The same confidence as a threshold t trades false answers against false refusals:

    false answers(t) = answered with confidence ≥ t / questions without an answer
    false refusals(t) = abstained or confidence < t / questions with an answer
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The outcome of one question, as the curves need it."""

    id: str
    confidence: float
    answered: bool
    correct: bool
    expects_answer: bool
    false_answer: bool = False


def risk_coverage(outcomes: Sequence[Outcome]) -> list[tuple[float, float]]:
    """Return (coverage, risk) for each answered question, most confident first; empty if all confidences are equal."""
    answered = sorted((o for o in outcomes if o.answered), key=lambda o: (-o.confidence, o.id))
    if len({outcome.confidence for outcome in answered}) < 2:
        return []
    points, wrong = [], 0
    for k, outcome in enumerate(answered, start=1):
        wrong += not outcome.correct
        points.append((k / len(outcomes), wrong / k))
    return points


def area(points: Sequence[tuple[float, float]]) -> float | None:
    """Return the mean risk over the coverage reached; None for an empty curve."""
    return sum(risk for _, risk in points) / len(points) if points else None


def trade_off(outcomes: Sequence[Outcome]) -> list[tuple[float, float, float]]:
    """Return (threshold, false answers, false refusals) for each confidence, rising; empty if either is undefined."""
    with_answer = [outcome for outcome in outcomes if outcome.expects_answer]
    without = [outcome for outcome in outcomes if not outcome.expects_answer]
    thresholds = sorted({outcome.confidence for outcome in outcomes if outcome.answered})
    if not with_answer or not without or len(thresholds) < 2:
        return []
    return [
        (
            threshold,
            sum(o.false_answer and o.confidence >= threshold for o in without) / len(without),
            sum(not o.answered or o.confidence < threshold for o in with_answer) / len(with_answer),
        )
        for threshold in thresholds
    ]
