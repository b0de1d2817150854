"""Evidence recall@k: the share of gold evidence strings that one of the first k passages holds.

    recall@k = |{e : e in p.text for some passage p of rank ≤ k}| / |evidence|

Strings are compared verbatim, but for white space. Questions without evidence strings and targets that show no passages
have no score; fewer than k passages count as they are. Judge-free; the passage-level counterpart of context recall in
RAGAS (Es et al. 2024, EACL demos).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from eval.records import Case, Metric, Score

DEPTHS = (1, 5, 10)


def evidence_recall(passages: Sequence[str], evidence: Sequence[str]) -> float:
    """Return the share of evidence strings that some passage holds; evidence must not be empty."""
    flat = [" ".join(passage.split()) for passage in passages]
    found = [text for text in evidence if any(" ".join(text.split()) in passage for passage in flat)]
    return len(found) / len(evidence)


def measure(case: Case, depth: int) -> Score | None:
    """Return the share for one question at one depth."""
    passages = sorted(case.answer.passages, key=lambda passage: passage.rank)
    if not case.question.evidence or not case.question.expects_answer or not passages:
        return None
    value = evidence_recall([passage.chunk.text for passage in passages[:depth]], case.question.evidence)
    why = "gold evidence not among the passages" if value < 1 and depth == DEPTHS[-1] else ""
    return Score(value=value, why=why)


METRICS = tuple(
    Metric(
        name=f"evidence_recall@{k}", title=f"Evidence recall@{k}", better="higher", measure=partial(measure, depth=k)
    )
    for k in DEPTHS
)
