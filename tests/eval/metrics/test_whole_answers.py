"""The metrics on answers of several sentences: facts, reference, repeats, kind, and whether a person is served."""

from __future__ import annotations

from typing import Any

import pytest

from eval.metrics import (
    citation_recall,
    cited_articles,
    claims_with_facts,
    correctness,
    facts_held,
    groundedness,
    reference_recall,
    repeats,
    served,
    wanted_kind,
)
from eval.metrics.latency import timings_ms
from eval.metrics.reference_recall import token_recall
from eval.records import Case, Question, Result, Score
from rag.records import KINDS, Answer, Citation, Kind
from tests.eval.builders import COST, MUSEUM, OPENED, VISITORS, cite, make_answer, make_case, make_question

FACTS = (("Mongolia",), ("1,500", "1500"), ("Turkey", "Turkish"))


def value(score: Score | None) -> float:
    assert score is not None
    return score.value


def wanting(wants: Kind = "overview", **fields: Any) -> Question:
    return make_question(**{"answers": (), "wants": wants, "facts": FACTS, **fields})


def quoting(*quotes: str, kind: Kind = "overview") -> Answer:
    """An answer of quotes from the museum's article, each cited."""
    return make_answer([(quote, [cite(MUSEUM, quote, i)]) for i, quote in enumerate(quotes, start=1)], kind=kind)


def test_the_share_of_facts_counts_and_the_others_are_named() -> None:
    score = facts_held.measure(make_case(quoting(OPENED, COST), wanting()))
    assert score is not None and score.value == pytest.approx(2 / 3) and score.why == "not said: Turkey"
    assert value(facts_held.measure(make_case(quoting(OPENED, COST, VISITORS), wanting()))) == 1


def test_an_abstention_holds_no_fact_and_a_question_without_facts_has_no_score() -> None:
    abstained = make_answer(text="Mongolia", verdict="abstained")
    assert value(facts_held.measure(make_case(abstained, wanting()))) == 0
    assert facts_held.measure(make_case(quoting(COST))) is None


def test_an_answer_is_right_with_the_answers_and_three_fifths_of_the_facts() -> None:
    yesno = make_question(answers=[["yes"]], wants="yesno", facts=FACTS)
    assert value(correctness.measure(make_case(quoting(OPENED, COST), wanting()))) == 1
    assert value(correctness.measure(make_case(quoting(OPENED), wanting()))) == 0
    assert value(correctness.measure(make_case(quoting(OPENED, COST), yesno))) == 0
    assert value(correctness.measure(make_case(make_answer(text=f"Yes. {OPENED} {COST}"), yesno))) == 1


def test_talk_is_right_when_it_is_answered() -> None:
    talk = make_question("followup", (), wants="talk", history=())
    assert value(correctness.measure(make_case(make_answer(text="Hello."), talk))) == 1
    assert value(correctness.measure(make_case(make_answer(text="", verdict="abstained"), talk))) == 0


def test_reference_recall_is_the_share_of_the_references_tokens() -> None:
    # reference "cat sat on mat": "cat" and "mat" are said, 2 of 4; a word said twice counts as often as it is wanted
    assert token_recall("A mat, a cat", "The cat sat on the mat") == 2 / 4
    assert token_recall("cat", "cat cat") == 1 / 2
    question = make_question(answers=(), reference="It cost 1500 dollars.")
    assert value(reference_recall.measure(make_case(make_answer(text="1,500 dollars"), question))) == 2 / 4
    assert value(correctness.measure(make_case(make_answer(text="1,500 dollars"), question))) == 1
    assert value(reference_recall.measure(make_case(make_answer(text="", verdict="abstained"), question))) == 0
    assert reference_recall.measure(make_case(quoting(COST))) is None


def overlapping(start: int, number: int) -> Citation:
    """A citation of the museum's article from `start` to its end."""
    return cite(MUSEUM, MUSEUM.text[start:], number)


