import json
from pathlib import Path
from typing import Any

import pytest

from rag.errors import DatasetError
from rag.records import Turn
from ui.cli.batch import BatchLine, load_batch, run_batch


def write(path: Path, *lines: str) -> Path:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def echo(line: BatchLine) -> dict[str, Any]:
    return {"id": "from the chatbot", "question": line.question}


def ids(path: Path) -> list[str]:
    return [json.loads(line)["id"] for line in path.read_text(encoding="utf-8").splitlines()]


LINES = [BatchLine(id=f"q{n}", question=f"Who is number {n}?") for n in range(4)]


def test_lines_keep_order_history_and_ids(tmp_path: Path) -> None:
    path = write(
        tmp_path / "in.jsonl",
        '{"id": "a", "question": "Who?", "answers": [["x"]], "kind": "followup"}',
        "",
        '{"id": "b", "question": "And where?", "history": [{"question": "Who?", "answer": "Xi."}]}',
    )

    first, second = load_batch(path)

    assert (first.id, second.id) == ("a", "b")
    assert second.turns() == (Turn(question="Who?", answer="Xi."),)


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("not json", "line"),
        ('{"id": "a"}', "question"),
        ('{"question": "Who?"}', "id"),
        ('{"id": "first", "question": "Who?"}', "'first'"),
        ('{"id": "a", "question": " "}', "question"),
    ],
)
def test_wrong_line_is_named_by_its_number(tmp_path: Path, line: str, named: str) -> None:
    path = write(tmp_path / "in.jsonl", '{"id": "first", "question": "Who?"}', line)

    with pytest.raises(DatasetError, match="Line 2") as raised:
        load_batch(path)
    assert named in str(raised.value)


def test_answers_are_written_with_the_lines_ids(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"

    progress = run_batch(LINES, out, echo)

    assert ids(out) == ["q0", "q1", "q2", "q3"]
    assert (progress.n_done, progress.n_before, progress.interrupted) == (4, 0, False)


def test_interrupted_batch_keeps_what_is_done_and_goes_on(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"

    def interrupted(line: BatchLine) -> dict[str, Any]:
        if line.id == "q2":
            raise KeyboardInterrupt
        return echo(line)

    first = run_batch(LINES, out, interrupted)
    kept = ids(out)
    second = run_batch(LINES, out, echo)

    assert first.interrupted and kept == ["q0", "q1"]
    assert (second.n_before, second.n_done) == (2, 4)
    assert ids(out) == ["q0", "q1", "q2", "q3"]


def test_answer_that_a_crash_cut_short_is_asked_again(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    run_batch(LINES[:2], out, echo)
    with out.open("a", encoding="utf-8") as file:
        file.write('{"id": "q2", "ques')

    run_batch(LINES, out, echo)

    assert ids(out) == ["q0", "q1", "q2", "q3"]


def test_fresh_batch_starts_anew(tmp_path: Path) -> None:
    out = write(tmp_path / "out.jsonl", '{"id": "old"}')

    run_batch(LINES[:1], out, echo, fresh=True)

    assert ids(out) == ["q0"]


def test_file_of_something_else_is_not_written_to(tmp_path: Path) -> None:
    out = write(tmp_path / "notes.txt", "my notes")

    with pytest.raises(DatasetError, match="something else"):
        run_batch(LINES, out, echo)
    assert out.read_text(encoding="utf-8") == "my notes\n"
