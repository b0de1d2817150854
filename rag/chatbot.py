"""The chatbot: the story of an answer, from the question to checked claims with citations."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from langchain_core.language_models import BaseChatModel

from rag.answering.agreement import count_carriers
from rag.answering.composing import Composition, compose, render_citation, supported_claims
from rag.answering.date_window import say_window
from rag.answering.parts import PartAnswer, add_passages, join_parts, split_question
from rag.answering.short_answers import put_short_first
from rag.answering.suggestions import suggest_question
from rag.checking.alignment import align
from rag.checking.claims import GroundedClaim, ground, quote_claim
from rag.checking.decision import AnswerDecider
from rag.errors import SettingsError
from rag.events import AnswerReady, CitationsChosen, ClaimChecked, Event, PassagesFound, TokenWritten
from rag.library.library import Library
from rag.ports import ClaimChecker, PassageSearch, Reranker
from rag.reading.evidence import EvidenceChooser
from rag.records import Answer, Article, Citation, Claim, Passage, SearchResult, Turn, Window
from rag.rendering import render_words
from rag.retrieval.date_wishes import DateWish, date_passages, newest_first, parse_wish
from rag.settings import Settings
from rag.stopping import Stream
from rag.text.languages import is_english
from rag.text.windows import language_of
from rag.writing.drafts import Draft, write_draft
from rag.writing.prompts import evidence_budget
from rag.writing.standalone import standalone_question as make_standalone

if TYPE_CHECKING:
    from langchain_core.retrievers import BaseRetriever
    from langchain_core.runnables import Runnable

QUESTION_CHARS_MAX = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Collaborators:
    """The models, indexes and steps that a chatbot uses; `rag.wiring` builds them.

    Attributes:
        llm: the language model; with None, answers are quotes.
        split: splits a question into parts.
        parse_wish: reads from a question, as of a day, which dates its articles should have.
        shorten: puts the few words that a question asks for before the answer.
        suggest: writes a question that the articles do answer, after an abstention.
    """

    library: Library
    search: PassageSearch
    evidence: EvidenceChooser
    llm: BaseChatModel | None
    checker: ClaimChecker
    decider: AnswerDecider
    settings: Settings
    reranker: Reranker | None = None
    split: Callable[[str], list[str]] = split_question
    parse_wish: Callable[[str, date], DateWish] = parse_wish
    shorten: Callable[[str, Composition], Composition] = put_short_first
    suggest: Callable[[str, Composition, Sequence[Window], BaseChatModel | None, ClaimChecker], str] = suggest_question


class Chatbot:
    """Answers questions about the articles of one library; safe to use from several threads."""

    def __init__(self, collaborators: Collaborators) -> None:
        """Take the collaborators; closing the chatbot closes their library."""
        self._with = collaborators

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
            "reranker": self._with.reranker.name if self._with.reranker else "none",
            "index": self._with.library.fingerprint,
        }

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        standalone_question: str | None = None,
        as_of: date | None = None,
    ) -> Answer:
        """Return the checked answer to a question, or an abstention with its reason.

        Args:
            question: the user's question, at most 2,000 characters.
            history: earlier turns, oldest first; a follow-up may refer to them, and they are never evidence.
            standalone_question: the question to search for, instead of one made from the history.
            as_of: the day from which "yesterday" in the question is counted; default: the setting, then today.

        Raises:
            SettingsError: the question is empty or too long.
            ModelError: the language model did not answer.
        """
        return last_answer(self.stream(question, history, standalone_question=standalone_question, as_of=as_of))

    async def aask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        standalone_question: str | None = None,
        as_of: date | None = None,
    ) -> Answer:
        """Return the answer as `ask` does, made in a thread of its own; cancelling stops the models."""
        events = self.stream(question, history, standalone_question=standalone_question, as_of=as_of)
        try:
            return await asyncio.to_thread(last_answer, events)
        finally:
            events.stop()

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        standalone_question: str | None = None,
        as_of: date | None = None,
    ) -> Stream[Event]:
        """Return the events of an answer in the making: passages, citations, tokens, claims, and last the answer.

        Closing the stream stops the models, from any thread and at any time; a step that is being made then raises
        StoppedError. Arguments and errors are those of `ask`.
        """
        return Stream(self._steps(question, history, standalone_question, as_of))

    def _steps(
        self, question: str, history: Sequence[Turn], standalone_question: str | None, as_of: date | None
    ) -> Generator[Event, None, None]:
        """Answer the question part by part, join the answers, and yield the events on the way."""
        question = _checked(question)
        clock = _Clock()
        standalone = standalone_question or make_standalone(question, history, self._with.llm)
        clock.mark("rewrite")

        parts: list[PartAnswer] = []
        passages: list[Passage] = []
        usage: Counter[str] = Counter()
        for part in self._with.split(standalone):
            turns = [Turn(question=each.question, answer=render_words(each.composition.segments)) for each in parts]
            asked = make_standalone(part, turns, self._with.llm)
            clock.mark("rewrite")
            parts.append((yield from self._answer(asked, self._wish(standalone, as_of), clock, passages, usage)))
        composition = join_parts(parts)
        evidence = [window for part in parts for window in part.evidence]
        suggestion = self._with.suggest(standalone, composition, evidence, self._with.llm, self._with.checker)
        clock.mark("suggest")

        yield AnswerReady(
            answer=Answer(
                id=uuid.uuid4().hex,
                question=question,
                standalone_question=standalone,
                verdict=composition.verdict,
                reason=composition.reason,
                text=composition.text,
                segments=composition.segments,
                suggestion=suggestion,
                confidence=composition.confidence,
                claims=composition.claims,
                citations=composition.citations,
                nearest=composition.nearest,
                conflicts=composition.conflicts,
                passages=tuple(passages),
                timings_ms=clock.timings_ms(),
                models=self.models,
                usage=usage,
            )
        )

    def _answer(
        self, question: str, wish: DateWish, clock: _Clock, all_passages: list[Passage], usage: Counter[str]
    ) -> Generator[Event, None, PartAnswer]:
        """Find passages, choose evidence, write a draft, check its claims, and compose the answer to one question.

        Yields the events on the way. The passages are added to `all_passages`, the tokens to `usage`.
        """
        passages = self._find(question, wish, self._with.settings.top_k)
        add_passages(all_passages, passages)
        yield PassagesFound(standalone_question=question, passages=tuple(all_passages))

        evidence = self._choose_evidence(question, passages, wish)
        clock.mark("retrieve")
        clock.mark_once("first_citation")
        yield CitationsChosen(citations=_numbered(evidence))

        draft = yield from self._write_draft(question, evidence, clock)
        clock.mark("generate")
        usage.update(draft.usage)

        claims = yield from self._check_claims(question, evidence, draft)
        decision = self._with.decider.decide(question, supported_claims(claims), evidence)
        composition = compose(question, evidence, claims, decision, self._with.library.catalog)
        composition = self._count_carriers(composition, passages)
        if _may_be_shortened(claims):
            composition = self._with.shorten(question, composition)
        composition = say_window(composition, wish)
        clock.mark("check")
        return PartAnswer(question=question, evidence=evidence, composition=composition)

    def search(self, question: str, top_k: int | None = None, *, as_of: date | None = None) -> SearchResult:
        """Return the passages found for a question, best first.

        `top_k` defaults to the setting; `as_of` is as in `ask`.

        Raises:
            SettingsError: the question is empty or too long.
        """
        clock = _Clock()
        asked = _checked(question)
        passages = self._find(asked, self._wish(asked, as_of), top_k or self._with.settings.top_k)
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

    def as_retriever(self) -> BaseRetriever:
        """Return a LangChain retriever, which gives passages as documents with the article's metadata and the span."""
        from rag.integrations.langchain import PassageRetriever

        return PassageRetriever(chatbot=self)

    def as_runnable(self) -> Runnable[str | dict[str, Any], Answer]:
        """Return a LangChain runnable, which takes a question, or `{"question", "history"}`, and gives an `Answer`."""
        from rag.integrations.langchain import answer_runnable

        return answer_runnable(self)

    def _wish(self, question: str, as_of: date | None) -> DateWish:
        return self._with.parse_wish(question, as_of or self._with.settings.reference_date or date.today())

    def _find(self, question: str, wish: DateWish, top_k: int) -> list[Passage]:
        return date_passages(self._with.search.search(question, wish.n_wanted(top_k)), wish, top_k)

    def _choose_evidence(self, question: str, passages: Sequence[Passage], wish: DateWish) -> list[Window]:
        budget = evidence_budget(question, self._with.settings.prompt_tokens)
        evidence = self._with.evidence.choose(question, passages, budget)
        return newest_first(evidence) if wish.prefers_recent else evidence

    def _write_draft(self, question: str, evidence: Sequence[Window], clock: _Clock) -> Generator[Event, None, Draft]:
        """Yield the tokens of the draft as they are written; without a language model or evidence it is empty."""
        draft = Draft()
        if self._with.llm is not None and evidence:
            for token in write_draft(self._with.llm, question, evidence, self._with.settings.answer_tokens, draft):
                clock.mark_once("first_token")
                yield TokenWritten(text=token)
        clock.mark_once("first_token")
        return draft

    def _check_claims(
        self, question: str, evidence: Sequence[Window], draft: Draft
    ) -> Generator[Event, None, list[GroundedClaim]]:
        """Yield each claim with its verdict as it is judged, and return them all."""
        claims = []
        for claim in self._judge_claims(question, evidence, draft):
            claims.append(claim)
            yield ClaimChecked(claim=_shown(claim))
        return claims

    def _judge_claims(self, question: str, evidence: Sequence[Window], draft: Draft) -> Iterator[GroundedClaim]:
        """Yield the judged claims of the draft; without a language model, a quote of the best window."""
        if self._with.llm is not None:
            yield from ground(draft.text, question, evidence, self._with.checker)
        elif evidence:
            (best, *_) = align(question, evidence[:1]) or evidence[:1]
            yield quote_claim(best)

    def _count_carriers(self, composition: Composition, passages: Sequence[Passage]) -> Composition:
        stories = self._with.library.catalog.stories_of([passage.article.id for passage in passages])
        return count_carriers(composition, passages, stories)


