"""The collaborators of an answer: the models, indexes and steps that the kinds of answers share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from langchain_core.language_models import BaseChatModel

from rag.answering.composing import Composition
from rag.answering.kinds import KindGuess
from rag.answering.parts import split_question
from rag.answering.short_answers import put_short_first
from rag.answering.suggestions import suggest_question
from rag.answering.topics import topic_words
from rag.checking.decision import AnswerDecider, TopicDecider
from rag.library.library import Library
from rag.models.embeddings import EmbeddingModel
from rag.ports import ClaimChecker, PassageSearch, Reranker
from rag.reading.evidence import EvidenceChooser
from rag.records import Window
from rag.retrieval.date_wishes import DateWish, parse_wish
from rag.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Collaborators:
    """The models, indexes and steps that a chatbot uses; `rag.wiring` builds them.

    Attributes:
        embeddings: compares sentences; it may remember their vectors.
        llm: the language model; with None, answers are quotes.
        decider: decides whether a draft is shown.
        quote_decider: decides whether quotes are.
        topic_decider: decides whether quotes are on a topic at all.
        classify: guesses which kind of answer a question wants, from it and the question before it.
        topic_words: returns a question's words on a topic, without those that go with any topic.
        split: splits a question into parts.
        parse_wish: reads from a question, as of a day, which dates its articles should have.
        shorten: puts the few words that a question asks for before the answer.
        suggest: writes a question that the articles do answer, after an abstention.
    """

    library: Library
    embeddings: EmbeddingModel
    search: PassageSearch
    evidence: EvidenceChooser
    llm: BaseChatModel | None
    checker: ClaimChecker
    decider: AnswerDecider
    quote_decider: AnswerDecider
    topic_decider: TopicDecider
    settings: Settings
    classify: Callable[[str, str], KindGuess]
    reranker: Reranker | None = None
    topic_words: Callable[[str], list[str]] = topic_words
    split: Callable[[str], list[str]] = split_question
    parse_wish: Callable[[str, date], DateWish] = parse_wish
    shorten: Callable[[str, Composition], Composition] = put_short_first
    suggest: Callable[[str, Composition, Sequence[Window], BaseChatModel | None, ClaimChecker], str] = suggest_question
