"""Places: which articles of a list a question asks for."""

from __future__ import annotations

import pytest

from rag.answering.library_answers import SEVERAL
from rag.answering.places import Place, read_place


@pytest.mark.parametrize(
    ("question", "first", "n_articles"),
    [
        ("Summarise the first article.", 1, 1),
        ("summarise the second article in three sentences", 2, 1),
        ("What does the 3rd text say?", 3, 1),
        ("the twenty-first article please", 21, 1),
        ("Summarise article 7.", 7, 1),
        ("Sum up article one.", 1, 1),
        ("Summarise article 0.", 1, 1),
        ("Summarise the first three articles in two sentences.", 1, 3),
        ("Summarise the first article of 3 May 2024.", 1, 1),
        ("Sum up the first articles.", 1, SEVERAL),
        ("and that one?", 1, 1),
    ],
)
def test_a_place_is_read_from_its_number(question: str, first: int, n_articles: int) -> None:
    assert read_place(question, "place") == Place(first=first, n_articles=n_articles)


@pytest.mark.parametrize(
    ("question", "first", "n_articles"),
    [
        ("Summarise the newest article.", 1, 1),
        ("Summarise the newest article in 4 sentences.", 1, 1),
        ("Summarise the second newest article.", 2, 1),
        ("Summarise the two newest articles.", 1, 2),
        ("Summarise the latest articles.", 1, SEVERAL),
    ],
)
def test_a_number_of_sentences_is_no_place(question: str, first: int, n_articles: int) -> None:
    assert read_place(question, "newest") == Place(first=first, n_articles=n_articles)
