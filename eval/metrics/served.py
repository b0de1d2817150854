"""Served: the share of questions after which a person has what they asked for, and can check all of it.

    served = 1 if it answered, the answer holds at least 60 % of the facts, and each shown claim has a citation
           = 1 if it abstained, or said the correction,  where the articles don't answer the question

Answers of the kinds library and talk come from no passage, so their claims need no citation; a talk question is served
by any answer. Only questions that say what kind of answer they want have a score. A target that cites nothing serves no
other question that has an answer; compare it by `facts_held`.
"""

from __future__ import annotations

from eval.metrics.correctness import corrects_premise
from eval.metrics.displayed_answer import claim_citations, shown_claims
from eval.metrics.facts_held import ENOUGH, facts_share
from eval.records import UNCITED, Case, Metric, Score


def measure(case: Case) -> Score | None:
    """Return 1 where the question is served, else 0 with what is wrong; None without a wanted kind."""
    if case.question.wants is None:
        return None
    why = _wrong(case)
    return Score(value=float(not why), why=why)


def _wrong(case: Case) -> str:
    """Return why the question isn't served, or ""."""
    if case.result.error:
        return "the target failed"
    if not case.question.expects_answer:
        return "" if not case.answered or corrects_premise(case) else "answered, though the articles don't say"
    if not case.answered:
        return "nothing was answered"
    share = facts_share(case)
    if share < ENOUGH:
        return f"holds {share:.0%} of the facts"
    return "" if case.question.wants in UNCITED else _uncited(case)


def _uncited(case: Case) -> str:
    claims = shown_claims(case)
    uncited = [claim.text for claim in claims if not claim_citations(case.answer, claim)]
    if not claims:
        return "no claim is shown"
    return f"without citation: {'; '.join(uncited)}" if uncited else ""


METRIC = Metric(name="served", title="Questions served", better="higher", measure=measure)
