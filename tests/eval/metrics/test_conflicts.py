from __future__ import annotations

from eval.metrics import conflict_sides
from eval.records import Question
from rag.records import Conflict
from tests.eval.builders import BRIDGE, COST, MUSEUM, OPENED, cite, make_answer, make_case, make_question

LONG = "The bridge is 40 metres long."


def question(evidence: tuple[str, ...] = (COST, LONG)) -> Question:
    return make_question("conflict", [["1500"]], evidence=evidence, articles=("museum.md", "bridge.md"))


def test_all_sides_are_cited() -> None:
    both = make_answer([(COST, [cite(MUSEUM, COST), cite(BRIDGE, LONG, 2)])])
    score = conflict_sides.measure_sides(make_case(both, question()))
    assert score is not None and score.value == 1


def test_a_part_of_a_side_or_more_than_it_counts() -> None:
    part = make_answer([(COST, [cite(MUSEUM, "cost 1,500 dollars"), cite(BRIDGE, f"{LONG} It is red.", 2)])])
    score = conflict_sides.measure_sides(make_case(part, question()))
    assert score is not None and score.value == 1


def test_a_missing_side_is_named() -> None:
    one = make_answer([(COST, [cite(MUSEUM, COST), cite(MUSEUM, OPENED, 2)])])
    score = conflict_sides.measure_sides(make_case(one, question()))
    assert score is not None and score.value == 0 and LONG in score.why


def test_without_evidence_the_gold_articles_are_the_sides() -> None:
    one = make_case(make_answer([(COST, [cite(MUSEUM, COST)])]), question(evidence=()))
    assert conflict_sides.missing_sides(one) == ["bridge.md"]


def test_an_abstention_cites_no_side_and_other_kinds_have_no_score() -> None:
    abstained = make_answer(text="Not stated.", verdict="abstained")
    score = conflict_sides.measure_sides(make_case(abstained, question()))
    assert score is not None and score.value == 0
    assert conflict_sides.measure_sides(make_case(abstained)) is None


def test_a_conflict_where_there_is_none_counts() -> None:
    calm = make_answer([(COST, [cite(MUSEUM, COST)])])
    loud = make_answer([(COST, [cite(MUSEUM, COST)])], conflicts=(Conflict(summary="They differ.", sides=()),))
    values = []
    for answer in (calm, loud):
        score = conflict_sides.measure_false(make_case(answer))
        assert score is not None
        values.append(score.value)
    assert values == [0, 1]
    assert conflict_sides.measure_false(make_case(loud, question())) is None
