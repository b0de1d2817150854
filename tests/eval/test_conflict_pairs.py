"""The pairs of sentences that conflicts are measured on, and floors under the figures of the tuning halves."""

from __future__ import annotations

import pytest

from eval.conflict_pairs import FILES, HALVES, figures_object, load_pairs, measure_pairs
from rag.conflict_finder import ConflictFinder
from rag.settings import load_settings
from rag.wiring import build_conflict_finder
from tests.fakes import BagOfWordsEmbeddings

RULES = ConflictFinder(BagOfWordsEmbeddings(), None)
PRECISION_FLOOR = 1.0
RECALL_FLOOR = 0.85
NATURAL_PRECISION_FLOOR = 0.85
NATURAL_RECALL_FLOOR = 0.45


def test_the_halves_are_disjoint_and_balanced() -> None:
    for name in FILES:
        tuning, held_out = (load_pairs(half, name) for half in HALVES)
        assert not {pair.id for pair in tuning} & {pair.id for pair in held_out}
        assert len(tuning) + len(held_out) >= 60
        for half in (tuning, held_out):
            assert 0.4 <= sum(pair.conflict for pair in half) / len(half) <= 0.6


def test_the_cited_sentence_of_a_pair_stands_in_its_first_article() -> None:
    pairs = [pair for half in HALVES for pair in load_pairs(half, "natural")]
    assert all(pair.cited and pair.cited in pair.first.text for pair in pairs)


def test_conflicts_of_the_tuning_pairs_are_seen_and_no_others() -> None:
    figures = measure_pairs(load_pairs("tuning"), "tuning", RULES)
    assert figures.precision >= PRECISION_FLOOR
    assert figures.recall >= RECALL_FLOOR


def test_the_order_of_the_two_articles_does_not_matter() -> None:
    pairs = load_pairs("tuning")
    turned = [pair.model_copy(update={"first": pair.second, "second": pair.first}) for pair in pairs]
    one, other = (measure_pairs(each, "tuning", RULES) for each in (pairs, turned))
    assert figures_object(one) == figures_object(other)


@pytest.mark.model
def test_with_the_network_conflicts_in_other_words_are_seen_too() -> None:
    finder = build_conflict_finder(load_settings())
    natural = measure_pairs(load_pairs("tuning", "natural"), "tuning", finder, "natural")
    worded = measure_pairs(load_pairs("tuning"), "tuning", finder)
    assert natural.precision >= NATURAL_PRECISION_FLOOR and worded.precision >= PRECISION_FLOOR
    assert natural.recall >= NATURAL_RECALL_FLOOR and worded.recall >= RECALL_FLOOR
