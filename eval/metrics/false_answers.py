"""False answers: the share of questions without an answer that were answered all the same. Read with false refusals.

    false_answer = 1 if it answered (in full or in part), else 0,  over unanswerable and false-premise
    questions

A reply to a false premise that says the correction given in the data set is not a false answer. A target that
failed has no score here. Source: the no-answer half of SQuAD 2.0 (Rajpurkar, Jia & Liang 2018, ACL).
"""

from __future__ import annotations

from eval.metrics.correctness import corrects_premise
from eval.records import Case, Metric, Score


def measure(case: Case) -> Score | None:
    """Return 1 for a false answer, else 0; None where an answer exists."""
    if case.question.expects_answer or case.result.error:
        return None
    wrong = case.answered and not corrects_premise(case)
    return Score(value=float(wrong), why="answered, though the articles don't say" if wrong else "")


METRIC = Metric(name="false_answers", title="False answers", better="lower", measure=measure)
