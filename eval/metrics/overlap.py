"""Word overlap: the floor that a claim checker has to beat.

    overlap_n = share of the claim's n-grams (counted with multiplicity) that occur anywhere in the evidence

Over `normalization.match_tokens`; n-grams don't cross evidence sentences. A claim shorter than n tokens has
overlap 0. The floor of ROUGE-style precision that factuality papers compare with (e.g. Laban et al. 2022,
SummaC, TACL 10).
"""

from __future__ import annotations

from collections.abc import Sequence

from eval.metrics.normalization import match_tokens


def overlap(claim: str, evidence: Sequence[str], n: int) -> float:
    """Return the share of the claim's n-grams that the evidence holds, 0 to 1."""
    wanted = _ngrams(match_tokens(claim), n)
    held = {ngram for sentence in evidence for ngram in _ngrams(match_tokens(sentence), n)}
    return sum(ngram in held for ngram in wanted) / len(wanted) if wanted else 0.0


def _ngrams(tokens: Sequence[str], n: int) -> list[tuple[str, ...]]:
    return [tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1)]
