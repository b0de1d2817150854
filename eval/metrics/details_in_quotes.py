"""Details in quotes: the share of a shown claim's numbers and names that its quotes hold. No judge is needed.

    details = numbers (1,500; 9.55; 2024; 14th) and capitalised words that don't open the claim
    value = details that occur in the claim's quotes / details,  pooled over all answers

Compared as tokens of `normalization.match_tokens`. A strict measure: `five` isn't `5`, and `Xi Jinping` isn't
found in a quote that says only `Xi`. Claims without details, and targets without citations, have no score.
Cf. entity and number precision for summaries: Nan et al. 2021, EACL, "Entity-level factual consistency".
"""

from __future__ import annotations

import re

from eval.metrics.displayed_answer import claim_citations, judged_claims
from eval.metrics.normalization import match_tokens
from eval.records import Case, Metric, Score

_WORD = re.compile(r"[^\W_](?:[\w.,’'-]*[\w%])?")


def claim_details(claim: str) -> list[str]:
    """Return the claim's numbers and names as match tokens, in order, each once."""
    details: dict[str, None] = {}
    for i, match in enumerate(_WORD.finditer(claim)):
        word = match.group()
        if any(char.isdigit() for char in word) or (i > 0 and word[0].isupper() and word not in ("I", "A", "The")):
            details.update(dict.fromkeys(match_tokens(word)))
    return list(details)


def measure(case: Case) -> Score | None:
    """Return the share for one answer, weighted by its number of details."""
    if not case.result.cites:
        return None
    n_details, missing = 0, []
    for claim in judged_claims(case):
        quotes = " \n ".join(citation.quote for citation in claim_citations(case.answer, claim))
        said = set(match_tokens(quotes))
        details = claim_details(claim.text)
        n_details += len(details)
        missing += [detail for detail in details if detail not in said]
    if not n_details:
        return None
    why = f"not in the quotes: {', '.join(missing)}" if missing else ""
    return Score(value=1 - len(missing) / n_details, weight=n_details, why=why)


METRIC = Metric(name="details_in_quotes", title="Numbers and names in quotes", better="higher", measure=measure)
