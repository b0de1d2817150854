"""Missing: an abstention names only names, dates and numbers that no article of the library holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.indexing.writing import Indexer
from ingest.records import Document
from rag.answering.unmentioned import NOT_STATED, say_missing
from rag.library.library import Library
from rag.records import Window
from tests.rag.build import add, evidence

TEXTS = {
    "rao": "Anna Rao came to Tarn for the climate summit in 2019. She met 14 ministers and 132 farmers from Paris.",
    "other": "The harbour of Velden was closed by Jonas Kowalski, head of the port authority, for fourteen days. "
    "It is open now.",
}
NEAREST = evidence("Anna Rao came to Tarn.")


class Nothing:
    """The holdings of an empty library."""

    def holds(self, word: str) -> bool:
        return False

    def is_dated_in(self, year: int) -> bool:
        return False


def said(library: Library, question: str, nearest: Window = NEAREST) -> str:
    return say_missing(question, nearest, library.catalog)


@pytest.mark.parametrize(
    ("question", "lacking"),
    [
        ("Who is Ole Brandt?", "Ole Brandt"),
        ("Who is the mayor of Reykjavik?", "Reykjavik"),
        ("What did Ole Brandt do in 2011?", "Ole Brandt or 2011"),
        ("When did Anna Rao speak to Brandt's wife?", "Brandt"),
        ("What happened in Tarn on 5 March 2031?", "5 March 2031"),
        ("Why did 1,357 people come to Tarn?", ""),
        ("Why did 1357 people come to Tarn?", "1357"),
    ],
)
def test_what_no_article_holds_is_named(library: Library, question: str, lacking: str) -> None:
    add(library, **TEXTS)
    assert said(library, question) == (
        f"{NOT_STATED} No article in the library mentions {lacking}." if lacking else NOT_STATED
    )


@pytest.mark.parametrize(
    "question",
    [
        "At which hotel is Anna Rao in Tarn?",
        "What is the summary of these articles?",
        "Which articles speak of an awkward summit?",
        "What did Jonas Kowalski close?",
        "When was Kowalsky born?",
        "How did Parisian farmers travel in 2019?",
        "Did 14 or 132 of them come in March?",
        "Is it so that 2,000 of them came?",
        "What does the PAT say?",
        "What Is The Name Of The Bridge",
        "What did the Port Authority say?",
    ],
)
def test_plain_words_and_what_any_article_holds_in_another_form_are_not_named(library: Library, question: str) -> None:
    add(library, **TEXTS)
    assert said(library, question) == NOT_STATED


def test_an_article_that_was_not_found_counts_too(library: Library) -> None:
    add(library, **TEXTS)
    question = "Why was the harbour of Velden closed?"
    assert said(library, question) == NOT_STATED
    library.catalog.remove(next(each.id for each in library.catalog.articles() if "other" in each.source))
    assert said(library, question) == f"{NOT_STATED} No article in the library mentions Velden."


def test_who_wrote_and_published_an_article_and_when_counts_too(library: Library) -> None:
    with library.writing():
        indexer = Indexer(library)
        indexer.add(
            Document(
                source="a.txt",
                key="a",
                text="The bridge was closed after a storm.",
                publisher="Norvia Herald",
                authors=("Zoë Brandt",),
                published="2027-03-05",
            )
        )
        indexer.flush()
    for question in ("Which bridge did Zoë Brandt report on?", "What did the Norvia Herald say in 2027?"):
        assert said(library, question) == NOT_STATED
    assert said(library, "What was closed in 2028?") == f"{NOT_STATED} No article in the library mentions 2028."


def test_names_of_other_languages_are_not_guessed_from_capital_letters(library: Library) -> None:
    add(library, **TEXTS)
    for question in ("Wann wurde der Bahnhof in Tarn geöffnet?", "Was hat der Kanzler in Tarn gesagt?"):
        assert said(library, question) == NOT_STATED
    german = evidence("Der Bahnhof wurde geöffnet.", language="de")
    assert said(library, "Who is Ole Brandt?", german) == NOT_STATED


@given(st.text())
def test_any_question_is_taken(question: str) -> None:
    assert say_missing(question, NEAREST, Nothing()).startswith(NOT_STATED)
