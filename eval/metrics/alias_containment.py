"""Alias containment: whether the answer says what it should.

    contains(answer) = 1 if for every group of aliases the tokens of some alias occur in the answer's tokens, one
    after another; else 0

Tokens are those of `normalization.match_tokens`, so `63` is not found in `1963`, and `9.55` not in `9.550`.
An abstention, and an empty answer, contain nothing. Questions without an answer have no score.
This is the recall of short answers that ALCE calls EM recall (Gao et al. 2023, EMNLP, section 4). It doesn't punish
what else an answer says; the citation and groundedness metrics do.
"""

from __future__ import annotations

from collections.abc import Sequence

from eval.metrics.displayed_answer import shown_text
from eval.metrics.normalization import match_tokens
from eval.records import Case, Metric, Score


def missing_groups(text: str, groups: Sequence[Sequence[str]]) -> list[Sequence[str]]:
    """Return the groups of aliases of which the text holds none."""
    padded = _padded(text)
    return [
        group for group in groups if not any(_padded(alias).strip() and _padded(alias) in padded for alias in group)
    ]


def _padded(text: str) -> str:
    return f" {' '.join(match_tokens(text))} "


def measure(case: Case) -> Score | None:
    """Return 1 where all groups are matched; None where the question has no answer to find."""
    if not (case.question.expects_answer and case.question.answers):
        return None
    if not case.answered:
        return Score(value=0.0, why="nothing was answered")
    missing = missing_groups(shown_text(case.answer), case.question.answers)
    why = "not said: " + "; ".join(group[0] for group in missing) if missing else ""
    return Score(value=float(not missing), why=why)


METRIC = Metric(name="answer_contains", title="Says the right answer", better="higher", measure=measure)
