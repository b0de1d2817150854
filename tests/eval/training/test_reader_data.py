"""The reader's rows: edited questions lose their answer, rules make questions, windows keep to their page."""

import random

import pytest

from eval.training.pages import Page, build_library, cut_window, join
from eval.training.reader_data import unanswerable_twins
from eval.training.reader_questions import ask_claim, edit_question, question_by_rule
from eval.training.reading_pairs import HOLDS_ANSWER, INSUFFICIENT

PASSAGE = "In 1994 Anna Berg founded the first museum in Oslo. It has 40 rooms."
PAGE = Page(
    id="oslo",
    title="Oslo",
    sentences=("Oslo is the capital.", PASSAGE[:51], "It has 40 rooms.", "Many people visit it each year."),
)


@pytest.mark.parametrize("seed", range(12))
def test_an_edited_question_differs_and_is_unanswerable(seed: int) -> None:
    question = "Who founded the first museum in Oslo in 1994?"
    twins = list(unanswerable_twins(question, PASSAGE, "oslo", "test", ["Rome", "Lima"], random.Random(seed)))
    assert twins[0].label == INSUFFICIENT
    assert twins[0].first != question
    assert twins[0].second == PASSAGE


def test_an_edit_of_question_and_passage_alike_stays_answerable() -> None:
    question = "Who founded the first museum in Oslo in 1994?"
    both = [
        pair
        for seed in range(60)
        for pair in unanswerable_twins(question, PASSAGE, "oslo", "test", ["Rome", "Lima"], random.Random(seed))
        if pair.label == HOLDS_ANSWER
    ]
    assert both
    for pair in both:
        assert pair.first != question
        assert pair.second != PASSAGE


def test_only_the_kinds_asked_for_are_used() -> None:
    made = edit_question("Is the first museum in Oslo?", PASSAGE, ["Rome"], random.Random(1), frozenset({"ordinal"}))
    assert made is not None and made[0] == "ordinal"


@pytest.mark.parametrize(
    ("claim", "question"),
    [
        ("Anna Berg was born in Oslo.", "Was Anna Berg born in Oslo?"),
        ("Kenya is a country.", "Is Kenya a country?"),
        ("Anna Berg has been married twice.", "Has Anna Berg been married twice?"),
        ("there are no rules", None),
    ],
)
def test_claims_become_yes_no_questions(claim: str, question: str | None) -> None:
    assert ask_claim(claim) == question


def test_a_rule_made_question_keeps_its_answer_out() -> None:
    sentence = "The old harbour bridge was opened by Anna Berg in 1994 with 12 guests."
    for seed in range(20):
        made = question_by_rule(sentence, random.Random(seed))
        assert made is not None
        question, answer = made
        assert answer in sentence
        assert answer not in question


def test_a_window_leaves_out_what_it_must() -> None:
    for seed in range(20):
        window = cut_window(PAGE, 0, random.Random(seed), max_words=60, without=[1])
        assert 0 in window
        assert 1 not in window
        assert window == sorted(set(window))


def test_a_copied_sentence_is_found_on_its_page() -> None:
    library = build_library([PAGE])
    assert library.find("It has 40  rooms .") == (PAGE, [2])
    assert library.find("Nothing like this stands anywhere.") is None
    assert join(PAGE, [0, 2]) == "Oslo is the capital. It has 40 rooms."
