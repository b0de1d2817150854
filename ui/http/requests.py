"""The requests of the HTTP API, with their limits."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from rag.records import Filters, Kind, Turn
from ui.limits import ANSWER_CHARS_MAX, HISTORY_TURNS_MAX, QUESTION_CHARS_MAX, TOP_K_MAX

Question = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=QUESTION_CHARS_MAX)]
TopK = Annotated[int, Field(ge=1, le=TOP_K_MAX)]


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
    """The articles that may be used; a field that is left out allows all.

    Attributes:
        articles: ids of articles.
    """

    publishers: Annotated[list[Name], Field(max_length=FILTERS_MAX)] = []
    published_from: Day = None
    published_to: Day = None
    articles: Annotated[list[Name], Field(max_length=FILTERS_MAX)] = []

    def filters(self) -> Filters:
        """Return the filters as the chatbot takes them."""
        return Filters(
            publishers=tuple(self.publishers),
            published_from=self.published_from,
            published_to=self.published_to,
            articles=tuple(self.articles),
        )


class AskRequest(_Request):
    """A question, the conversation before it, and optionally its standalone form, its kind and filters."""

    question: Question
    history: Annotated[list[TurnRecord], Field(max_length=HISTORY_TURNS_MAX)] = []
    standalone_question: Question | None = None
    kind: Kind | None = None
    filters: FilterRecord = FilterRecord()
    as_of: date | None = None

    def turns(self) -> tuple[Turn, ...]:
        """Return the history as the chatbot takes it."""
        return tuple(Turn(question=turn.question, answer=turn.answer) for turn in self.history)


class SearchRequest(_Request):
    """A question to find passages for. `top_k` defaults to the setting."""

    question: Question
    top_k: TopK | None = None
    filters: FilterRecord = FilterRecord()
    as_of: date | None = None
