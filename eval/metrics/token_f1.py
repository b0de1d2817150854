"""Token F1 with SQuAD's definition.

    precision = shared / tokens of the answer;  recall = shared / tokens of the gold;  F1 = 2·P·R / (P + R)

`shared` counts with multiplicity, over SQuAD's normal form; the best alias counts. When a question has
several groups of aliases, the gold is one alias of each, joined. An abstention has F1 0 on a question that
expects an answer; other questions have no score (SQuAD 2.0 gives 1 for abstaining there; here
the abstention metrics measure that). F1 punishes whole sentences against short gold answers; read it beside alias
containment, not alone.
Source: Rajpurkar et al. 2016, EMNLP, section 6.1.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice, product

from eval.metrics.displayed_answer import shown_text
from eval.metrics.normalization import squad_normal_form
from eval.records import Case, Metric, Score

COMBINATIONS_MAX = 512


def token_f1(prediction: str, gold: str) -> float:
    """Return the F1 of two texts; 1 for two empty ones, 0 where only one is empty."""
    predicted, wanted = squad_normal_form(prediction).split(), squad_normal_form(gold).split()
    if not predicted or not wanted:
        return float(predicted == wanted)
    shared = sum((Counter(predicted) & Counter(wanted)).values())
    return 2 * shared / (len(predicted) + len(wanted))


def golds(groups: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield one alias of each group, joined, in all combinations (at most 512)."""
    return (" ".join(choice) for choice in islice(product(*groups), COMBINATIONS_MAX))


def measure(case: Case) -> Score | None:
    """Return the best F1 over the golds."""
    if not (case.question.expects_answer and case.question.answers):
        return None
    text = shown_text(case.answer) if case.answered else ""
    return Score(value=max(token_f1(text, gold) for gold in golds(case.question.answers)))


METRIC = Metric(name="token_f1", title="Token F1", better="higher", measure=measure)
