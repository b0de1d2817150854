"""Correctness: the right answer or the right abstention, for all kinds of questions; the risk–coverage curve uses it.

    correct = contains(answer) and at least 60 % of the facts held  where the articles answer the question
            = reference recall of at least 50 %  where the data set has only a whole answer by a person
            = 1 if it abstained  where they don't
            = 1 if it abstained or said the correction (all groups of `answers`)  where the premise is false

A target that failed is never correct.
"""

from __future__ import annotations

from eval.metrics import facts_held, reference_recall
from eval.metrics.alias_containment import missing_groups
from eval.metrics.displayed_answer import shown_text
from eval.records import Case, Metric, Score


def is_correct(case: Case) -> bool:
    """Return whether the answer, or the abstention, is right."""
    if case.result.error:
        return False
    if case.question.expects_answer:
        return case.answered and _holds_the_answer(case)
    return not case.answered or corrects_premise(case)


def _holds_the_answer(case: Case) -> bool:
    question = case.question
    if not question.answers and not question.facts:
        return reference_recall.reference_share(case) >= reference_recall.ENOUGH
    said = not missing_groups(shown_text(case.answer), question.answers)
    return said and facts_held.facts_share(case) >= facts_held.ENOUGH


def corrects_premise(case: Case) -> bool:
    """Return whether a reply to a false premise says the correction that the data set gives."""
    answers = case.question.answers if case.question.kind == "false_premise" else ()
    return bool(answers) and not missing_groups(shown_text(case.answer), answers)


def measure(case: Case) -> Score:
    """Return 1 where the answer or the abstention is right, else 0."""
    if is_correct(case):
        return Score(value=1.0)
    if case.result.error:
        return Score(value=0.0, why=f"the target failed: {case.result.error}")
    return Score(value=0.0, why="wrong answer" if case.answered else "nothing was answered")


METRIC = Metric(name="correct", title="Right answer or right abstention", better="higher", measure=measure)
