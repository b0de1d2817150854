"""Rows of public question sets become articles and questions that a run can read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from eval.data.passage_rows import convert_rows, parse_history
from eval.data.questions import load_questions
from ingest.readers.files import read_file
from ingest.records import Document
from rag.errors import DatasetError
from rag.records import Turn

SENTENCES = ["A season is a time of the year.", "It's seen in most sales -- e.g. of ice."]
LONG: dict[str, Any] = {
    "source": "long",
    "id": "1",
    "question": "what is a season",
    "evidence": SENTENCES,
    "label": "answerable",
    "extra": {
        "title": "Season",
        "answer": "A time of the year.",
        "selected": ["It 's seen in most sales -- e.g. of ice ."],
    },
}
UNANSWERED: dict[str, Any] = {
    **LONG,
    "id": "2",
    "question": "who made the seasons",
    "label": "unanswerable",
    "extra": {"title": "Season", "answer": None, "selected": None},
}
TALK: dict[str, Any] = {
    "source": "talks",
    "id": "7",
    "question": "How is it calculated?",
    "evidence": ["A score is a number.\nIt is a secret.", "Lenders use it."],
    "label": "partial",
    "extra": {"history": ["user:  What is a score?", "agent: A number: a secret one."], "reference": "It is a secret."},
}


def write(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_sentences_of_a_passage_become_one_article_and_the_marked_ones_evidence(tmp_path: Path) -> None:
    converted = convert_rows([write(tmp_path / "rows.jsonl", LONG, UNANSWERED)], tmp_path / "out")
    assert (converted.n_articles, converted.n_questions, converted.n_left_out) == (1, 2, 0)
    (article,) = read_file(str(tmp_path / "out" / "articles.jsonl"))
    assert isinstance(article, Document) and (article.title, article.text) == ("Season", " ".join(SENTENCES))
    season, unanswered = load_questions(tmp_path / "out" / "questions.jsonl")
    assert season.reference == "A time of the year." and season.evidence == (SENTENCES[1],)
    assert season.articles == (article.source,) and season.expects_answer
    assert unanswered.kind == "unanswerable" and not (unanswered.articles or unanswered.reference)


def test_a_conversation_keeps_its_turns_and_each_passage_is_an_article(tmp_path: Path) -> None:
    rows = [write(tmp_path / "rows.jsonl", LONG), write(tmp_path / "talks.jsonl", TALK)]
    assert convert_rows(rows, tmp_path / "out").n_articles == 3
    talk = load_questions(tmp_path / "out" / "questions.jsonl")[1]
    assert talk.kind == "followup" and talk.history == (
        Turn(question="What is a score?", answer="A number: a secret one."),
    )
    assert talk.expects_answer and len(talk.articles) == 2 and talk.evidence == ()


def test_a_question_that_was_never_answered_is_no_turn() -> None:
    assert parse_history(["user: A?", "user: B?", "agent: C."]) == (Turn(question="B?", answer="C."),)
    assert parse_history([]) == ()


def test_rows_with_other_labels_are_counted_and_left_out(tmp_path: Path) -> None:
    rows = write(tmp_path / "rows.jsonl", LONG, {**LONG, "id": "3", "label": "underspecified"})
    assert convert_rows([rows], tmp_path / "out").n_left_out == 1
    with pytest.raises(DatasetError, match="No row has one of the labels"):
        convert_rows([write(tmp_path / "other.jsonl", {**LONG, "label": "supported"})], tmp_path / "out")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({**LONG, "evidence": []}, "evidence"),
        ({**LONG, "extra": {"title": "Season"}}, "there is no answer"),
        ({"id": "1"}, "source: Field required"),
    ],
)
def test_a_wrong_row_is_named_with_its_line(tmp_path: Path, row: dict[str, Any], reason: str) -> None:
    with pytest.raises(DatasetError) as caught:
        convert_rows([write(tmp_path / "rows.jsonl", LONG, row)], tmp_path / "out")
    assert "line 2" in str(caught.value) and reason in str(caught.value)
