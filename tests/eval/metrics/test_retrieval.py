"""Evidence recall and the ranking of articles."""

from __future__ import annotations

from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics.evidence_recall import METRICS, evidence_recall
from eval.metrics.ranking import NAMES, collapse, ranking_scores
from tests.eval.builders import BRIDGE, COST, MUSEUM, OPENED, make_answer, make_case, make_passage, make_question


def test_evidence_is_found_inside_a_passage_white_space_aside() -> None:
    assert evidence_recall(["x The museum\ncost 1,500 dollars. y"], [COST, OPENED]) == 0.5


def test_evidence_recall_looks_at_the_first_passages_only() -> None:
    answer = make_answer(text="x", passages=(make_passage(BRIDGE, 1), make_passage(MUSEUM, 2)))
    case = make_case(answer, make_question(evidence=(COST,)))
    values = {}
    for metric in METRICS:
        score = metric.measure(case)
        assert score is not None
        values[metric.name] = score.value
    assert values == {"evidence_recall@1": 0, "evidence_recall@5": 1, "evidence_recall@10": 1}
    assert METRICS[0].measure(make_case(make_answer(text="x"), make_question(evidence=(COST,)))) is None


def test_chunks_collapse_to_articles_at_their_best_rank() -> None:
    assert collapse(["b", "a", "b", "c", "a"]) == ["b", "a", "c"]


def test_ranking_arithmetic() -> None:
    scores = ranking_scores({"q": ["x", "a", "y", "b"]}, {"q": {"a": 1, "b": 1}})
    # Relevant at ranks 2 and 4: DCG = 1/log2(3) + 1/log2(5), ideal 1 + 1/log2(3).
    assert scores["nDCG@10"]["q"] == pytest.approx((1 / log2(3) + 1 / log2(5)) / (1 + 1 / log2(3)))
    assert scores["R@5"]["q"] == 1 and scores["RR@10"]["q"] == 0.5
    assert scores["Success@1"]["q"] == 0 and scores["Success@5"]["q"] == 1


def test_queries_without_results_count_0_and_without_relevant_documents_are_left_out() -> None:
    scores = ranking_scores({"q": []}, {"q": {"a": 1}, "missing": {"b": 1}, "unjudged": {"c": 0}})
    assert set(scores) == set(NAMES)
    assert all(by_query == {"q": 0.0, "missing": 0.0} for by_query in scores.values())


@given(st.permutations("abcdefgh"), st.sets(st.sampled_from("abcdefgh"), min_size=1))
def test_rankings_stay_in_bounds_and_the_ideal_one_is_best(ranking: list[str], relevant: set[str]) -> None:
    qrels = {"q": dict.fromkeys(relevant, 1)}
    scores = ranking_scores({"q": ranking}, qrels)
    ideal = ranking_scores({"q": sorted(ranking, key=lambda doc: doc not in relevant)}, qrels)
    for name in NAMES:
        assert 0 <= scores[name]["q"] <= ideal[name]["q"] + 1e-9 <= 1 + 1e-9
