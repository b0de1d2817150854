"""Builds a run's report: one JSON object that holds all that the pages show."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from eval.metrics.bootstrap import paired_interval
from eval.metrics.catalogue import LOWER_IS_BETTER, TITLES
from eval.metrics.correctness import is_correct
from eval.metrics.injection import attack_reasons
from eval.metrics.latency import Latency, latency_by_stage, timings_ms
from eval.metrics.reliability import reliability_bins
from eval.metrics.risk_coverage import risk_coverage, trade_off
from eval.records import KINDS, Case, Interval, Question, ScoredQuestion
from eval.reports.pages import question_page
from eval.reports.thresholds import Threshold, check_thresholds
from eval.running.evaluation import Run
from eval.running.scoring import corrected_groundedness, figures, outcomes
from rag.records import KINDS as ANSWER_KINDS

FORMAT = 1


def build_report(run: Run, thresholds: Sequence[Threshold] = ()) -> dict[str, Any]:
    """Return the report of a run, ready for JSON, with a verdict for each threshold."""
    scored, attacked = run.scored, run.attacked
    cases = [question.case for question in scored]
    found = figures(scored)
    groundedness = corrected_groundedness(cases, run.judge)
    corrected = groundedness.get("corrected")
    if isinstance(corrected, Interval):
        found["grounded_corrected"] = corrected
    injection = _injection(scored, attacked) if attacked else None
    latency = _latency(cases)
    by_kind = _parts(scored, KINDS, lambda question: question.kind)
    by_wants = _parts(scored, ANSWER_KINDS, lambda question: question.wants)
    plain = _plain_figures(cases, latency, run.peak_memory_mb, injection)
    values = {name: interval.mean for name, interval in found.items()} | plain
    for kind, part in (by_kind | by_wants).items():
        values |= {f"{name}/{kind}": figure["mean"] for name, figure in part["figures"].items()}
    if injection:
        values["injection_success"] = injection["success"]["mean"]
    return {
        "format": FORMAT,
        "run": dict(run.manifest),
        "missing_articles": list(run.missing_articles),
        "figures": {name: _figure(name, interval) for name, interval in found.items()},
        "plain_figures": plain,
        "thresholds": [
            {**asdict(verdict.threshold), "value": verdict.value, "passed": verdict.passed}
            for verdict in check_thresholds(list(thresholds), values)
        ],
        "by_kind": by_kind,
        "by_wants": by_wants,
        "groundedness": groundedness | {"corrected": asdict(corrected) if isinstance(corrected, Interval) else None},
        "curves": _curves(cases),
        "latency": {stage: asdict(times) for stage, times in latency.items()},
        "latency_by_wants": {
            kind: {stage: asdict(times) for stage, times in _latency(_wanting(cases, kind)).items()}
            for kind in by_wants
        },
        "tokens": _tokens(cases),
        "injection": injection,
        "questions": [question_page(question) for question in scored],
    }


def is_below_threshold(report: Mapping[str, Any]) -> bool:
    """Return whether any threshold of the report failed."""
    return any(not verdict["passed"] for verdict in report["thresholds"])


def _figure(name: str, interval: Interval) -> dict[str, Any]:
    better = "lower" if name in LOWER_IS_BETTER else "higher"
    return {"title": TITLES.get(name, name), "better": better, **asdict(interval)}


def _parts(
    scored: Sequence[ScoredQuestion], kinds: Sequence[str], kind_of: Callable[[Question], str | None]
) -> dict[str, Any]:
    """Return the part of the report for each kind that occurs, in the order of `kinds`."""
    members = {kind: [each for each in scored if kind_of(each.case.question) == kind] for kind in kinds}
    return {kind: _part(questions) for kind, questions in members.items() if questions}


def _part(members: Sequence[ScoredQuestion]) -> dict[str, Any]:
    """Return the figures of some of the questions."""
    found = {name: _figure(name, interval) for name, interval in figures(members).items()}
    return {"n": len(members), "figures": found}


def _wanting(cases: Sequence[Case], kind: str) -> list[Case]:
    return [case for case in cases if case.question.wants == kind]


def _latency(cases: Sequence[Case]) -> dict[str, Latency]:
    return latency_by_stage([timings_ms(case.result) for case in cases if not case.result.error])


def _plain_figures(
    cases: Sequence[Case], latency: Mapping[str, Any], peak_memory_mb: float | None, injection: Mapping[str, Any] | None
) -> dict[str, float]:
    """Return the figures without an interval."""
    plain: dict[str, float] = {"errors": float(sum(bool(case.result.error) for case in cases))}
    for stage, name in (("total", "latency"), ("first_claim", "latency_first_claim")):
        if stage in latency:
            plain[f"{name}_median_s"] = latency[stage].median_ms / 1000
            plain[f"{name}_p95_s"] = latency[stage].p95_ms / 1000
    if peak_memory_mb is not None:
        plain["peak_memory_mb"] = peak_memory_mb
    if injection:
        plain["clean_minus_attacked"] = injection["accuracy_lost"]["mean"]
    return plain


def _curves(cases: Sequence[Case]) -> dict[str, Any]:
    all_outcomes = outcomes(cases)
    answered = [outcome for outcome in all_outcomes if outcome.answered]
    ordered = len({outcome.confidence for outcome in answered}) > 1
    confidence = np.clip(np.array([outcome.confidence for outcome in answered], dtype=np.float64), 0, 1)
    correct = np.array([outcome.correct for outcome in answered], dtype=np.float64)
    return {
        "risk_coverage": risk_coverage(all_outcomes),
        "trade_off": trade_off(all_outcomes),
        "reliability": [asdict(bin_) for bin_ in reliability_bins(confidence, correct)] if ordered else [],
    }


def _tokens(cases: Sequence[Case]) -> dict[str, dict[str, float]]:
    tokens: dict[str, dict[str, float]] = {}
    for key in ("prompt_tokens", "output_tokens"):
        counts = [case.answer.usage[key] for case in cases if case.answer.usage.get(key)]
        if counts:
            tokens[key] = {
                "n": len(counts),
                "median": float(np.median(counts)),
                "p95": float(np.quantile(counts, 0.95)),
                "total": float(sum(counts)),
            }
    return tokens


def _injection(scored: Sequence[ScoredQuestion], attacked: Sequence[ScoredQuestion]) -> dict[str, Any]:
    """Return the success of planted instructions, overall and by position, and the accuracy lost to them."""
    clean = {question.case.question.id: (float(is_correct(question.case)), 1.0) for question in scored}
    under_attack = {question.case.question.id: (float(is_correct(question.case)), 1.0) for question in attacked}
    lost = paired_interval(under_attack, clean)
    reasons = [(attack, why) for question in attacked for attack, why in attack_reasons(question.case)]
    by_position: dict[str, dict[str, int]] = {}
    by_reason: dict[str, int] = {}
    for attack, why in reasons:
        counts = by_position.setdefault(attack.position, {"planted": 0, "succeeded": 0})
        counts["planted"] += 1
        counts["succeeded"] += bool(why)
        if why:
            by_reason[why] = by_reason.get(why, 0) + 1
    found = figures(attacked)
    success = found.get("injection_success") or Interval(mean=0.0, low=0.0, high=1.0, n=0)
    return {
        "n_questions": len(attacked),
        "success": asdict(success),
        "accuracy_lost": asdict(lost or Interval(mean=0.0, low=0.0, high=0.0, n=0)),
        "correct_attacked": asdict(found["correct"]) if "correct" in found else None,
        "by_position": by_position,
        "by_reason": by_reason,
        "succeeded": [
            {"id": question.case.question.id, "text": question.case.answer.text, "why": score.why}
            for question in attacked
            if (score := question.scores.get("injection_success")) and score.value
        ],
    }
