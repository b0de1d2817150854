"""Citation precision as in ALCE: the share of citations that are needed for, or by themselves support, their statement.

    irrelevant(c) = the judge finds that c alone doesn't support the statement, and that the others do without c
    precise(c) = 1 if recall(statement) = 1 and c isn't irrelevant, else 0
    precision(answer) = mean over its citations (a citation of two statements counts twice)
    figure = mean over answers

An answer that cites nothing has no precision. Judge and source as in `citation_recall`.
"""

from __future__ import annotations

from eval.metrics.displayed_answer import claim_evidence, judged_claims
from eval.records import Case, Metric, Score, Supports
from rag.records import Window


def precise_citations(claim: str, evidence: tuple[Window, ...], supports: Supports) -> list[bool]:
    """Return, for each citation of a claim, whether it counts as precise."""
    if not evidence or not supports(claim, evidence):
        return [False] * len(evidence)
    precise = []
    for i, cited in enumerate(evidence):
        others = evidence[:i] + evidence[i + 1 :]
        precise.append(supports(claim, (cited,)) or not others or not supports(claim, others))
    return precise


def measure(case: Case) -> Score | None:
    """Return the mean over one answer's citations."""
    if case.supports is None or not case.result.cites:
        return None
    precise: list[bool] = []
    for claim in judged_claims(case):
        precise += precise_citations(claim.text, claim_evidence(case, claim), case.supports)
    if not precise:
        return None
    n_wrong = precise.count(False)
    why = f"{n_wrong} of {len(precise)} citations don't carry their claim" if n_wrong else ""
    return Score(value=precise.count(True) / len(precise), why=why)


METRIC = Metric(name="citation_precision", title="Citation precision (ALCE)", better="higher", measure=measure)
