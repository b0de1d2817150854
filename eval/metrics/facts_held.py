"""Facts held: the share of the facts of a good answer that the shown answer holds.

    facts_held = facts of which some alias occurs in the answer / facts

Aliases are matched as in `alias_containment`. An abstention holds none. Questions without facts have no score.
Cf. nugget recall in TREC's question answering track (Voorhees 2003, TREC, section 3).
"""

from __future__ import annotations

from eval.metrics.alias_containment import missing_groups
from eval.metrics.displayed_answer import shown_text
from eval.records import Case, Metric, Score

ENOUGH = 0.6
"""The share of facts that makes an answer right, and without which a question isn't served."""


def facts_share(case: Case) -> float:
    """Return the share of the question's facts that the shown answer holds; 1 for a question without facts."""
    facts = case.question.facts
    if not facts:
        return 1.0
    if not case.answered:
        return 0.0
    return 1 - len(missing_groups(shown_text(case.answer), facts)) / len(facts)


def measure(case: Case) -> Score | None:
    """Return the share for one answer; None where the question has no facts."""
    facts = case.question.facts
    if not facts:
        return None
    if not case.answered:
        return Score(value=0.0, why="nothing was answered")
    missing = missing_groups(shown_text(case.answer), facts)
    why = "not said: " + "; ".join(group[0] for group in missing) if missing else ""
    return Score(value=1 - len(missing) / len(facts), why=why)


METRIC = Metric(name="facts_held", title="Facts held", better="higher", measure=measure)
