"""The checker's rows: made claims really change or keep what the evidence says."""

import random
from collections import Counter

import pytest

from eval.training.checker_data import (
    CONTRADICTED,
    EDIT_LABELS,
    LABELS,
    SUPPORTED,
    Sources,
    as_statement,
    edited_claim,
    join_halves,
    merge,
    name_subject,
    reorder,
    shorten,
    text_pairs,
    widen,
)
from eval.training.edits import FACT_EDITS
from eval.training.pages import Page, build_library

PAGE = Page(
    id="anna berg",
    title="Anna Berg",
    sentences=(
        "Anna Berg was born in Oslo in 1950 and grew up with three brothers in Bergen.",
        "In 1994, she founded the first museum of glass (see below) with 40 rooms in Rome.",
        "The museum, which is open daily, was sold to Peter Holm in March 2004 for 12 million dollars.",
        "She was expected to leave Norway after the sale but is still living in Oslo today.",
        "Her brother Lars Berg won several prizes and was the largest owner of ships in Bergen.",
    ),
)


def test_every_edit_has_a_label() -> None:
    assert set(EDIT_LABELS) == {*FACT_EDITS, "name"}


def test_shortening_adds_no_word() -> None:
    for sentence in PAGE.sentences:
        for seed in range(10):
            short = shorten(sentence, random.Random(seed))
            if short is not None:
                assert {w.lower().strip(".,") for w in short.split()} <= {
                    w.lower().strip(".,") for w in sentence.split()
                }


def test_an_opening_phrase_moves_to_the_end() -> None:
    assert reorder("In 1994, she founded the first museum.") == "She founded the first museum in 1994."
    assert reorder("She founded it.") is None


def test_a_pronoun_becomes_the_title() -> None:
    assert name_subject("She was expected to leave.", PAGE) == "Anna Berg was expected to leave."
    assert name_subject("Lars won.", PAGE) is None


def test_two_sentences_are_merged() -> None:
    assert merge("Anna left.", "She came back.") == "Anna left, and she came back."


def test_halves_of_two_facts_are_neither_fact() -> None:
    half = join_halves("Anna Berg was born in Oslo.", "Peter Holm was a teacher of physics.")
    assert half == "Anna Berg was a teacher of physics."


@pytest.mark.parametrize("seed", range(20))
def test_an_edited_claim_is_not_in_its_evidence(seed: int) -> None:
    rng = random.Random(seed)
    claim = PAGE.sentences[seed % 5]
    evidence = " ".join(PAGE.sentences)
    made = edited_claim(claim, evidence, ["Lima", "Jane Roe"], rng, Counter())
    assert made is not None
    kind, edit = made
    assert edit.text not in evidence
    if kind in {"number", "date"}:
        assert edit.new not in evidence


def test_made_negatives_have_a_positive_of_the_same_evidence() -> None:
    sources = Sources(data=None, rng=random.Random(3), library=build_library([PAGE]), news=[], names=["Lima"])  # type: ignore[arg-type]  # no files are read
    pairs = list(text_pairs(sources, 5))
    supported = {pair.second for pair in pairs if pair.label == SUPPORTED}
    assert {pair.label for pair in pairs} >= {SUPPORTED, CONTRADICTED}
    assert all(pair.second in supported for pair in pairs)
    assert all(0 <= pair.label < len(LABELS) for pair in pairs)


def test_widened_evidence_still_holds_the_premise() -> None:
    library = build_library([PAGE])
    for seed in range(10):
        evidence, page = widen(PAGE.sentences[2], library, random.Random(seed))
        assert PAGE.sentences[2] in evidence
        assert page == PAGE.id


def test_question_and_answer_become_a_statement_where_the_answer_is_the_subject() -> None:
    claims = {as_statement("Who founded the museum? Anna Berg", random.Random(seed)) for seed in range(20)}
    assert claims == {"Who founded the museum? Anna Berg", "Anna Berg founded the museum."}
    assert as_statement("When did it open? 1994", random.Random(1)) == "When did it open? 1994"
