"""Repeats: the share of shown claims that say again what an earlier claim of the answer said.

    repeats = claims that repeat an earlier one / claims,  pooled over all answers

A claim repeats an earlier one if the earlier one has at least 80 % of its content words. In an explanation, an overview
or a summary, where each claim is a sentence of its own, it also does so if both cite overlapping spans of one article.
Elsewhere that is no repeat: two items of a list can come from one sentence. Judge-free.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from eval.metrics.displayed_answer import claim_citations, shown_claims
from eval.records import Case, Metric, Score
from rag.records import Citation, Claim
from rag.text.words import content_stems

SAME_WORDS_MIN = 0.8
PROSE = frozenset({"explanation", "overview", "summary"})


def repeated_claims(case: Case) -> list[str]:
    """Return the shown claims that repeat an earlier one, in order."""
    claims = shown_claims(case)
    return [claim.text for place, claim in enumerate(claims) if _repeats(case, claim, claims[:place])]


def measure(case: Case) -> Score | None:
    """Return the share for one answer, weighted by its number of claims; None for an answer without claims."""
    claims = shown_claims(case)
    if not claims:
        return None
    repeated = repeated_claims(case)
    why = f"said again: {'; '.join(repeated)}" if repeated else ""
    return Score(value=len(repeated) / len(claims), weight=len(claims), why=why)


def _repeats(case: Case, claim: Claim, earlier: Sequence[Claim]) -> bool:
    if any(_adds_no_words(claim.text, each.text) for each in earlier):
        return True
    if case.answer.kind not in PROSE:
        return False
    cited = claim_citations(case.answer, claim)
    return any(_overlap(a, b) for each in earlier for a, b in product(cited, claim_citations(case.answer, each)))


def _adds_no_words(claim: str, earlier: str) -> bool:
    stems = set(content_stems(claim))
    return bool(stems) and len(stems & set(content_stems(earlier))) >= SAME_WORDS_MIN * len(stems)


def _overlap(a: Citation, b: Citation) -> bool:
    same_text = (a.article_id, a.version) == (b.article_id, b.version)
    return same_text and a.start < b.end and b.start < a.end


METRIC = Metric(name="repeats", title="Claims that repeat", better="lower", measure=measure)
