"""The requests of the HTTP API, with their limits. Those of the OpenAI-compatible routes are in `chat_messages.py`."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from ingest.cleaning.addresses import is_address
from rag.answering.requests import AskOptions
from rag.library.conversation_records import FeedbackReason, Rating
from rag.records import Filters, Kind, Turn
from ui.limits import (
    ANSWER_CHARS_MAX,
    HISTORY_TURNS_MAX,
    NOTE_CHARS_MAX,
    PAGE_ITEMS_MAX,
    QUESTION_CHARS_MAX,
    SEARCH_CHARS_MAX,
    TITLE_CHARS_MAX,
    TOP_K_MAX,
)

Question = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=QUESTION_CHARS_MAX)]
Title = Annotated[str, StringConstraints(strip_whitespace=True, max_length=TITLE_CHARS_MAX)]
Search = Annotated[str, StringConstraints(strip_whitespace=True, max_length=SEARCH_CHARS_MAX)]
TopK = Annotated[int, Field(ge=1, le=TOP_K_MAX)]
Limit = Annotated[int, Field(ge=1, le=PAGE_ITEMS_MAX)]
Offset = Annotated[int, Field(ge=0, le=2**31)]

Day = Annotated[date | None, BeforeValidator(lambda value: None if value == "" else value)]
"""A day, or "" as an answer writes a day that isn't set, so that its filters can be sent back."""

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
FILTERS_MAX = 100
"""The most publishers, and the most articles, that a filter names."""


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class TurnRecord(_Request):
    """An earlier question of the conversation, with its answer."""

    question: Question
    answer: Annotated[str, StringConstraints(max_length=ANSWER_CHARS_MAX)]


class FilterRecord(_Request):
    """The articles that may be used; a field that is left out allows all."""

    publishers: Annotated[list[Name], Field(max_length=FILTERS_MAX)] = []
    published_from: Day = None
    published_to: Day = None
    articles: Annotated[list[Name], Field(max_length=FILTERS_MAX, description="Ids of articles.")] = []

    def filters(self) -> Filters:
        """Return the filters as the chatbot takes them."""
        return Filters(
            publishers=tuple(self.publishers),
            published_from=self.published_from,
            published_to=self.published_to,
            articles=tuple(self.articles),
        )


class Choices(_Request):
    """What a client may choose for a question."""

    standalone_question: Annotated[
        Question | None, Field(description="What to search for, instead of a question made from the history.")
    ] = None
    kind: Annotated[Kind | None, Field(description="The kind of answer, instead of the one that is guessed.")] = None
    filters: FilterRecord = FilterRecord()
    as_of: Annotated[date | None, Field(description="The day from which “yesterday” is counted.")] = None
    conversation_id: Annotated[
        Name | None, Field(description="The turn is added to this conversation, whose earlier turns are its history.")
    ] = None

    def options(self) -> AskOptions:
        """Return the choices as the chatbot takes them."""
        return {
            "standalone_question": self.standalone_question,
            "kind": self.kind,
            "filters": self.filters.filters(),
            "as_of": self.as_of,
        }

    def chosen(self) -> dict[str, Any]:
        """Return what was chosen as JSON values, to be kept with the turn."""
        kept = {"standalone_question", "kind", "filters", "as_of"}
        return self.model_dump(mode="json", include=kept, exclude_defaults=True)


class AskRequest(Choices):
    """A question, the conversation before it, and what is chosen for it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"question": "How many dialogue partners does the SCO have?"},
                {
                    "question": "Which countries are members?",
                    "kind": "list",
                    "filters": {"published_from": "2024-07-01"},
                },
            ]
        }
    )

    question: Question
    history: Annotated[list[TurnRecord], Field(max_length=HISTORY_TURNS_MAX)] = []
    stream: Annotated[bool, Field(description="Send server-sent events, as with `Accept: text/event-stream`.")] = False

    @model_validator(mode="after")
    def _has_one_history(self) -> AskRequest:
        if self.history and self.conversation_id:
            raise ValueError("give either a history or a conversation_id, whose turns are the history")
        return self

    def turns(self) -> tuple[Turn, ...]:
        """Return the history as the chatbot takes it."""
        return tuple(Turn(question=turn.question, answer=turn.answer) for turn in self.history)


class SearchRequest(_Request):
    """A question to find passages for."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"question": "How many dialogue partners does the SCO have?", "top_k": 3}]}
    )

    question: Question
    top_k: Annotated[TopK | None, Field(description="The most passages; the setting `top_k` by default.")] = None
    filters: FilterRecord = FilterRecord()
    as_of: date | None = None


class AddressRequest(_Request):
    """The address of an article, a feed or a sitemap."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"url": "https://news.example/feed.xml"}]})

    url: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]

    @model_validator(mode="after")
    def _is_address(self) -> AddressRequest:
        """Refuse paths, so that no request reads a file of this machine."""
        if not is_address(self.url) or not self.url.lower().startswith(("http://", "https://")):
            raise ValueError("url must begin with http:// or https://")
        return self


class ConversationRequest(_Request):
    """A new conversation. Without a title it gets one from its first question."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"title": "Dialogue partners"}]})

    title: Title = ""


class RenameRequest(_Request):
    """The new title of a conversation."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"title": "Members and partners"}]})

    title: Annotated[Title, Field(min_length=1)]


class FeedbackRequest(_Request):
    """A person's verdict on an answer of a conversation."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "answer_id": "9f0c5e0a7d3b4a6c8e1f2a3b4c5d6e7f",
                    "rating": "bad",
                    "reason": "wrong_citation",
                    "note": "Another article says it.",
                }
            ]
        }
    )

    answer_id: Annotated[Name, Field(description="`id` of the answer, or of a turn that got none.")]
    rating: Rating
    reason: Annotated[FeedbackReason | None, Field(description="Why the answer is bad.")] = None
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=NOTE_CHARS_MAX)] = ""

    @model_validator(mode="after")
    def _reason_is_of_a_bad_one(self) -> FeedbackRequest:
        if self.reason and self.rating == "good":
            raise ValueError("a reason is given for a bad answer only; use note for a good one")
        return self
