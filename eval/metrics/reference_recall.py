"""Reference recall: the share of the words of a person's whole answer that the shown answer holds.

    recall = shared tokens / tokens of the reference

`shared` counts with multiplicity, over SQuAD's normal form (see `token_f1`). An abstention has recall 0; questions
without a reference have no score. It punishes neither length nor wrong words; the citation metrics do. Cf. the recall
of ROUGE-1 (Lin 2004, ACL workshop "Text Summarization Branches Out").
"""

from __future__ import annotations

from collections import Counter

from eval.metrics.displayed_answer import shown_text
from eval.metrics.normalization import squad_normal_form
from eval.records import Case, Metric, Score

ENOUGH = 0.5
"""The recall from which an answer counts as right where a data set has nothing but a reference."""


def token_recall(text: str, reference: str) -> float:
    """Return the share of the reference's tokens that the text holds; 1 for a reference without tokens."""
    wanted, said = Counter(squad_normal_form(reference).split()), Counter(squad_normal_form(text).split())
    return (wanted & said).total() / wanted.total() if wanted else 1.0


def reference_share(case: Case) -> float:
    """Return the recall of the question's reference; 1 for a question without one."""
    return token_recall(shown_text(case.answer) if case.answered else "", case.question.reference)


def measure(case: Case) -> Score | None:
    """Return the recall for one answer; None where the question has no reference."""
    return Score(value=reference_share(case)) if case.question.reference else None


METRIC = Metric(name="reference_recall", title="Reference recall", better="higher", measure=measure)
