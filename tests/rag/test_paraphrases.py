"""Disagreement in words of their own: values are read by a scripted network, and compared by rules."""

from __future__ import annotations

import pytest

from rag.conflict_finder import ConflictFinder
from rag.conflicts import Disagreement
from rag.paraphrases import READ_MAX
from rag.records import Evidence
from tests.fakes import BagOfWordsEmbeddings, ScriptedReader
from tests.rag.build import evidence

DEAD = "How many people died when the Velden mine collapsed?"
NINETEEN = "Nineteen miners lost their lives at the Velden pit."
TWENTY_THREE = "The disaster at the Velden pit claimed 23 lives."
SURE = {
    "Nineteen miners": 0.8,
    "23 lives": 0.8,
    "19 lives": 0.8,
    "40 lives": 0.8,
    "1996": 0.8,
    "2001": 0.8,
    "Ada Stern": 0.8,
    "Peter Dorn": 0.8,
}


class SameEmbeddings(BagOfWordsEmbeddings):
    """Takes all sentences for alike."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [[1.0, 0.0] for _ in texts]


class OtherEmbeddings(BagOfWordsEmbeddings):
    """Takes no two sentences for alike."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [[float(i == j) for j in range(len(texts))] for i in range(len(texts))]


def said(text: str, name: str, published: str = "2017-11-06", publisher: str = "", whole: str = "") -> Evidence:
    return evidence(text, whole, id=name, title="", published=published, publisher=publisher)


def find(question: str, one: Evidence, *others: Evidence, **probabilities: float) -> list[Disagreement]:
    finder = ConflictFinder(SameEmbeddings(), ScriptedReader(**(probabilities or SURE)))
    return finder.find(question, [one], [one, *others])


def test_a_sentence_without_a_word_of_the_question_but_its_name_gives_the_other_side() -> None:
    (found,) = find(DEAD, said(NINETEEN, "a"), said(TWENTY_THREE, "b"))
    assert found.said == ("Nineteen miners", "23 lives")
    assert found.corrects is None


@pytest.mark.parametrize(
    "other",
    [
        "The disaster at the Velden pit claimed 19 lives.",
        "The disaster at the Velden pit had claimed 23 lives by Friday.",
        "The disaster at the Velden pit so far claimed 23 lives.",
        "A survey says that the Velden pit claimed 23 lives.",
        "The disaster at the Corwen pit claimed 23 lives.",
        "The Velden pit claimed 23 lives in 1950.",
        "The Velden pit claimed 23 lives, nineteen of them at once.",
        "At the Velden pit 23 people were injured.",
    ],
)
def test_what_may_be_true_as_well_is_no_conflict(other: str) -> None:
    assert find(DEAD, said(NINETEEN, "a"), said(other, "b")) == []


def test_a_value_that_hardly_answers_is_none() -> None:
    unsure = SURE | {"23 lives": 0.3}
    assert find(DEAD, said(NINETEEN, "a"), said(TWENTY_THREE, "b"), **unsure) == []
    unsure = SURE | {"Nineteen miners": 0.3}
    assert find(DEAD, said(NINETEEN, "a"), said(TWENTY_THREE, "b"), **unsure) == []


def test_sentences_that_are_not_alike_speak_of_different_things() -> None:
    finder = ConflictFinder(OtherEmbeddings(), ScriptedReader(**SURE))
    assert finder.find(DEAD, [said(NINETEEN, "a")], [said(TWENTY_THREE, "b")]) == []


def test_copies_of_one_story_do_not_disagree() -> None:
    finder = ConflictFinder(SameEmbeddings(), ScriptedReader(**SURE))
    one, other = said(NINETEEN, "a"), said(TWENTY_THREE, "b")
    assert finder.find(DEAD, [one], [other], {"a": "story", "b": "story"}) == []
    assert finder.find(DEAD, [one], [other], {"a": "story", "b": "b"})


def test_without_a_reader_only_the_questions_own_words_count() -> None:
    finder = ConflictFinder(SameEmbeddings(), None)
    assert finder.find(DEAD, [said(NINETEEN, "a")], [said(TWENTY_THREE, "b")]) == []


def test_two_sentences_in_the_questions_words_are_left_to_the_rules() -> None:
    one = said("At the Velden mine 19 people died when it collapsed.", "a")
    other = said("When the Velden mine collapsed in Norvia, 23 people died, and 19 elsewhere.", "b")
    reader = ScriptedReader(**SURE)
    ConflictFinder(SameEmbeddings(), reader).find(DEAD, [one], [one, other])
    assert reader.n_read == 0


def test_no_more_sentences_are_read_than_the_limit() -> None:
    reader = ScriptedReader(**SURE)
    others = [said(TWENTY_THREE, f"other{i}") for i in range(3 * READ_MAX)]
    ConflictFinder(SameEmbeddings(), reader).find(DEAD, [said(NINETEEN, "a")], others)
    assert reader.n_read == 1 + READ_MAX


def test_a_year_of_an_event_that_the_other_article_could_not_know_is_another_event() -> None:
    question = "When was the Velden theatre opened?"
    early = said("Audiences first came to the Velden theatre in 1996.", "a", "1998-01-01")
    late = said("The Velden theatre has been lit since 2001.", "b", "2005-01-01")
    assert find(question, early, late) == []
    assert find(question, said(early.quote, "a", "2004-01-01"), late)


def test_a_person_who_is_named_in_the_other_article_too_is_not_contradicted() -> None:
    question = "Who designed the Velden hall?"
    one = said("The Velden hall is the work of Ada Stern.", "a")
    other = "Peter Dorn drew the hall in Velden."
    assert find(question, one, said(other, "b"))
    assert find(question, one, said(other, "b", whole=f"{other} Ada Stern had left the office.")) == []


def test_a_correction_by_the_same_publisher_names_the_one_that_corrects() -> None:
    one = said(NINETEEN, "a", "2017-11-06", "Post")
    other = said("Correction: the disaster at the Velden pit claimed 23 lives.", "b", "2017-11-08", "Post")
    (found,) = find(DEAD, one, other)
    assert found.corrects is other


def test_sentences_full_of_values_are_passed_over() -> None:
    table = said("At the Velden pit 1, 2, 3, 4, 5 and 6 lives were lost.", "b")
    assert find(DEAD, said("Velden: 1, 2, 3, 4, 5 and 6 men died.", "a"), table) == []
