"""Reads evaluation data sets: JSON lines of questions, checked line by line.

A line: `{"id", "question", "kind", "wants"?, "history"?, "answers"?, "facts"?, "reference"?, "articles"?,
"evidence"?}`.

- `kind`: answerable, unanswerable, false_premise, conflict or followup.
- `wants`: the kind of answer that the question wants: fact, yesno, list, explanation, overview, comparison, timeline,
  summary, library or talk.
- `history`: earlier turns, `[{"question", "answer"}, …]`; a followup needs at least one.
- `answers`: `[[alias, …], …]`; every inner list must be matched by one of its aliases. A false premise may give the
  correction that makes a reply right.
- `facts`: `[[alias, …], …]`, what a good answer holds; the share of them that an answer holds counts.
- `reference`: a whole answer that a person wrote, for sets whose answers are long.
  A question of the kind answerable or conflict needs answers, facts or a reference, unless it wants library or talk. A
  followup without any of them is one that the articles don't answer; an unanswerable question has no facts.
- `articles`: the gold sources, whole or as the tail of what ingest shows (`summit.md`); see `eval.data.sources`.
- `evidence`: strings that occur verbatim in the gold articles' canonical text.

`todo` is the one key that marks a line as unfinished (`footnote eval from-feedback` writes it); such a line
is refused.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from eval.records import UNCITED, Question, QuestionKind
from rag.errors import DatasetError
from rag.records import Kind, Turn


class _TurnLine(BaseModel):
    model_config = ConfigDict(extra="forbid")

    question: str
    answer: str


class _QuestionLine(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: str = Field(min_length=1)
    question: str
    kind: QuestionKind
    wants: Kind | None = None
    history: list[_TurnLine] = []
    answers: list[list[str]] = []
    facts: list[list[str]] = []
    reference: str = ""
    articles: list[str] = []
    evidence: list[str] = []
    todo: str = ""

    @model_validator(mode="after")
    def _is_complete(self) -> _QuestionLine:
        if self.todo:
            raise ValueError(f"the line is not finished ({self.todo}); complete it and take the key todo away")
        if not self.question.strip():
            raise ValueError("question is empty")
        if any(not _aliases(group) for group in self.facts):
            raise ValueError("a fact has no alias; write facts as [[alias, …], …]")
        expected = any(map(_aliases, self.answers)) or self.facts or self.reference.strip() or self.wants in UNCITED
        if self.kind in ("answerable", "conflict") and not expected:
            raise ValueError(f"a question of the kind {self.kind} needs answers or facts: [[alias, …], …]")
        if self.kind in ("unanswerable", "false_premise") and (self.facts or self.reference.strip()):
            raise ValueError(f"a question of the kind {self.kind} has no facts and no reference")
        if self.kind == "followup" and not self.history:
            raise ValueError("a question of the kind followup needs a history")
        return self


def load_questions(path: Path) -> list[Question]:
    """Return the questions of a data set, in its order; blank lines are skipped.

    Raises:
        DatasetError: a line is not JSON, lacks something or repeats an id; the message names its number and
            the reason.
    """
    questions: list[Question] = []
    seen: dict[str, int] = {}
    for number, data in read_lines(path):
        question = _question(path, number, data)
        if question.id in seen:
            raise DatasetError(
                f"{path}, line {number}: the id {question.id!r} is in line {seen[question.id]} already. "
                "Give every question an id of its own."
            )
        seen[question.id] = number
        questions.append(question)
    if not questions:
        raise DatasetError(f"{path} holds no question.")
    return questions


def read_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Return line numbers (from 1) and objects of a JSON lines file; blank lines are skipped.

    Raises:
        DatasetError: the file can't be read, or a line is not a JSON object.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise DatasetError(f"{path} can't be read: {exc}.") from exc
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            data = json.loads(line)
        except (ValueError, RecursionError) as exc:  # a number too long, or nested too deep
            raise DatasetError(f"{path}, line {number}: not JSON ({exc}).") from exc
        if not isinstance(data, dict):
            raise DatasetError(f"{path}, line {number}: not a JSON object but {type(data).__name__}.")
        yield number, data


def select(questions: Sequence[Question], limit: int | None, seed: int) -> list[Question]:
    """Return `limit` questions drawn by `seed`, in the data set's order; all of them without a limit."""
    if limit is None or limit >= len(questions):
        return list(questions)
    chosen = set(random.Random(seed).sample(sorted(question.id for question in questions), limit))
    return [question for question in questions if question.id in chosen]


def render_question(question: Question) -> dict[str, Any]:
    """Return the question as a line of a data set; empty fields are left out."""
    line = {
        "id": question.id,
        "question": question.question,
        "kind": question.kind,
        "wants": question.wants,
        "history": [{"question": turn.question, "answer": turn.answer} for turn in question.history],
        "answers": [list(group) for group in question.answers],
        "facts": [list(group) for group in question.facts],
        "reference": question.reference,
        "articles": list(question.articles),
        "evidence": list(question.evidence),
    }
    return {key: value for key, value in line.items() if value}


def file_hash(path: Path) -> str:
    """Return the sha256 of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def reasons(error: ValidationError) -> str:
    """Return the errors that pydantic found, as one line."""
    parts = []
    for problem in error.errors():
        place = ".".join(str(part) for part in problem["loc"])
        message = problem["msg"].removeprefix("Value error, ")
        parts.append(f"{place}: {message}" if place else message)
    return "; ".join(parts)


def _question(path: Path, number: int, data: dict[str, Any]) -> Question:
    try:
        line = _QuestionLine.model_validate(data)
    except ValidationError as exc:
        raise DatasetError(f"{path}, line {number}: {reasons(exc)}.") from exc
    return Question(
        id=line.id,
        question=line.question.strip(),
        kind=line.kind,
        wants=line.wants,
        history=tuple(Turn(question=turn.question, answer=turn.answer) for turn in line.history),
        answers=tuple(aliases for group in line.answers if (aliases := _aliases(group))),
        facts=tuple(map(_aliases, line.facts)),
        reference=line.reference.strip(),
        articles=tuple(source for source in line.articles if source),
        evidence=tuple(text for text in line.evidence if text),
    )


def _aliases(group: list[str]) -> tuple[str, ...]:
    return tuple(alias for alias in group if alias.strip())
