"""The pairs of sentences that conflicts are measured on, and a floor under the figures of the tuning half."""

from __future__ import annotations

from eval.conflict_pairs import figures_object, load_pairs, measure_pairs

PRECISION_FLOOR = 1.0
RECALL_FLOOR = 0.85


def test_the_halves_are_disjoint_and_balanced() -> None:
    tuning, held_out = load_pairs("tuning"), load_pairs("held-out")
    assert not {pair.id for pair in tuning} & {pair.id for pair in held_out}
    assert len(tuning) + len(held_out) >= 60
    for half in (tuning, held_out):
        assert 0.4 <= sum(pair.conflict for pair in half) / len(half) <= 0.6


def test_conflicts_of_the_tuning_pairs_are_seen_and_no_others() -> None:
    figures = measure_pairs(load_pairs("tuning"), "tuning")
    assert figures.precision >= PRECISION_FLOOR
    assert figures.recall >= RECALL_FLOOR


def test_the_order_of_the_two_articles_does_not_matter() -> None:
    pairs = load_pairs("tuning")
    turned = [pair.model_copy(update={"first": pair.second, "second": pair.first}) for pair in pairs]
    assert figures_object(measure_pairs(pairs, "tuning")) == figures_object(measure_pairs(turned, "tuning"))
