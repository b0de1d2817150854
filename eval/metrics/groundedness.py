"""Groundedness: the share of shown claims that the judge finds supported.

    grounded = supported claims / shown claims,  pooled over all answers (each weighs its number of claims)

A claim is judged by the quotes that it cites; without citations it isn't supported. For a target that gives no
citations, its sentences are the claims. They are judged by the sentences of its passages that hold most of them, which
is more lenient. Abstentions have no claims and no score. `corrected_share` corrects the figure for the judge's errors.
Related: faithfulness in RAGAS (Es et al. 2024, EACL demos), attributable to identified sources (Rashkin et
al. 2023, CL 49:4).
"""

from __future__ import annotations

from eval.metrics.displayed_answer import claim_evidence, judged_claims
from eval.records import Case, Metric, Score


def measure(case: Case) -> Score | None:
    """Return the share of one answer's claims, weighted by their number."""
    claims = judged_claims(case)
    if not claims or case.supports is None or not (case.result.cites or case.answer.passages):
        return None
    missed = []
    for claim in claims:
        evidence = claim_evidence(case, claim)
        if not evidence or not case.supports(claim.text, evidence):
            missed.append(claim.text)
    why = f"not supported: {'; '.join(missed)}" if missed else ""
    return Score(value=1 - len(missed) / len(claims), weight=len(claims), why=why)


METRIC = Metric(name="grounded", title="Claims supported", better="higher", measure=measure)
