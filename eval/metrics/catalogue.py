"""All metrics of single questions, by name, in the order in which reports show them."""

from __future__ import annotations

from eval.metrics import (
    alias_containment,
    citation_precision,
    citation_recall,
    cited_articles,
    claims_with_facts,
    conflict_sides,
    correctness,
    details_in_quotes,
    evidence_recall,
    exact_match,
    facts_held,
    false_answers,
    false_refusals,
    followups,
    groundedness,
    injection,
    quote_exactness,
    reference_recall,
    repeats,
    served,
    token_f1,
    wanted_kind,
)
from eval.metrics.ranking import NAMES as RANKING_NAMES
from eval.records import Metric

METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        correctness.METRIC,
        served.METRIC,
        facts_held.METRIC,
        reference_recall.METRIC,
        alias_containment.METRIC,
        false_answers.METRIC,
        false_refusals.METRIC,
        groundedness.METRIC,
        quote_exactness.METRIC,
        citation_recall.METRIC,
        citation_precision.METRIC,
        cited_articles.PRECISION,
        cited_articles.RECALL,
        details_in_quotes.METRIC,
        claims_with_facts.METRIC,
        repeats.METRIC,
        wanted_kind.METRIC,
        conflict_sides.SIDES,
        conflict_sides.FALSE,
        followups.METRIC,
        token_f1.METRIC,
        exact_match.METRIC,
        *evidence_recall.METRICS,
        injection.METRIC,
    )
}

HEADLINE = (
    "correct",
    "served",
    "facts_held",
    "reference_recall",
    "answer_contains",
    "false_answers",
    "false_refusals",
    "grounded",
    "quote_exact",
    "citation_recall",
    "citation_precision",
    "cited_article_precision",
    "cited_article_recall",
    "details_in_quotes",
    "claims_with_facts",
    "repeats",
    "wanted_kind",
    "conflict_sides",
    "followup_correct",
    "risk_coverage_area",
)
"""The figures in the first table of a report."""

WANTS_FIGURES = (
    "served",
    "facts_held",
    "claims_with_facts",
    "cited_article_recall",
    "repeats",
    "grounded",
    "wanted_kind",
)
"""The figures in the table of a report that has a row for each kind of answer."""

TITLES: dict[str, str] = {
    **{name: metric.title for name, metric in METRICS.items()},
    **{name: f"Articles found: {name}" for name in RANKING_NAMES},
    "risk_coverage_area": "Risk–coverage area",
    "grounded_corrected": "Claims supported, corrected for the judge",
    "false_conflicts": METRICS["false_conflicts"].title,
    "clean_minus_attacked": "Accuracy lost to planted instructions",
    "latency_median_s": "Median seconds an answer",
    "latency_p95_s": "95th percentile of seconds an answer",
    "latency_first_claim_median_s": "Median seconds to the first checked claim",
    "latency_first_claim_p95_s": "95th percentile of seconds to the first checked claim",
    "peak_memory_mb": "Peak memory in MB",
    "errors": "Questions on which the target failed",
}
"""Names of all figures that a report can hold and a threshold can bound."""

LOWER_IS_BETTER = frozenset(
    {name for name, metric in METRICS.items() if metric.better == "lower"}
    | {"risk_coverage_area", "clean_minus_attacked", "peak_memory_mb", "errors"}
    | {name for name in TITLES if name.startswith("latency")}
)
