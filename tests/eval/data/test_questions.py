from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.data.questions import load_questions, render_question, select
from eval.records import Question
from rag.errors import DatasetError
from rag.records import Turn

LINE = {"id": "1", "question": "Who?", "kind": "answerable", "answers": [["X", "Y"]], "articles": ["a.md"]}


def write(path: Path, *lines: object) -> Path:
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines))
    return path


def test_a_data_set_is_read_in_its_order(tmp_path: Path) -> None:
    followup = {"id": "2", "question": "And he?", "kind": "followup", "history": [{"question": "A?", "answer": "B."}]}
    questions = load_questions(write(tmp_path / "d.jsonl", LINE, "", followup))
    assert [question.id for question in questions] == ["1", "2"]
    assert questions[0].answers == (("X", "Y"),)
    assert questions[1].history == (Turn(question="A?", answer="B."),)
    assert not questions[1].expects_answer


@pytest.mark.parametrize(
    "gold",
    [{"facts": [["X"]], "wants": "list"}, {"reference": "X did it."}, {"wants": "library"}, {"wants": "talk"}],
)
def test_facts_a_reference_or_the_kind_of_answer_can_take_the_place_of_answers(
    tmp_path: Path, gold: dict[str, object]
) -> None:
    [question] = load_questions(write(tmp_path / "d.jsonl", {**LINE, "answers": [], **gold}))
    assert question.expects_answer and question.answers == ()


def test_empty_aliases_of_unanswerable_questions_are_no_answers(tmp_path: Path) -> None:
    line = {**LINE, "kind": "unanswerable", "answers": [[""]]}
    assert load_questions(write(tmp_path / "d.jsonl", line))[0].answers == ()


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{nonsense", "not JSON"),
        ("[1]", "not a JSON object"),
        ({**LINE, "kind": "riddle"}, "kind"),
        ({**LINE, "answer": "X"}, "answer: Extra inputs"),
        ({**LINE, "answers": [[" "]]}, "needs answers"),
        ({**LINE, "question": " "}, "question is empty"),
        ({**LINE, "kind": "followup"}, "needs a history"),
        ({**LINE, "wants": "poem"}, "wants"),
        ({**LINE, "facts": [["X"], [" "]]}, "a fact has no alias"),
        ({**LINE, "answers": [], "wants": "list"}, "needs answers or facts"),
        ({**LINE, "kind": "unanswerable", "answers": [], "facts": [["X"]]}, "has no facts"),
        ({**LINE, "kind": "false_premise", "reference": "X did."}, "has no facts and no reference"),
        ({**LINE, "todo": "decide"}, "not finished (decide)"),
        ({**LINE, "answers": ["X"]}, "answers.0"),
        ({"question": "Who?"}, "id: Field required"),
    ],
)
def test_a_wrong_line_is_named_with_its_number_and_reason(tmp_path: Path, line: object, reason: str) -> None:
    path = write(tmp_path / "d.jsonl", LINE, "", line)
    with pytest.raises(DatasetError) as caught:
        load_questions(path)
    assert "line 3" in str(caught.value) and reason in str(caught.value)


def test_an_id_that_repeats_is_refused_with_both_lines(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"line 2.*'1' is in line 1"):
        load_questions(write(tmp_path / "d.jsonl", LINE, LINE))


def test_missing_and_empty_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="can't be read"):
        load_questions(tmp_path / "none.jsonl")
    with pytest.raises(DatasetError, match="no question"):
        load_questions(write(tmp_path / "d.jsonl", ""))


def test_a_rendered_question_reads_back(tmp_path: Path) -> None:
    question = Question(
        id="1",
        question="And he?",
        kind="followup",
        history=(Turn(question="A?", answer="B."),),
        wants="list",
        answers=(("x",), ("y", "z")),
        facts=(("x",), ("z",)),
        reference="X, y and z.",
        articles=("a.md",),
        evidence=("Verbatim.",),
    )
    assert load_questions(write(tmp_path / "d.jsonl", render_question(question))) == [question]


def test_a_limit_draws_by_seed_and_keeps_the_order(tmp_path: Path) -> None:
    questions = [Question(id=str(i), question="Q", kind="unanswerable") for i in range(20)]
    drawn = select(questions, 5, 1)
    assert len(drawn) == 5 and drawn == select(list(questions), 5, 1) and drawn != select(questions, 5, 2)
    assert drawn == sorted(drawn, key=questions.index)
    assert {q.id for q in drawn} == {q.id for q in select(questions[::-1], 5, 1)}
    assert select(questions, None, 1) == questions
