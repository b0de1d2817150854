"""Turns rated answers into lines of a data set, for a person to complete.

The input is JSON lines, one rated answer each: `{"question", "answer", "rating", "comment"?, "history"?}`. `answer` is
the answer object of `footnote ask --json`; `rating` is up or down (or 1 and -1). The output is the data set format with
the key `todo`, which says what the person has to decide; `footnote eval run` refuses a line until the key is removed.

- An answer rated up becomes gold: its quotes are the evidence, and its claims are put into `answers`, to be shortened
  to the words that matter.
- An answer rated down keeps its question only; the person finds out whether the articles answer it.
- An abstention rated up is an unanswerable question.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from eval.data.questions import read_lines, reasons
from rag.errors import DatasetError
from rag.records import Answer
from rag.rendering import render_words
from rag.serialization import parse_answer


class _RatedLine(BaseModel):
    model_config = ConfigDict(extra="ignore")

    question: str
    answer: dict[str, Any]
    rating: Literal["up", "down"]
    comment: str | None = ""
    history: list[dict[str, str]] = []

    @field_validator("rating", mode="before")
    @classmethod
    def _name_of_number(cls, value: object) -> object:
        return {1: "up", -1: "down"}.get(value, value) if isinstance(value, int) else value


def questions_from_feedback(path: Path) -> list[dict[str, Any]]:
    """Return unfinished data set lines from rated answers: each question once, by its last rating.

    Raises:
        DatasetError: a line is no rated answer; the message gives its number and the reason.
    """
    lines: dict[str, dict[str, Any]] = {}
    for number, data in read_lines(path):
        try:
            rated = _RatedLine.model_validate(data)
            answer = parse_answer(rated.answer)
        except ValidationError as exc:
            raise DatasetError(f"{path}, line {number}: {reasons(exc)}.") from exc
        except (KeyError, TypeError, AttributeError) as exc:
            raise DatasetError(f"{path}, line {number}: answer is no answer object ({exc}).") from exc
        line = _question_line(rated, answer)
        lines[line["id"]] = line
    return list(lines.values())


def _question_line(rated: _RatedLine, answer: Answer) -> dict[str, Any]:
    said = "\n".join([rated.question, *(turn.get("question", "") for turn in rated.history)])
    line: dict[str, Any] = {
        "id": f"feedback-{hashlib.sha256(said.encode()).hexdigest()[:10]}",
        "question": rated.question,
        "kind": "followup" if rated.history else "answerable",
    }
    if rated.history:
        line["history"] = rated.history
    abstained = answer.verdict == "abstained"
    if rated.rating == "up" and abstained:
        todo = "check that no article answers this"
        line["kind"] = "followup" if rated.history else "unanswerable"
    elif rated.rating == "up":
        todo = "cut each answer down to the words that matter, and add other ways to say them"
        line["answers"] = [[claim.text] for claim in answer.claims] or [[render_words(answer.segments)]]
        line["articles"] = list(dict.fromkeys(citation.source for citation in answer.citations))
        line["evidence"] = list(dict.fromkeys(citation.quote for citation in answer.citations))
    else:
        todo = "find what the articles say: give kind, answers, articles and evidence"
        line["answers"], line["articles"], line["evidence"] = [[]], [], []
    comment = f"; the comment was: {rated.comment}" if rated.comment else ""
    line["todo"] = todo + comment
    return line
