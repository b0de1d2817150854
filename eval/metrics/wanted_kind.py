"""Kind of answer as wanted: the share of answers and abstentions whose kind is the one that the data set names.

    wanted_kind = 1 if the answer's kind is the wanted one, else 0

Only questions with a wanted kind, and targets with claims and citations, have a score. A kind that is served by the
next best one counts as wrong.
"""

from __future__ import annotations

from eval.records import Case, Metric, Score


def measure(case: Case) -> Score | None:
    """Return 1 where the kinds are the same."""
    wants, given = case.question.wants, case.answer.kind
    if wants is None or not case.result.cites or case.result.error:
        return None
    return Score(value=float(given == wants), why="" if given == wants else f"gave {given} for {wants}")


METRIC = Metric(name="wanted_kind", title="Kind of answer as wanted", better="higher", measure=measure)
