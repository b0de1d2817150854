"""Records of conversations: their turns, and what a person said of an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

TurnStatus = Literal["answered", "stopped", "failed"]
Rating = Literal["good", "bad"]
FeedbackReason = Literal["wrong", "unsupported", "wrong_citation", "should_have_answered", "should_not_have_answered"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """A person's verdict on an answer.

    Attributes:
        reason: why it is bad, or "" where the person didn't say.
        note: a remark in the person's own words, or "".
        created: as ISO 8601 in UTC; "" until it is kept.
    """

    rating: Rating
    reason: FeedbackReason | Literal[""] = ""
    note: str = ""
    created: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationTurn:
    """One question of a conversation with its answer.

    Attributes:
        id: the id of the answer, or an id of its own where there is none.
        options: what was chosen for the question, such as `kind` and `filters`, as JSON values.
        answer: the JSON object of `rag.serialization.render_answer`; None for a turn that was stopped or failed.
        error: a sentence for the person, where the turn failed.
        created: as ISO 8601 in UTC.
    """

    id: str
    question: str
    status: TurnStatus
    options: Mapping[str, Any] = field(default_factory=dict)
    answer: Mapping[str, Any] | None = None
    error: str = ""
    created: str = ""
    feedback: Feedback | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationSummary:
    """A conversation as it is listed.

    Attributes:
        title: chosen by the person, else the beginning of the first question, or "" before that.
        owner: the name of the person whose conversation it is; "" where nobody signs in.
        created, updated: as ISO 8601 in UTC; a turn that is added updates it.
        deleted: the time of its deletion, or "".
    """

    id: str
    title: str
    owner: str
    created: str
    updated: str
    deleted: str = ""
    n_turns: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationPage:
    """Some of the conversations that were looked for, and the number of all of them."""

    conversations: tuple[ConversationSummary, ...]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A conversation with its turns, oldest first."""

    id: str
    title: str
    owner: str
    created: str
    updated: str
    turns: tuple[ConversationTurn, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RatedTurn:
    """A turn that has feedback, with the turns of its conversation before it, oldest first."""

    turn: ConversationTurn
    earlier: tuple[ConversationTurn, ...] = ()
