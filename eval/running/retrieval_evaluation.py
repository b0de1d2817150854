"""Evaluates retrieval on a BEIR collection: dense, lexical, fused and reranked side by side."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from tqdm import tqdm

from eval.data.beir import Collection
from eval.metrics.bootstrap import mean_interval
from eval.metrics.latency import latency_by_stage
from eval.metrics.ranking import NAMES, collapse, ranking_scores
from rag.library.library import Library
from rag.ports import PassageSearch, Reranker
from rag.retrieval.hybrid import HybridSearch

Stage = Callable[[str], Sequence[str]]
"""A retrieval stage: from a query to the sources of the articles found, best first, some several times."""

LISTED = 10
"""The passages that a person sees; of one article, further passages take the places of other articles."""


def build_stages(library: Library, reranker: Reranker | None) -> dict[str, Stage]:
    """Return the stages of the library's search, each alone, to the depth of the settings' candidates."""
    depth = library.settings.candidates
    fused = HybridSearch(library)
    stages: dict[str, Stage] = {
        "dense": lambda query: _sources(library, fused.dense(query, depth)),
        "lexical": lambda query: _sources(library, fused.lexical(query, depth)),
        "lexical, whole articles": lambda query: _article_sources(library, fused.articles(query, depth)),
        "fused": lambda query: _found_sources(fused, query, depth),
        f"fused, {LISTED} passages": lambda query: _found_sources(fused, query, LISTED),
    }
    if reranker is not None:
        reranked = HybridSearch(library, reranker)
        stages["reranked"] = lambda query: _found_sources(reranked, query, depth)
    return stages


def retrieval_report(
    collection: Collection, stages: Mapping[str, Stage], *, name: str = "", progress: bool = False
) -> dict[str, Any]:
    """Return each measure of each stage with its interval, and the time a query takes, ready for JSON."""
    rows: dict[str, Any] = {}
    for stage, search in stages.items():
        rankings, timings = {}, []
        for query_id, text in tqdm(
            collection.queries.items(), desc=stage, unit="query", delay=1, disable=None if progress else True
        ):
            started = time.perf_counter()
            found = search(text)
            timings.append({"query": (time.perf_counter() - started) * 1000})
            rankings[query_id] = collapse(found)
        scores = ranking_scores(rankings, {query: collection.qrels[query] for query in collection.queries})
        rows[stage] = {
            "figures": {measure: _interval(by_query) for measure, by_query in scores.items()},
            "scores": scores,
            "rankings": {query: ranking[:10] for query, ranking in rankings.items()},
            "time_ms": asdict(latency_by_stage(timings)["query"]),
        }
    return {"collection": name, "n_queries": len(collection.queries), "stages": rows}


def render_retrieval_markdown(report: Mapping[str, Any]) -> str:
    """Return the figures as a Markdown table, stages in rows."""
    lines = [
        f"# Retrieval on {report['collection']}",
        "",
        f"{report['n_queries']} queries. Means with 95% bootstrap intervals; time is the median a query.",
        "",
        "| stage | " + " | ".join(NAMES) + " | time |",
        "| --- |" + " --- |" * (len(NAMES) + 1),
    ]
    for stage, row in report["stages"].items():
        cells = []
        for measure in NAMES:
            figure = row["figures"][measure]
            cells.append(f"{figure['mean']:.3f} ({figure['low']:.3f}–{figure['high']:.3f})")
        lines.append(f"| {stage} | {' | '.join(cells)} | {row['time_ms']['median_ms']:.0f} ms |")
    return "\n".join(lines) + "\n"


def _found_sources(search: PassageSearch, query: str, top_k: int) -> list[str]:
    return [passage.article.source for passage in search.search(query, top_k)]


def _sources(library: Library, scored: Sequence[tuple[str, float]]) -> list[str]:
    found = library.catalog.chunks([chunk_id for chunk_id, _ in scored])
    return [found[chunk_id][1].source for chunk_id, _ in scored if chunk_id in found]


def _article_sources(library: Library, scored: Sequence[tuple[str, float]]) -> list[str]:
    return [library.catalog.article(article_id).source for article_id, _ in scored]


def _interval(by_query: Mapping[str, float]) -> dict[str, float] | None:
    interval = mean_interval({query: (value, 1.0) for query, value in by_query.items()})
    return asdict(interval) if interval else None
