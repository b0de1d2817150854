"""Conflicts: whether all sides are cited, and whether sides are seen where there are none.

    conflict_sides  = 1 if every side is cited, else 0,               over conflict questions
    false_conflicts = 1 if the answer reports a conflict, else 0,     over answered questions of other kinds

A side is a gold evidence string: cited when a quote from a gold article holds it or is held by it (white
space aside). A question without evidence strings has its gold articles as sides. An abstention cites no side.
"""

from __future__ import annotations

from eval.data.sources import is_source, matching
from eval.records import Case, Metric, Score


def missing_sides(case: Case) -> list[str]:
    """Return the sides that no citation covers."""
    question, citations = case.question, case.answer.citations
    if not question.evidence:
        return [gold for gold in question.articles if not any(is_source(c.source, gold) for c in citations)]
    quotes = [_flat(c.quote) for c in citations if c.quote and matching(c.source, question.articles or (c.source,))]
    sides = [(side, _flat(side)) for side in question.evidence]
    return [side for side, flat in sides if not any(flat in quote or quote in flat for quote in quotes)]


def measure_sides(case: Case) -> Score | None:
    """Return 1 where all sides are cited."""
    if case.question.kind != "conflict" or not case.result.cites:
        return None
    missing = missing_sides(case) if case.answered else ["all sides, it abstained"]
    return Score(value=float(not missing), why=f"not cited: {'; '.join(missing)}" if missing else "")


def measure_false(case: Case) -> Score | None:
    """Return 1 where a conflict is reported that the data set doesn't have."""
    if case.question.kind == "conflict" or not case.result.cites or not case.answered:
        return None
    found = bool(case.answer.conflicts)
    return Score(value=float(found), why="reports a conflict where there is none" if found else "")


def _flat(text: str) -> str:
    return " ".join(text.split())


SIDES = Metric(name="conflict_sides", title="All sides of a conflict cited", better="higher", measure=measure_sides)
FALSE = Metric(name="false_conflicts", title="Conflicts where there are none", better="lower", measure=measure_false)
