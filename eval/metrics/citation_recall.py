"""Citation recall as in ALCE: the share of statements that are fully supported by what they cite.

    recall(statement) = 1 if it has citations and the judge finds it supported by all its quotes together,
    else 0
    recall(answer) = mean over its statements;  figure = mean over answers

Our statements are shown claims, our passages the cited quotes, and our judge is the calibrated claim checker,
not the 11B TRUE model of the paper: figures compare within Footnote, not with published ones. Only targets
with citations have a score.
Source: Gao, Yen, Yu & Chen 2023, "Enabling Large Language Models to Generate Text with Citations", EMNLP,
section 4.
"""

from __future__ import annotations

from eval.metrics.displayed_answer import claim_evidence, judged_claims
from eval.records import Case, Metric, Score


def measure(case: Case) -> Score | None:
    """Return the mean over one answer's claims."""
    claims = judged_claims(case)
    if not claims or case.supports is None or not case.result.cites:
        return None
    missed = []
    for claim in claims:
        evidence = claim_evidence(case, claim)
        if not evidence or not case.supports(claim.text, evidence):
            missed.append(claim.text)
    why = f"not supported by its citations: {'; '.join(missed)}" if missed else ""
    return Score(value=1 - len(missed) / len(claims), why=why)


METRIC = Metric(name="citation_recall", title="Citation recall (ALCE)", better="higher", measure=measure)
