"""Follow-ups: the share of questions with a history that are answered rightly (see `correctness`)."""

from __future__ import annotations

from eval.metrics import correctness
from eval.records import Case, Metric, Score


def measure(case: Case) -> Score | None:
    """Return 1 where the question is answered rightly; None for questions without a history."""
    if not case.question.history:
        return None
    score = correctness.measure(case)
    return Score(value=score.value, why=f"with history: {score.why}" if score.why else "")


METRIC = Metric(name="followup_correct", title="Follow-ups right", better="higher", measure=measure)
