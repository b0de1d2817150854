"""Topics: what is left of a question without the words that go with any topic."""

from __future__ import annotations

import pytest

from rag.answering.topics import topic_words


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("Summarise the article about the glass museum.", "glass museum"),
        ("How many articles mention Brakeness?", "Brakeness"),
        ("What do the articles say about Ana Rao's salary?", "Ana Rao salary"),
        ("Give me a timeline of the trial", "trial"),
        ("Compare the two articles on wolves, please.", "wolves"),
        ("Tell me about storm Edda.", "storm Edda"),
        ("Which articles on the ferry are from May 2025?", "ferry"),
        ("Articles on chess since 4 June", "chess"),
    ],
)
def test_the_words_on_the_topic_are_left(question: str, topic: str) -> None:
    assert " ".join(topic_words(question)) == topic


@pytest.mark.parametrize(
    "question",
    [
        "How many articles are there?",
        "What are the latest headlines?",
        "From when to when do the articles reach?",
        "Summarise this week's news.",
        "Which articles were published between May and June?",
        "What is this collection about?",
        "",
    ],
)
def test_a_question_about_all_articles_has_no_topic(question: str) -> None:
    assert topic_words(question) == []
