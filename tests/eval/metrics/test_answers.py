"""Alias containment, token F1, exact match and correctness: what an answer says against what it should."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics import alias_containment, correctness, exact_match, followups, token_f1
from eval.metrics.alias_containment import missing_groups
from eval.records import Question, Score
from rag.records import Turn
from tests.eval.builders import COST, MUSEUM, cite, make_answer, make_case, make_question


def value(score: Score | None) -> float:
    assert score is not None
    return score.value


@pytest.mark.parametrize(
    ("text", "groups", "missing"),
    [
        ("It cost 1,500 dollars.", [["1500 dollars", "1.5k"]], 0),
        ("In 1963 it began.", [["63"]], 1),
        ("It was 9.55 billion.", [["9.5"]], 1),
        ("In 2020 and 2022.", [["2020"], ["2022"]], 0),
        ("In 2020 only.", [["2020"], ["2022"]], 1),
        ("Anything", [["the"]], 1),
        ("", [["x"]], 1),
    ],
)
def test_every_group_needs_one_of_its_aliases_as_a_run_of_tokens(
    text: str, groups: list[list[str]], missing: int
) -> None:
    assert len(missing_groups(text, groups)) == missing


def test_containment_ignores_citation_marks_and_says_what_is_missing() -> None:
    right = make_case(make_answer([(COST, [cite(MUSEUM, COST)])]))
    wrong = make_case(make_answer([(COST, [cite(MUSEUM, COST)])]), make_question(answers=[["1 [1]"], ["9", "nine"]]))
    assert value(alias_containment.measure(right)) == 1
    score = alias_containment.measure(wrong)
    assert score is not None and score.value == 0 and "9" in score.why


def test_abstentions_contain_nothing_and_unanswerable_questions_have_no_score() -> None:
    abstained = make_answer(text="1500 dollars", verdict="abstained")
    assert value(alias_containment.measure(make_case(abstained))) == 0
    assert alias_containment.measure(make_case(abstained, make_question("unanswerable", []))) is None


def test_token_f1_arithmetic() -> None:
    # "cat sat mat" against "cat sat down there": 2 shared, precision 2/3, recall 2/4 -> F1 = 4/7
    assert token_f1.token_f1("The cat sat, mat", "cat sat down there") == pytest.approx(4 / 7)
    assert token_f1.token_f1("", "the") == 1
    assert token_f1.token_f1("", "x") == 0


def test_token_f1_takes_the_best_alias_and_one_of_each_group() -> None:
    question = make_question(answers=[["in 2020", "twenty twenty"], ["2022"]])
    case = make_case(make_answer(text="2020 2022"), question)
    # gold "in 2020 2022": 2 shared of 2 and 3 -> 4/5
    assert value(token_f1.measure(case)) == pytest.approx(4 / 5)


def test_exact_match_is_squads() -> None:
    assert exact_match.exact_match("The 1,500 Dollars!", "1500 dollars")
    case = make_case(make_answer([("1500 dollars", [cite(MUSEUM, COST)])]))
    assert value(exact_match.measure(case)) == 1
    assert value(exact_match.measure(make_case(make_answer(text="It cost 1500 dollars.")))) == 0


@pytest.mark.parametrize(
    ("question", "text", "verdict", "correct"),
    [
        (make_question(), "It cost 1500.", "answered", True),
        (make_question(), "It cost 1500.", "abstained", False),
        (make_question("unanswerable", []), "Not stated.", "abstained", True),
        (make_question("unanswerable", []), "It cost 3.", "answered", False),
        (make_question("false_premise", []), "He walked.", "answered", False),
        (make_question("false_premise", [["did not come"]]), "He did not come.", "answered", True),
        (make_question("false_premise", [["did not come"]]), "He walked out.", "answered", False),
        (make_question("followup", [["1500"]]), "1500", "partial", True),
        (make_question("followup", []), "Not stated.", "abstained", True),
    ],
)
def test_correct_is_the_right_answer_or_the_right_abstention(
    question: Question, text: str, verdict: str, correct: bool
) -> None:
    case = make_case(make_answer(text=text, verdict=verdict), question)  # type: ignore[arg-type] # parametrized
    assert value(correctness.measure(case)) == correct


def test_a_failed_target_is_never_correct() -> None:
    case = make_case(make_answer(text="", verdict="abstained"), make_question("unanswerable", []), error="down")
    score = correctness.measure(case)
    assert score.value == 0 and "down" in score.why


def test_follow_ups_are_scored_with_history_only() -> None:
    answer = make_answer(text="1500")
    with_history = make_question("followup", history=(Turn(question="A?", answer="B."),))
    assert value(followups.measure(make_case(answer, with_history))) == 1
    assert followups.measure(make_case(answer)) is None


@given(st.text(max_size=60), st.text(max_size=60))
def test_f1_is_symmetric_and_between_0_and_1(a: str, b: str) -> None:
    f1 = token_f1.token_f1(a, b)
    assert 0 <= f1 <= 1 and f1 == token_f1.token_f1(b, a)
    assert token_f1.token_f1(a, a) == 1
    assert not exact_match.exact_match(a, b) or f1 == 1