def last_answer(events: Iterable[Event]) -> Answer:
    """Return the answer with which the events of a stream end."""
    for event in events:
        if isinstance(event, AnswerReady):
            return event.answer
    raise AssertionError("a stream ends with an answer")


class _Clock:
    """Measures the milliseconds of each stage, from one mark to the next."""

    def __init__(self) -> None:
        self._start = self._last = time.perf_counter()
        self._marks: dict[str, float] = {}

    def mark(self, stage: str) -> None:
        """End a stage; the times of a stage that comes again are added."""
        now = time.perf_counter()
        self._marks[stage] = self._marks.get(stage, 0.0) + (now - self._last) * 1000
        self._last = now

    def mark_once(self, stage: str) -> None:
        """Note the time since the start, at the first call only; no stage ends."""
        self._marks.setdefault(stage, (time.perf_counter() - self._start) * 1000)

    def timings_ms(self) -> dict[str, float]:
        total = (time.perf_counter() - self._start) * 1000
        return {stage: round(ms, 1) for stage, ms in {**self._marks, "total": total}.items()}


def _checked(question: str) -> str:
    """Return the question without white space around it; raise SettingsError if it is empty or too long."""
    question = question.strip()
    if not question or len(question) > QUESTION_CHARS_MAX:
        raise SettingsError(
            f"A question has 1 to {QUESTION_CHARS_MAX:,} characters, this one has {len(question):,}. Ask again."
        )
    return question


def _may_be_shortened(claims: Sequence[GroundedClaim]) -> bool:
    """Return whether a short answer may be put first: what is cited is in English, and all claims are supported."""
    cited = [window for claim in claims for window in claim.evidence]
    return is_english(language_of(cited)) and all(claim.is_supported for claim in claims)


def _numbered(evidence: Sequence[Window]) -> tuple[Citation, ...]:
    return tuple(render_citation(number, window) for number, window in enumerate(evidence, start=1))


def _shown(claim: GroundedClaim) -> Claim:
    judgement = claim.judgement
    return Claim(text=claim.text, verdict=judgement.verdict, score=judgement.score, reason=judgement.reason)
