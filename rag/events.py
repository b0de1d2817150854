"""Events of an answer in the making, in this order: understood, passages, citations, tokens, claims, answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from rag.records import Answer, Citation, Claim, Filters, Kind, Passage


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionUnderstood:
    """The standalone question, the kind of answer that it wants, and the filters that hold."""

    kind: ClassVar[Literal["understood"]] = "understood"
    standalone_question: str
    wants: Kind
    filters: Filters


@dataclass(frozen=True, slots=True, kw_only=True)
class PassagesFound:
    """The passages of the (standalone) question, best first."""

    kind: ClassVar[Literal["passages"]] = "passages"
    standalone_question: str
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CitationsChosen:
    """The evidence that the draft is written from; the answer may cite fewer windows, under other numbers."""

    kind: ClassVar[Literal["citations"]] = "citations"
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenWritten:
    """A piece of the draft, not checked yet."""

    kind: ClassVar[Literal["token"]] = "token"
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimChecked:
    """A claim of the draft with its own verdict, before it is decided whether to answer.

    A claim that isn't supported won't be in the answer. A supported one may be left out too, if the answer is that the
    articles don't say it.
    """

    kind: ClassVar[Literal["claim"]] = "claim"
    claim: Claim


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerReady:
    """The answer; always the last event."""

    kind: ClassVar[Literal["answer"]] = "answer"
    answer: Answer


Event = QuestionUnderstood | PassagesFound | CitationsChosen | TokenWritten | ClaimChecked | AnswerReady
