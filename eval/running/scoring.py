"""Scores a run: every metric on every question, then figures with intervals, overall and per kind."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from eval.data.sources import matching
from eval.metrics import correctness, risk_coverage
from eval.metrics.bootstrap import mean_interval, statistic_interval
from eval.metrics.catalogue import METRICS
from eval.metrics.corrected_share import corrected_share, predictive_value
from eval.metrics.displayed_answer import claim_evidence, judged_claims
from eval.metrics.ranking import collapse, ranking_scores
from eval.records import UNCITED, Attack, Case, Interval, Question, Result, ScoredQuestion
from eval.running.judging import Judge
from rag.checking.checker import is_verbatim
from rag.errors import ExtraNotInstalledError
from rag.records import Article

log = logging.getLogger(__name__)


def build_cases(
    questions: Sequence[Question],
    results: Mapping[str, Result],
    judge: Judge,
    articles: Mapping[str, Article] | None = None,
    attacks: Sequence[Attack] = (),
    clean: Mapping[str, Result] | None = None,
) -> list[Case]:
    """Return a case for each question that has a result, with the attacks planted in its gold articles."""
    return [
        Case(
            question=question,
            result=results[question.id],
            articles=articles,
            supports=judge.for_question(results[question.id].answer.standalone_question),
            attacks=tuple(attack for attack in attacks if matching(attack.source, question.articles)),
            clean=clean.get(question.id) if clean else None,
        )
        for question in questions
        if question.id in results
    ]


def score_cases(cases: Iterable[Case]) -> list[ScoredQuestion]:
    """Return all scores that apply to each case."""
    scored = []
    for case in cases:
        scores = {name: metric.measure(case) for name, metric in METRICS.items()}
        scored.append(ScoredQuestion(case=case, scores={name: s for name, s in scores.items() if s is not None}))
    return scored


def figures(scored: Sequence[ScoredQuestion]) -> dict[str, Interval]:
    """Return each metric that applies to any question, with its interval; then retrieval and the risk–coverage area."""
    found: dict[str, Interval] = {}
    for name in METRICS:
        values = {s.case.question.id: (s.scores[name].value, s.scores[name].weight) for s in scored if name in s.scores}
        interval = mean_interval(values)
        if interval is not None:
            found[name] = interval
    found |= article_figures([s.case for s in scored])
    area = risk_coverage_area(outcomes([s.case for s in scored]))
    return found | ({"risk_coverage_area": area} if area else {})


def article_figures(cases: Sequence[Case]) -> dict[str, Interval]:
    """Return how well passages find the gold articles, over answerable questions that name them.

    Questions that the catalog answers are left out: nothing is retrieved for them. Without the extra `eval` these
    figures are missing, and the log names it.
    """
    rankings: dict[str, list[str]] = {}
    qrels: dict[str, dict[str, int]] = {}
    for case in cases:
        golds = case.question.articles
        if not golds or not case.question.expects_answer or case.question.wants in UNCITED or case.result.error:
            continue
        passages = sorted(case.answer.passages, key=lambda passage: passage.rank)
        rankings[case.question.id] = collapse(matching(p.article.source, golds) or p.article.source for p in passages)
        qrels[case.question.id] = dict.fromkeys(golds, 1)
    if not any(rankings.values()):
        return {}
    try:
        scores = ranking_scores(rankings, qrels)
    except ExtraNotInstalledError as exc:
        log.warning("How well articles are ranked was not measured. %s", exc)
        return {}
    found: dict[str, Interval] = {}
    for name, by_query in scores.items():
        interval = mean_interval({query: (value, 1.0) for query, value in by_query.items()})
        if interval is not None:
            found[name] = interval
    return found


def outcomes(cases: Sequence[Case]) -> list[risk_coverage.Outcome]:
    """Return each case's outcome for the risk–coverage curve; failed questions count as not answered."""
    return [
        risk_coverage.Outcome(
            id=case.question.id,
            confidence=case.answer.confidence,
            answered=case.answered,
            correct=correctness.is_correct(case),
            expects_answer=case.question.expects_answer,
            false_answer=not case.question.expects_answer and case.answered and not correctness.corrects_premise(case),
        )
        for case in cases
    ]


def risk_coverage_area(all_outcomes: Sequence[risk_coverage.Outcome]) -> Interval | None:
    """Return the area under the risk–coverage curve with its interval; None where nothing is ordered."""
    ordered = sorted(all_outcomes, key=lambda outcome: outcome.id)
    rows = np.arange(len(ordered), dtype=np.float64)

    def area(index: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float | None:
        return risk_coverage.area(risk_coverage.risk_coverage([ordered[int(i)] for i in index]))

    return statistic_interval([rows], area, n_resamples=500)


def corrected_groundedness(cases: Sequence[Case], judge: Judge) -> dict[str, object]:
    """Return groundedness, corrected for the judge's known errors, as a JSON object for the report.

    Claims that are verbatim in their evidence are supported, whatever the judge says; the others are corrected. Where
    the judge is the target's own checker, its predictive value is used, else Rogan and Gladen's estimate (see
    `metrics.corrected_share`).
    """
    n_claims = n_verbatim = n_supported = 0
    for case in cases:
        for claim in judged_claims(case):
            evidence = claim_evidence(case, claim)
            n_claims += 1
            if case.result.cites and is_verbatim(claim.text, [item.quote for item in evidence]):
                n_verbatim += 1
            elif evidence and case.supports is not None:
                n_supported += case.supports(claim.text, evidence)
    found: dict[str, object] = {
        "judge": judge.name,
        "calibration": judge.calibration.provenance.model_dump() if judge.calibration else None,
        "n_claims": n_claims,
        "n_verbatim": n_verbatim,
        "n_supported": n_supported,
        "corrected": None,
    }
    if judge.calibration is None:
        return found | {"note": "Not available: the judge has no calibration, so its errors aren't known."}
    errors = judge.calibration.errors
    found |= {
        "sensitivity": errors.sensitivity,
        "specificity": errors.specificity,
        "balanced_accuracy": errors.balanced_accuracy,
    }
    n_rest = n_claims - n_verbatim
    if n_claims == 0:
        return found | {"note": "Not available: no claim was shown."}
    own_judge = any(case.answer.models.get("checker") == judge.name for case in cases)
    if own_judge:
        n_judged = sum(case.result.n_judged for case in cases)
        rest = predictive_value(min(sum(case.result.n_accepted for case in cases), n_judged), n_judged, errors)
        method = "predictive value"
    else:
        rest, method = corrected_share(n_supported, n_rest, errors), "Rogan-Gladen"
    if n_rest and rest is None:
        return found | {
            "method": method,
            "note": "Not available: the judge is no better than chance, or judged nothing.",
        }
    share = n_verbatim / n_claims
    rest = rest or Interval(mean=1.0, low=1.0, high=1.0, n=0)
    corrected = Interval(
        mean=share + (1 - share) * rest.mean,
        low=share + (1 - share) * rest.low,
        high=share + (1 - share) * rest.high,
        n=n_claims,
    )
    return found | {"method": method, "corrected": corrected, "note": ""}
