"""Turns rated answers into lines of a data set, for a person to complete.

The answers are those that people rated in the conversations of a library, or JSON lines, one rated answer each:
`{"question", "answer", "rating", "reason"?, "comment"?, "history"?}`. `answer` is the answer object of `footnote ask
--json`; `rating` is good or bad (also up or down, 1 or -1), and `reason` says why it is bad. The output is the data set
format with the key `todo`, which says what the person has to decide; `footnote eval run` refuses a line until the key
is removed.

- A good answer becomes gold: its quotes are the evidence, and its claims are put into `answers`, to be shortened to the
  words that matter. One with a wrong citation keeps its claims, but not its quotes.
- A bad answer keeps its question only; the person finds out whether the articles answer it. One that should have been
  given is answerable.
- A good abstention, and an answer that should not have been given, is an unanswerable question.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from eval.data.questions import read_lines, reasons
from rag.errors import DatasetError
from rag.library.conversation_records import FeedbackReason, RatedTurn, Rating
from rag.records import Answer
from rag.rendering import render_words
from rag.serialization import parse_answer
from rag.transcripts import history_of

_TODO_OF_REASON: dict[str, str] = {
    "wrong": "the answer is wrong: find what the articles say, and give kind, answers, articles and evidence",
    "unsupported": "the articles don't say this: find what they say, and give kind, answers, articles and evidence",
    "wrong_citation": "check the answers, cut each to the words that matter, and give the right articles and evidence",
    "should_have_answered": "find where the articles answer it: give answers, articles and evidence",
    "should_not_have_answered": "check that no article answers this",
}
_TODO_OF_BAD = "find what the articles say: give kind, answers, articles and evidence"
_TODO_OF_GOOD = "cut each answer down to the words that matter, and add other ways to say them"
_TODO_OF_UNANSWERABLE = _TODO_OF_REASON["should_not_have_answered"]

_RATINGS: dict[object, Rating] = {1: "good", -1: "bad", "up": "good", "down": "bad"}


class _RatedLine(BaseModel):
    model_config = ConfigDict(extra="ignore")

    question: str
    answer: dict[str, Any]
    rating: Rating
    reason: FeedbackReason | Literal[""] | None = ""
    comment: str | None = ""
    history: list[dict[str, str]] = []

    @field_validator("rating", mode="before")
    @classmethod
    def _spelling(cls, value: object) -> object:
        return _RATINGS.get(value, value) if isinstance(value, int | str) else value


def questions_from_conversations(rated: Sequence[RatedTurn]) -> list[dict[str, Any]]:
    """Return unfinished data set lines from the rated turns of conversations: each question once, by its last rating.

    Turns that got no answer are left out. The turns before one are its history if it was understood by them.
    """
    lines: dict[str, dict[str, Any]] = {}
    for each in rated:
        given, data = each.turn.feedback, each.turn.answer
        if given is None or data is None:
            continue
        answer = parse_answer(data)
        is_followup = answer.standalone_question != answer.question
        history = [{"question": turn.question, "answer": turn.answer} for turn in history_of(each.earlier)]
        line = _question_line(
            _RatedLine(
                question=each.turn.question,
                answer=dict(data),
                rating=given.rating,
                reason=given.reason,
                comment=given.note,
                history=history if is_followup else [],
            ),
            answer,
        )
        if wants := each.turn.options.get("kind"):
            line["wants"] = wants
        lines[line["id"]] = line
    return list(lines.values())


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
    good = rated.rating == "good"
    if rated.reason == "should_not_have_answered" or (good and answer.verdict == "abstained"):
        todo = _TODO_OF_UNANSWERABLE
        line["kind"] = "followup" if rated.history else "unanswerable"
    else:
        todo = _TODO_OF_GOOD if good else _TODO_OF_REASON.get(rated.reason or "", _TODO_OF_BAD)
        line["answers"], line["articles"], line["evidence"] = [[]], [], []
    if (good and answer.verdict != "abstained") or rated.reason == "wrong_citation":
        line["answers"] = [[claim.text] for claim in answer.claims] or [[render_words(answer.segments)]]
    if good and answer.verdict != "abstained":
        line["articles"] = list(dict.fromkeys(citation.source for citation in answer.citations))
        line["evidence"] = list(dict.fromkeys(citation.quote for citation in answer.citations))
    comment = f"; the comment was: {rated.comment}" if rated.comment else ""
    line["todo"] = todo + comment
    return line
