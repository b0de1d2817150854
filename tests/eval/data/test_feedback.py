from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from eval.data.feedback import questions_from_conversations, questions_from_feedback
from eval.data.questions import load_questions
from rag.errors import DatasetError
from rag.library.conversation_records import ConversationTurn, Feedback, RatedTurn
from rag.serialization import render_answer
from tests.eval.builders import COST, MUSEUM, cite, make_answer

GOOD = render_answer(make_answer([(COST, [cite(MUSEUM, COST)])]))
ABSTAINED = render_answer(make_answer(text="Not stated.", verdict="abstained"))


def lines(path: Path, *rated: dict[str, Any]) -> list[dict[str, Any]]:
    path.write_text("\n".join(json.dumps(line) for line in rated))
    return questions_from_feedback(path)


def test_an_answer_rated_up_becomes_gold(tmp_path: Path) -> None:
    rated = {"question": "What did it cost?", "answer": GOOD, "rating": "up", "comment": "exact"}
    [line] = lines(tmp_path / "f.jsonl", rated)
    assert line["answers"] == [[COST]] and line["evidence"] == [COST] and line["articles"] == [MUSEUM.source]
    assert line["kind"] == "answerable" and "exact" in line["todo"]


def test_an_answer_rated_down_leaves_the_question(tmp_path: Path) -> None:
    [line] = lines(tmp_path / "f.jsonl", {"question": "Why?", "answer": GOOD, "rating": -1, "comment": None})
    assert line["answers"] == [[]] and line["evidence"] == [] and "comment" not in line["todo"]


def test_an_abstention_rated_up_is_unanswerable_and_a_history_makes_a_followup(tmp_path: Path) -> None:
    history = [{"question": "A?", "answer": "B."}]
    found = lines(
        tmp_path / "f.jsonl",
        {"question": "Why?", "answer": ABSTAINED, "rating": 1},
        {"question": "And he?", "answer": ABSTAINED, "rating": "up", "history": history},
    )
    assert [line["kind"] for line in found] == ["unanswerable", "followup"]
    assert found[1]["history"] == history


def test_the_last_rating_of_a_question_counts(tmp_path: Path) -> None:
    up, down = ({"question": "Why?", "answer": GOOD, "rating": rating} for rating in ("up", "down"))
    [line] = lines(tmp_path / "f.jsonl", up, down)
    assert line["answers"] == [[]]


def test_lines_are_refused_until_a_person_has_completed_them(tmp_path: Path) -> None:
    [line] = lines(tmp_path / "f.jsonl", {"question": "What did it cost?", "answer": GOOD, "rating": "up"})
    path = tmp_path / "d.jsonl"
    path.write_text(json.dumps(line))
    with pytest.raises(DatasetError, match="not finished"):
        load_questions(path)
    path.write_text(json.dumps({key: value for key, value in line.items() if key != "todo"}))
    assert load_questions(path)[0].answers == ((COST,),)


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"rating": "meh"}, "rating"), ({"answer": {"id": 1}}, "no answer object"), ({"question": 3}, "question")],
)
def test_a_line_of_another_form_is_named(tmp_path: Path, change: dict[str, Any], reason: str) -> None:
    with pytest.raises(DatasetError, match=f"line 1: .*{reason}"):
        lines(tmp_path / "f.jsonl", {"question": "Why?", "answer": GOOD, "rating": "up", **change})


def rated_turn(given: dict[str, Any], feedback: Feedback | None, *earlier: dict[str, Any], **options: Any) -> RatedTurn:
    def turn(of: dict[str, Any], feedback: Feedback | None = None, **options: Any) -> ConversationTurn:
        return ConversationTurn(
            id=of["id"], question=of["question"], status="answered", answer=of, feedback=feedback, options=options
        )

    return RatedTurn(turn=turn(given, feedback, **options), earlier=tuple(turn(each) for each in earlier))


@pytest.mark.parametrize(
    ("given", "reason", "kind", "answers", "evidence", "todo"),
    [
        (GOOD, "wrong", "answerable", [[]], [], "the answer is wrong"),
        (GOOD, "unsupported", "answerable", [[]], [], "the articles don't say"),
        (GOOD, "wrong_citation", "answerable", [[COST]], [], "right articles and evidence"),
        (ABSTAINED, "should_have_answered", "answerable", [[]], [], "where the articles answer it"),
        (GOOD, "should_not_have_answered", "unanswerable", None, None, "no article answers this"),
    ],
)
def test_the_reason_of_a_bad_answer_is_used(
    given: dict[str, Any], reason: Any, kind: str, answers: Any, evidence: Any, todo: str
) -> None:
    feedback = Feedback(rating="bad", reason=reason, note="See page 2.")
    [line] = questions_from_conversations([rated_turn(given, feedback)])

    assert (line["kind"], line.get("answers"), line.get("evidence")) == (kind, answers, evidence)
    assert todo in line["todo"] and "See page 2." in line["todo"]


def test_feedback_in_conversations_gives_questions_with_the_turns_before_a_followup(tmp_path: Path) -> None:
    followup = {**GOOD, "id": "q2", "question": "And what did it cost?", "standalone_question": "What did it cost?"}
    good = Feedback(rating="good")
    found = questions_from_conversations(
        [
            rated_turn(GOOD, good, ABSTAINED, kind="list"),
            rated_turn(followup, good, GOOD),
            rated_turn({**ABSTAINED, "question": "Why?", "standalone_question": "Why?"}, good),
            rated_turn({**GOOD, "question": "Unrated?"}, None),
        ]
    )

    assert [line["kind"] for line in found] == ["answerable", "followup", "unanswerable"]
    assert "history" not in found[0] and found[0]["wants"] == "list"
    assert found[1]["history"] == [{"question": GOOD["question"], "answer": COST}]
    complete = [{key: value for key, value in line.items() if key != "todo"} for line in found]
    path = tmp_path / "d.jsonl"
    path.write_text("\n".join(map(json.dumps, complete)))
    assert [question.kind for question in load_questions(path)] == ["answerable", "followup", "unanswerable"]
