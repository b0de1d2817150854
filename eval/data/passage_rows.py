"""Turns rows of public question sets, each with its passages and a person's answer, into articles and a data set.

A row: `{"source", "id", "question", "evidence", "label", "extra": {"title"?, "answer"?, "reference"?, "selected"?,
"history"?}}`, such as a row of CLAPnq (Rosenthal et al. 2025, TACL) or MTRAG (Katsis et al. 2025, TACL) in one form.

- `evidence`: the passages. Where `extra` has the key `selected`, they are the sentences of one passage, and `selected`
  are those that people marked, perhaps with other spaces.
- `label`: answerable, partial or unanswerable. Rows with other labels are left out, such as those that need a question
  in return.
- `answer` or `reference`: the whole answer of a person, which becomes the question's reference.
- `history`: earlier lines of the conversation, `user: …` and `agent: …` in turn.

Passages that occur in several rows become one article.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from eval.data.questions import read_lines, reasons, render_question
from eval.records import Question, QuestionKind
from rag.errors import DatasetError
from rag.records import Turn

ARTICLES_FILE, QUESTIONS_FILE = "articles.jsonl", "questions.jsonl"
KIND_OF_LABEL: dict[str, QuestionKind] = {
    "answerable": "answerable",
    "partial": "answerable",
    "unanswerable": "unanswerable",
}


class _Extra(BaseModel):
    model_config = ConfigDict(extra="ignore")

    title: str | None = None
    answer: str | None = None
    reference: str | None = None
    selected: list[str] | None = None
    history: list[str] = []


class _Row(BaseModel):
    model_config = ConfigDict(extra="ignore")

    source: str = Field(min_length=1)
    id: str = Field(min_length=1)
    question: str = Field(min_length=1)
    evidence: list[str] = Field(min_length=1)
    label: str
    extra: _Extra = _Extra()

    def passages(self) -> list[str]:
        """Return the texts that become articles."""
        return [" ".join(self.evidence)] if "selected" in self.extra.model_fields_set else self.evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """How many articles and questions were written, and how many rows left out."""

    n_articles: int
    n_questions: int
    n_left_out: int


def convert_rows(paths: Sequence[Path], directory: Path) -> Converted:
    """Write the articles and the questions of all rows into a folder, as `articles.jsonl` and `questions.jsonl`.

    Raises:
        DatasetError: a line is no such row, an answerable row has no reference, or no row has a known label.
    """
    articles: dict[str, dict[str, str]] = {}
    questions: dict[str, Question] = {}
    n_left_out = 0
    for path in paths:
        for number, data in read_lines(path):
            row = _row(path, number, data)
            if row.label not in KIND_OF_LABEL:
                n_left_out += 1
                continue
            sources = [_source(row.source, text) for text in row.passages()]
            for source, text in zip(sources, row.passages(), strict=True):
                articles.setdefault(source, {"source": source, "title": row.extra.title or "", "text": text})
            question = _question(row, sources)
            if KIND_OF_LABEL[row.label] == "answerable" and not question.reference:
                raise DatasetError(f"{path}, line {number}: the label is {row.label}, but there is no answer.")
            questions[question.id] = question
    if not questions:
        raise DatasetError(f"No row has one of the labels {', '.join(KIND_OF_LABEL)}.")
    directory.mkdir(parents=True, exist_ok=True)
    _write(directory / ARTICLES_FILE, articles.values())
    _write(directory / QUESTIONS_FILE, map(render_question, questions.values()))
    return Converted(n_articles=len(articles), n_questions=len(questions), n_left_out=n_left_out)


def _row(path: Path, number: int, data: dict[str, Any]) -> _Row:
    try:
        return _Row.model_validate(data)
    except ValidationError as exc:
        raise DatasetError(f"{path}, line {number}: {reasons(exc)}.") from exc


def _question(row: _Row, sources: Sequence[str]) -> Question:
    kind = KIND_OF_LABEL[row.label]
    answerable = kind == "answerable"
    history = parse_history(row.extra.history)
    return Question(
        id=f"{row.source}-{row.id}",
        question=row.question.strip(),
        kind="followup" if history else kind,
        history=history,
        reference=(row.extra.answer or row.extra.reference or "").strip() if answerable else "",
        articles=tuple(dict.fromkeys(sources)) if answerable else (),
        evidence=_marked(row.evidence, row.extra.selected or []) if answerable else (),
    )


def parse_history(lines: Sequence[str]) -> tuple[Turn, ...]:
    """Return the turns of a conversation's lines, `user: …` and `agent: …`; a question without answer is left out."""
    said = [line.partition(":") for line in lines]
    return tuple(
        Turn(question=question.strip(), answer=answer.strip())
        for (asker, _, question), (answerer, _, answer) in pairwise(said)
        if (asker.strip(), answerer.strip()) == ("user", "agent")
    )


def _marked(sentences: Sequence[str], selected: Sequence[str]) -> tuple[str, ...]:
    """Return the sentences that people marked, compared by letters and digits alone."""
    marked = {_letters(text) for text in selected}
    return tuple(sentence for sentence in sentences if _letters(sentence) in marked)


def _letters(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


def _source(collection: str, text: str) -> str:
    return f"{collection}/{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def _write(path: Path, lines: Iterable[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
