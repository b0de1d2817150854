"""The chatbot: the story of an answer, from the question to checked claims with citations."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, Unpack

from rag.answering.answerers import make_answerers
from rag.answering.collaborators import Collaborators
from rag.answering.gathering import find_passages
from rag.answering.requests import AskOptions, Clock, Outcome, Request
from rag.answering.understanding import understand
from rag.errors import SettingsError
from rag.events import AnswerReady, Event, QuestionUnderstood
from rag.library.conversations import Conversations
from rag.library.library import Library
from rag.records import Answer, Article, Filters, SearchResult, Turn
from rag.stopping import Stream

if TYPE_CHECKING:
    from langchain_core.retrievers import BaseRetriever
    from langchain_core.runnables import Runnable

QUESTION_CHARS_MAX = 2000


class Chatbot:
    """Answers questions about the articles of one library; safe to use from several threads."""

    def __init__(self, collaborators: Collaborators) -> None:
        """Take the collaborators; closing the chatbot closes their library."""
        self._with = collaborators
        self._answerers = make_answerers(collaborators)

    def __enter__(self) -> Chatbot:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the library."""
        self._with.library.close()

    @property
    def models(self) -> Mapping[str, str]:
        """Return the names of the models in use, by role, and the index fingerprint."""
        return {
            "embeddings": self._with.library.embeddings.name,
            "llm": self._with.settings.llm if self._with.llm is not None else "none",
            "checker": self._with.checker.name,
            "reader": self._with.decider.reader_name,
            "reranker": self._with.reranker.name if self._with.reranker else "none",
            "index": self._with.library.fingerprint,
        }

    def ask(self, question: str, history: Sequence[Turn] = (), **options: Unpack[AskOptions]) -> Answer:
        """Return the checked answer to a question, or an abstention with its reason.

        Args:
            question: the user's question, at most 2,000 characters.
            history: earlier turns, oldest first; a follow-up may refer to them, and they are never evidence.
            **options: what is known about the question; see `AskOptions`.

        Raises:
            SettingsError: the question is empty or too long.
            ModelError: the language model did not answer.
        """
        return last_answer(self.stream(question, history, **options))

    async def aask(self, question: str, history: Sequence[Turn] = (), **options: Unpack[AskOptions]) -> Answer:
        """Return the answer as `ask` does, made in a thread of its own; cancelling stops the models."""
        events = self.stream(question, history, **options)
        try:
            return await asyncio.to_thread(last_answer, events)
        finally:
            events.stop()

    def stream(self, question: str, history: Sequence[Turn] = (), **options: Unpack[AskOptions]) -> Stream[Event]:
        """Return the events of an answer in the making, and last the answer; see `rag/events.py`.

        Closing the stream stops the models, from any thread and at any time; a step that is being made then raises
        StoppedError. Arguments and errors are those of `ask`.
        """
        return Stream(self._steps(question, history, options))

    def _steps(self, question: str, history: Sequence[Turn], options: AskOptions) -> Generator[Event, None, None]:
        """Understand the question, let its kind answer it, and yield the events on the way."""
        question = _checked(question)
        clock = Clock()
        request = understand(self._with, question, history, options)
        clock.mark("understand")
        yield QuestionUnderstood(standalone_question=request.question, wants=request.kind, filters=request.filters)

        outcome = yield from self._answerers[request.kind].answer(request, clock)
        if outcome.composition.verdict == "abstained" and request.next_kind is not None:
            request = replace(request, kind=request.next_kind, next_kind=None)
            outcome = yield from self._answerers[request.kind].answer(request, clock)
        suggestions = outcome.suggestions or self._suggest(request, outcome)
        clock.mark("suggest")

        composition = outcome.composition
        yield AnswerReady(
            answer=Answer(
                id=uuid.uuid4().hex,
                question=question,
                standalone_question=request.question,
                kind=request.kind,
                filters=request.filters,
                verdict=composition.verdict,
                reason=composition.reason,
                text=composition.text,
                segments=composition.segments,
                suggestions=suggestions,
                confidence=composition.confidence,
                claims=composition.claims,
                citations=composition.citations,
                nearest=composition.nearest,
                conflicts=composition.conflicts,
                passages=tuple(outcome.passages),
                timings_ms=clock.timings_ms(),
                models=self.models,
                usage=outcome.usage,
            )
        )

    def _suggest(self, request: Request, outcome: Outcome) -> tuple[str, ...]:
        suggestion = self._with.suggest(
            request.question, outcome.composition, outcome.evidence, self._with.llm, self._with.checker
        )
        return (suggestion,) if suggestion else ()

    def search(
        self,
        question: str,
        top_k: int | None = None,
        *,
        filters: Filters = Filters(),  # noqa: B008 - it is frozen
        as_of: date | None = None,
    ) -> SearchResult:
        """Return the passages found for a question, best first.

        `top_k` defaults to the setting; `filters` and `as_of` are as in `ask`.

        Raises:
            SettingsError: the question is empty or too long.
        """
        clock = Clock()
        asked = _checked(question)
        day = as_of or self._with.settings.reference_date or date.today()
        request = Request(question=asked, kind="fact", wish=self._with.parse_wish(asked, day), filters=filters)
        passages = find_passages(self._with, asked, request, top_k or self._with.settings.top_k)
        return SearchResult(
            id=uuid.uuid4().hex, question=question, passages=tuple(passages), timings_ms=clock.timings_ms()
        )

    def articles(self) -> list[Article]:
        """Return all articles of the library in their current version, by source."""
        return self._with.library.catalog.articles()

    def article(self, article_id: str, version: int | None = None) -> Article:
        """Return an article in its current version, or in the one that a citation names.

        Raises:
            ArticleNotFoundError: there is no such article or version.
        """
        return self._with.library.catalog.article(article_id, version)

    @property
    def library(self) -> Library:
        """The library that is asked, with its conversations."""
        return self._with.library

    @property
    def conversations(self) -> Conversations:
        """The conversations that were kept."""
        return self._with.library.conversations

    def as_retriever(self) -> BaseRetriever:
        """Return a LangChain retriever, which gives passages as documents with the article's metadata and the span."""
        from rag.integrations.langchain import PassageRetriever

        return PassageRetriever(chatbot=self)

    def as_runnable(self) -> Runnable[str | dict[str, Any], Answer]:
        """Return a LangChain runnable, which takes a question, or `{"question", "history"}`, and gives an `Answer`."""
        from rag.integrations.langchain import answer_runnable

        return answer_runnable(self)


def last_answer(events: Iterable[Event]) -> Answer:
    """Return the answer with which the events of a stream end."""
    for event in events:
        if isinstance(event, AnswerReady):
            return event.answer
    raise AssertionError("a stream ends with an answer")


def _checked(question: str) -> str:
    """Return the question without white space around it; raise SettingsError if it is empty or too long."""
    question = question.strip()
    if not question or len(question) > QUESTION_CHARS_MAX:
        raise SettingsError(
            f"A question has 1 to {QUESTION_CHARS_MAX:,} characters, this one has {len(question):,}. Ask again."
        )
    return question
