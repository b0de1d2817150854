"""A conversation as the page shows it: a series of turns. Each turn is updated by the events of its answer."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from rag.events import (
    AnswerReady,
    CitationsChosen,
    ClaimChecked,
    Event,
    PassagesFound,
    QuestionUnderstood,
    TokenWritten,
)
from rag.library.conversation_records import ConversationTurn, Feedback, TurnStatus
from rag.records import KINDS, Answer, Citation, Claim, Filters, Kind, Passage, Turn
from rag.rendering import render_words
from rag.serialization import parse_answer, parse_filters, render_filters

Stage = Literal["waiting", "understanding", "searching", "found", "writing", "checking", "done", "stopped", "failed"]

STATUSES: dict[Stage, TurnStatus] = {"done": "answered", "stopped": "stopped", "failed": "failed"}
"""How the turns that no longer change are called where they are kept."""

FINISHED: tuple[Stage, ...] = tuple(STATUSES)
"""Stages after which a turn no longer changes."""

PAST_TURNS_MAX = 6
"""Earlier turns that are used to understand a follow-up. Older ones help little and cost tokens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnView:
    """One question, with what is known of its answer so far.

    Attributes:
        number: position in the conversation, from 1; identifies the turn in the page.
        key: identifies the turn on the server while it is made.
        id: identifies the turn among those that are kept; "" until then.
        asked_as: the standalone question that the user wrote, or None.
        wants: the kind of answer that the user chose, or None.
        filters: the articles that the user allows.
        n_earlier: how many turns of the conversation it may refer to, from the first. A question that is tried again
            gets those that it had before.
        n_ahead: questions that are answered before this one, while it waits.
        evidence: what the draft is written from. Its numbers are those of the draft, not of the answer.
        draft: what the language model has written so far, unchecked.
        checked: the draft's claims with their verdicts, those left out included.
        error: a sentence for the user, where the stage is "failed".
        feedback: what the user said of the answer, or None.
    """

    number: int
    question: str
    key: str = ""
    id: str = ""
    asked_as: str | None = None
    wants: Kind | None = None
    filters: Filters = field(default_factory=Filters)
    n_earlier: int = 0
    n_ahead: int = 0
    stage: Stage = "waiting"
    standalone_question: str = ""
    passages: tuple[Passage, ...] = ()
    evidence: tuple[Citation, ...] = ()
    draft: str = ""
    checked: tuple[Claim, ...] = ()
    answer: Answer | None = None
    error: str = ""
    feedback: Feedback | None = None

    @property
    def finished(self) -> bool:
        """Return whether the turn no longer changes."""
        return self.stage in FINISHED


Turns = tuple[TurnView, ...]


def begin_turn(
    turns: Turns,
    question: str,
    asked_as: str | None = None,
    wants: Kind | None = None,
    *,
    filters: Filters = Filters(),  # noqa: B008 - it is frozen
    n_earlier: int | None = None,
) -> Turns:
    """Return the conversation with one more turn, which waits. An earlier turn that never finished becomes stopped.

    By default the new turn may refer to all earlier ones.
    """
    settled = tuple(turn if turn.finished else replace(turn, stage="stopped") for turn in turns)
    turn = TurnView(
        number=len(turns) + 1,
        question=question,
        key=uuid.uuid4().hex,
        asked_as=asked_as,
        wants=wants,
        filters=filters,
        n_earlier=len(turns) if n_earlier is None else n_earlier,
    )
    return (*settled, turn)


def history(turns: Turns) -> tuple[Turn, ...]:
    """Return the answered turns, oldest first, as the chatbot takes them."""
    answered = [turn for turn in turns if turn.answer is not None]
    return tuple(
        Turn(question=turn.question, answer=render_words(turn.answer.segments))
        for turn in answered[-PAST_TURNS_MAX:]
        if turn.answer is not None
    )


def restore_turns(kept: Sequence[ConversationTurn]) -> Turns:
    """Return the turns of a kept conversation, as they were shown when they were finished."""
    return tuple(_restore(turn, number) for number, turn in enumerate(kept, 1))


def choices(turn: TurnView) -> dict[str, Any]:
    """Return what the user chose for the question, as JSON values to keep with the turn; nothing chosen gives {}."""
    chosen = {
        "standalone_question": turn.asked_as,
        "kind": turn.wants,
        "filters": render_filters(turn.filters) if turn.filters else None,
    }
    return {name: value for name, value in chosen.items() if value}


def _restore(turn: ConversationTurn, number: int) -> TurnView:
    answer = parse_answer(turn.answer) if turn.answer is not None else None
    stage = next(stage for stage, status in STATUSES.items() if status == turn.status)
    return TurnView(
        number=number,
        question=turn.question,
        id=turn.id,
        asked_as=turn.options.get("standalone_question"),
        wants=next((kind for kind in KINDS if kind == turn.options.get("kind")), None),
        filters=parse_filters(turn.options.get("filters") or {}),
        n_earlier=number - 1,
        stage=stage,
        standalone_question=answer.standalone_question if answer else "",
        passages=answer.passages if answer else (),
        answer=answer,
        error=turn.error,
        feedback=turn.feedback,
    )


def advance(turn: TurnView, event: Event) -> TurnView:
    """Return the turn updated by the event."""
    return _STEPS[type(event)](turn, event)


def _question_understood(turn: TurnView, event: QuestionUnderstood) -> TurnView:
    return replace(turn, stage="searching", standalone_question=event.standalone_question)


def _passages_found(turn: TurnView, event: PassagesFound) -> TurnView:
    return replace(turn, stage="found", standalone_question=event.standalone_question, passages=event.passages)


def _citations_chosen(turn: TurnView, event: CitationsChosen) -> TurnView:
    return replace(turn, stage="found", evidence=event.citations)


def _token_written(turn: TurnView, event: TokenWritten) -> TurnView:
    return replace(turn, stage="writing", draft=turn.draft + event.text)


def _claim_checked(turn: TurnView, event: ClaimChecked) -> TurnView:
    return replace(turn, stage="checking", checked=(*turn.checked, event.claim))


def _answer_ready(turn: TurnView, event: AnswerReady) -> TurnView:
    answer = event.answer
    return replace(
        turn,
        stage="done",
        answer=answer,
        standalone_question=answer.standalone_question or turn.standalone_question,
        passages=answer.passages or turn.passages,
    )


_STEPS: dict[type[Event], Callable[[TurnView, Any], TurnView]] = {
    QuestionUnderstood: _question_understood,
    PassagesFound: _passages_found,
    CitationsChosen: _citations_chosen,
    TokenWritten: _token_written,
    ClaimChecked: _claim_checked,
    AnswerReady: _answer_ready,
}
