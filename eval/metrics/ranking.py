"""Retrieval of articles, by ir-measures: nDCG@10, R@5, R@10, RR@10, Success@1/5/10.

Passages are first reduced to their articles: an article has the rank of its best passage. The scores passed to the
library are falling ranks, so that it never has ties to break. A query without results counts 0; a query without
relevant documents is left out. Source of the definitions: MacAvaney, Macdonald & Ounis 2022, "Streamlining
Evaluation with ir-measures", ECIR (over trec_eval by way of pytrec_eval).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rag.errors import ExtraNotInstalledError

NAMES = ("nDCG@10", "R@5", "R@10", "RR@10", "Success@1", "Success@5", "Success@10")
"""The measures, as ir-measures writes them."""


def collapse(sources: Iterable[str]) -> list[str]:
    """Return each source once, in the order of first appearance."""
    return list(dict.fromkeys(sources))


def ranking_scores(
    rankings: Mapping[str, Sequence[str]], qrels: Mapping[str, Mapping[str, int]]
) -> dict[str, dict[str, float]]:
    """Return, by measure and then by query id, the value of each ranking (document ids, best first, each once).

    Args:
        rankings: by query id; a query that is missing counts as an empty ranking.
        qrels: relevance of documents by query id; 0 and below is not relevant.

    Raises:
        ExtraNotInstalledError: ir-measures is missing.
    """
    try:
        import ir_measures
        from ir_measures import Qrel, ScoredDoc
    except ImportError as exc:
        raise ExtraNotInstalledError("ir-measures", "eval") from exc
    judged = {query: docs for query, docs in qrels.items() if any(relevance > 0 for relevance in docs.values())}
    scores: dict[str, dict[str, float]] = {name: dict.fromkeys(judged, 0.0) for name in NAMES}
    run = [
        ScoredDoc(query, doc, -float(rank))
        for query in judged
        for rank, doc in enumerate(rankings.get(query, ()), start=1)
    ]
    if not run:
        return scores
    relevances = [Qrel(query, doc, relevance) for query, docs in judged.items() for doc, relevance in docs.items()]
    measures = [ir_measures.parse_measure(name) for name in NAMES]
    for result in ir_measures.iter_calc(measures, relevances, run):
        scores[str(result.measure)][result.query_id] = float(result.value)
    return scores