@pytest.mark.parametrize(
    ("kind", "claims", "n_repeats"),
    [
        ("overview", [(OPENED, [cite(MUSEUM, OPENED)]), (COST, [cite(MUSEUM, COST, 2)])], 0),
        ("overview", [(COST, [cite(MUSEUM, COST)]), ("The museum cost dollars: 1,500!", [])], 1),
        ("overview", [(OPENED, [overlapping(0, 1)]), (VISITORS, [overlapping(10, 2)])], 1),
        ("list", [("Mongolia", [overlapping(0, 1)]), ("Turkey", [overlapping(0, 1)])], 0),
        ("list", [("Mongolia", [overlapping(0, 1)]), ("In Mongolia", [overlapping(0, 1)])], 1),
        ("fact", [("1,500 dollars", [overlapping(0, 1)]), (COST, [overlapping(0, 1)])], 0),
    ],
)
def test_a_claim_repeats_an_earlier_one_by_its_words_or_in_prose_by_its_quote(
    kind: Kind, claims: list[tuple[str, list[Citation]]], n_repeats: int
) -> None:
    score = repeats.measure(make_case(make_answer(claims, kind=kind)))
    assert score is not None and score.weight == len(claims) and score.value * len(claims) == n_repeats
    assert bool(score.why) == bool(n_repeats)


def test_a_claim_counts_that_holds_a_fact_or_cites_the_evidence() -> None:
    question = wanting(facts=(("1,500",),), evidence=(f"{OPENED} {COST}",))
    answer = make_answer(
        [
            (COST, [cite(MUSEUM, COST)]),
            ("It is new.", [cite(MUSEUM, OPENED, 2)]),
            (VISITORS, [cite(MUSEUM, VISITORS, 3)]),
            ("Nobody knows.", []),
        ]
    )
    score = claims_with_facts.measure(make_case(answer, question))
    assert score is not None and (score.value, score.weight) == (2 / 4, 4)
    assert VISITORS in score.why and "It is new." not in score.why
    assert claims_with_facts.measure(make_case(make_answer(text="", verdict="abstained"), question)) is None
    assert claims_with_facts.measure(make_case(answer, wanting("library"))) is None


def test_served_needs_the_facts_and_a_citation_for_each_claim() -> None:
    assert value(served.measure(make_case(quoting(OPENED, COST), wanting()))) == 1
    few = served.measure(make_case(quoting(OPENED), wanting()))
    assert few is not None and few.value == 0 and "33% of the facts" in few.why
    uncited = make_answer([(OPENED, [cite(MUSEUM, OPENED)]), (COST, [])], kind="overview")
    score = served.measure(make_case(uncited, wanting()))
    assert score is not None and score.value == 0 and COST in score.why
    assert value(served.measure(make_case(make_answer(text=f"{OPENED} {COST}"), wanting()))) == 0


def test_an_unanswerable_question_is_served_by_an_abstention() -> None:
    question = wanting("list", kind="unanswerable", facts=())
    assert value(served.measure(make_case(make_answer(text="", verdict="abstained"), question))) == 1
    assert value(served.measure(make_case(quoting(COST), question))) == 0
    assert value(served.measure(make_case(make_answer(text="", verdict="abstained"), wanting()))) == 0


def test_a_failed_target_serves_nobody_and_questions_without_a_wanted_kind_have_no_score() -> None:
    failed = make_case(make_answer(text="", verdict="abstained"), wanting(kind="unanswerable", facts=()), error="down")
    assert value(served.measure(failed)) == 0
    assert served.measure(make_case(quoting(COST))) is None and wanted_kind.measure(make_case(quoting(COST))) is None


@pytest.mark.parametrize("wants", ["library", "talk"])
def test_what_the_catalog_says_needs_no_citation(wants: Kind) -> None:
    question = wanting(wants, facts=(("25",),) if wants == "library" else (), articles=("museum.md",))
    case = make_case(make_answer([("There are 25 articles.", [])], kind=wants), question)
    assert value(served.measure(case)) == 1
    assert groundedness.measure(case) is None and citation_recall.measure(case) is None
    assert cited_articles.measure_recall(case) is None


def test_the_kind_of_the_answer_is_compared_with_the_wanted_one() -> None:
    for kind in KINDS:
        score = wanted_kind.measure(make_case(quoting(COST, kind=kind), wanting("list")))
        assert score is not None and score.value == (kind == "list")


def test_the_time_to_the_first_checked_claim_is_one_of_the_timings() -> None:
    answer = make_answer(text=COST, timings_ms={"total": 900.0})
    assert timings_ms(Result(answer=answer, first_claim_ms=300.0)) == {"total": 900.0, "first_claim": 300.0}
    assert timings_ms(Case(question=wanting(), result=Result(answer=answer)).result) == {"total": 900.0}
