"""Claims with facts: the share of shown claims that say something which a good answer holds.

    claims_with_facts = claims that hold a fact or cite gold evidence / claims,  pooled over all answers

The counterpart of `facts_held`, since an answer that quotes everything holds all the facts. It is a lower bound: a data
set can't name everything that is worth saying. A claim cites gold evidence if one of its quotes holds an evidence
string or is held by one. Only questions with facts have a score, without those that the catalog answers. Judge-free.
Cf. nugget precision in TREC's question answering track (Voorhees 2003, TREC, section 3).
"""

from __future__ import annotations

from eval.metrics.alias_containment import missing_groups
from eval.metrics.displayed_answer import claim_citations, judged_claims
from eval.records import Case, Metric, Score
from rag.records import Claim


def measure(case: Case) -> Score | None:
    """Return the share for one answer, weighted by its number of claims; None for an answer without claims."""
    claims = judged_claims(case)
    if not case.question.facts or not claims:
        return None
    idle = [claim.text for claim in claims if not _holds_fact(case, claim) and not _cites_evidence(case, claim)]
    why = f"without a fact: {'; '.join(idle)}" if idle else ""
    return Score(value=1 - len(idle) / len(claims), weight=len(claims), why=why)


def _holds_fact(case: Case, claim: Claim) -> bool:
    facts = case.question.facts
    return len(missing_groups(claim.text, facts)) < len(facts)


def _cites_evidence(case: Case, claim: Claim) -> bool:
    quotes = [_flat(citation.quote) for citation in claim_citations(case.answer, claim)]
    return any(_share_words(quote, evidence) for quote in quotes for evidence in map(_flat, case.question.evidence))


def _share_words(quote: str, evidence: str) -> bool:
    return quote in evidence or evidence in quote


def _flat(text: str) -> str:
    return " ".join(text.split())


METRIC = Metric(name="claims_with_facts", title="Claims with facts", better="higher", measure=measure)
