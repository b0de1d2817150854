"""False refusals: the share of answerable questions that weren't answered. Read with false answers.

    false_refusal = 1 if it abstained or failed, else 0,  over questions that the articles answer

Source: the has-answer half of SQuAD 2.0 (Rajpurkar, Jia & Liang 2018, ACL).
"""

from __future__ import annotations

from eval.records import Case, Metric, Score


def measure(case: Case) -> Score | None:
    """Return 1 for a false refusal, else 0; None where no answer exists."""
    if not case.question.expects_answer:
        return None
    refused = not case.answered
    return Score(value=float(refused), why="abstained, though the articles say" if refused else "")


METRIC = Metric(name="false_refusals", title="False refusals", better="lower", measure=measure)
