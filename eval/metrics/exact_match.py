"""Exact match with SQuAD's definition: the answer is a gold answer, after SQuAD's normalisation.

    EM = 1 if normal(answer) = normal(gold) for some gold, else 0

Golds and questions without an answer as in `token_f1`. An answer that is a sentence never matches exactly.
Source: Rajpurkar et al. 2016, EMNLP, section 6.1.
"""

from __future__ import annotations

from eval.metrics.displayed_answer import shown_text
from eval.metrics.normalization import squad_normal_form
from eval.metrics.token_f1 import golds
from eval.records import Case, Metric, Score


def exact_match(prediction: str, gold: str) -> bool:
    """Return whether the two are the same in SQuAD's normal form."""
    return squad_normal_form(prediction) == squad_normal_form(gold)


def measure(case: Case) -> Score | None:
    """Return 1 where the answer is a gold answer, else 0."""
    if not (case.question.expects_answer and case.question.answers):
        return None
    text = shown_text(case.answer) if case.answered else ""
    return Score(value=float(any(exact_match(text, gold) for gold in golds(case.question.answers))))


METRIC = Metric(name="exact_match", title="Exact match", better="higher", measure=measure)
