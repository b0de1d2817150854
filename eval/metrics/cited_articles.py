"""Cited articles against the gold ones, judge-free.

    precision = cited articles that are gold / cited articles;  recall = gold articles that are cited / gold
    articles

Over answered questions that expect an answer and name gold articles, without those that the catalog answers: whether
it should have answered is measured elsewhere. An answer without citations has recall 0 and no precision. Sources are
matched by `eval.data.sources`. A data set that names only some of the articles that hold the answer makes the precision
too low; one that names several that each hold it makes the recall low, so only a recall of 0 is shown as a failure.
"""

from __future__ import annotations

from collections.abc import Collection

from eval.data.sources import is_source, matching
from eval.records import UNCITED, Case, Metric, Score


def precision_and_recall(cited: Collection[str], golds: Collection[str]) -> tuple[float | None, float]:
    """Return precision (None when nothing is cited) and recall of cited sources."""
    right = [source for source in cited if matching(source, golds)]
    found = [gold for gold in golds if any(is_source(source, gold) for source in cited)]
    return (len(right) / len(cited) if cited else None), len(found) / len(golds)


def _measured(case: Case) -> tuple[float | None, float] | None:
    question = case.question
    needs_citations = question.expects_answer and question.articles and question.wants not in UNCITED
    if not (needs_citations and case.answered and case.result.cites):
        return None
    return precision_and_recall({c.source for c in case.answer.citations}, question.articles)


def measure_precision(case: Case) -> Score | None:
    """Return the share of cited articles that are gold."""
    measured = _measured(case)
    if measured is None or measured[0] is None:
        return None
    return Score(value=measured[0], why="cites other articles than the gold ones" if measured[0] < 1 else "")


def measure_recall(case: Case) -> Score | None:
    """Return the share of gold articles that are cited."""
    measured = _measured(case)
    if measured is None:
        return None
    return Score(value=measured[1], why="" if measured[1] else "no gold article is cited")


PRECISION = Metric(
    name="cited_article_precision", title="Cited articles are gold", better="higher", measure=measure_precision
)
RECALL = Metric(name="cited_article_recall", title="Gold articles are cited", better="higher", measure=measure_recall)
