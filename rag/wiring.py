"""Wiring: builds the objects from the settings; the only module that knows all of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from typing import Any, NamedTuple

from langchain_core.language_models import BaseChatModel

from rag.answering.collaborators import Collaborators
from rag.answering.kinds import KindGuess, load_kinds
from rag.chatbot import Chatbot
from rag.checking.calibration import calibrated
from rag.checking.checker import SignalsChecker
from rag.checking.decision import (
    QUOTES_MODEL,
    TOPICS_MODEL,
    AnswerDecider,
    Thresholds,
    TopicDecider,
    load_decision_model,
    load_drafts_model,
)
from rag.checking.loading import load_checker
from rag.errors import SettingsError
from rag.library.catalog import Catalog
from rag.library.library import REBUILDING, Library, write_lock
from rag.library.vectors.stores import discard_vectors, open_vectors
from rag.models.embeddings import EmbeddingModel, load_embeddings
from rag.models.language_models import load_llm
from rag.models.logistic import LogisticModel
from rag.models.remembering import RememberingEmbeddings
from rag.ports import ClaimChecker, Reranker
from rag.reading.evidence import EvidenceChooser
from rag.retrieval.date_wishes import DateWish
from rag.retrieval.hybrid import HybridSearch
from rag.retrieval.reranking import load_reader, load_reranker
from rag.settings import Settings, load_settings
from rag.text.words import content_words


def build_library(settings: Settings, *, embeddings: EmbeddingModel | None = None, rebuilding: bool = False) -> Library:
    """Return the library in `settings.home`; it is created if it doesn't exist.

    Args:
        settings: its folder, and the models that it is made with.
        embeddings: an embedding model to use instead of the one in the settings.
        rebuilding: open it even if it was made with other settings, and start with empty vectors.

    Raises:
        LibraryError: catalog or vectors can't be opened.
        LibraryLockedError: it is to be rebuilt while another process is writing.
        IndexMismatchError: the library was made with another embedding model or chunker.
    """
    if rebuilding:
        with write_lock(settings), closing(Catalog(settings.catalog_path)) as marked:
            if marked.fingerprint():  # first, so that a library without vectors never looks complete
                marked.set_fingerprint(REBUILDING)
            discard_vectors(settings)
    with ExitStack() as opened:
        catalog = Catalog(settings.catalog_path)
        opened.callback(catalog.close)
        vectors = open_vectors(settings)
        opened.callback(vectors.close)
        library = Library(settings, catalog, vectors, embeddings or load_embeddings(settings), check=not rebuilding)
        opened.pop_all()  # the library closes them, unless it could not be made
    return library


@contextmanager
def open_library(settings: Settings, library: Library | None = None, *, rebuilding: bool = False) -> Iterator[Library]:
    """Yield the given library, which stays open, or the one of the settings, which is closed at the end."""
    if library is not None:
        yield library
        return
    opened = build_library(settings, rebuilding=rebuilding)
    try:
        yield opened
    finally:
        opened.close()


class Ingredient(NamedTuple):
    """An optional ingredient of an answer: a description, and a function that leaves it out of a chatbot."""

    does: str
    switch_off: Callable[[Collaborators], Collaborators]


def _with_thresholds(collaborators: Collaborators, thresholds: Thresholds) -> Collaborators:
    return replace(
        collaborators,
        decider=replace(collaborators.decider, thresholds=thresholds),
        quote_decider=replace(collaborators.quote_decider, thresholds=thresholds),
        topic_decider=replace(collaborators.topic_decider, thresholds=thresholds),
    )


def _without_reader(collaborators: Collaborators) -> Collaborators:
    return replace(
        collaborators,
        decider=replace(collaborators.decider, reader=None),
        quote_decider=replace(collaborators.quote_decider, reader=None),
    )


INGREDIENTS: Mapping[str, Ingredient] = {
    "draft": Ingredient(
        "the language model drafts the answer; without it the best window is quoted",
        lambda with_: replace(with_, llm=None),
    ),
    "kinds": Ingredient(
        "each kind of question has an answer of its own; without it every question is answered as a fact",
        lambda with_: replace(with_, classify=lambda question, previous: KindGuess(kind="fact", probability=1.0)),
    ),
    "topics": Ingredient(
        "words that go with any topic (articles, summary, newest) don't count as one",
        lambda with_: replace(with_, topic_words=content_words),
    ),
    "context": Ingredient(
        "a sentence of evidence is offered with the one before it",
        lambda with_: replace(with_, evidence=EvidenceChooser(with_.embeddings, with_.reranker, context=False)),
    ),
    "network": Ingredient(
        "a trained network checks claims; without it exact comparisons do",
        lambda with_: replace(with_, checker=SignalsChecker()),
    ),
    "decision": Ingredient(
        "claims that are unlikely to answer the question are held back",
        lambda with_: _with_thresholds(with_, Thresholds(answered_min=0.0, unsure_min=0.0)),
    ),
    "reader": Ingredient(
        "a trained network reads how likely cited windows answer the question, for the decision",
        _without_reader,
    ),
    "at once": Ingredient(
        "a sentence that surely answers is shown without a draft",
        lambda with_: replace(with_, settings=with_.settings.model_copy(update={"answer_at_once": "never"})),
    ),
    "parts": Ingredient(
        "a question in parts is answered part by part", lambda with_: replace(with_, split=lambda question: [question])
    ),
    "dates": Ingredient(
        "dates that a question names choose and order articles",
        lambda with_: replace(with_, parse_wish=lambda question, as_of: DateWish()),
    ),
    "short answers": Ingredient(
        "the few words that a question asks for are put first",
        lambda with_: replace(with_, shorten=lambda question, composition: composition),
    ),
    "suggestions": Ingredient(
        "an abstention suggests a question that the articles do answer",
        lambda with_: replace(with_, suggest=lambda *_: ""),
    ),
}
"""The optional ingredients of an answer by name; `footnote eval ablate` switches each off in turn."""


def build_chatbot(
    settings: Settings,
    *,
    library: Library | None = None,
    embeddings: EmbeddingModel | None = None,
    llm: BaseChatModel | None = None,
    checker: ClaimChecker | None = None,
    reranker: Reranker | None = None,
    without: Collection[str] = (),
) -> Chatbot:
    """Return a chatbot on the library of the settings.

    Args:
        settings: the folder of the library, and the models.
        library: an open library to use instead; the chatbot closes it.
        embeddings: an embedding model to use instead of the one in the settings.
        llm: a language model to use instead.
        checker: a claim checker to use instead; it isn't calibrated.
        reranker: a reranker to use instead.
        without: names of `INGREDIENTS` to leave out.

    Raises:
        SettingsError: an ingredient is unknown.
        ModelNotFoundError: a model isn't on this machine.
        IndexMismatchError: the library was made with another embedding model or chunker.
    """
    unknown = sorted(set(without) - set(INGREDIENTS))
    if unknown:
        raise SettingsError(f"Unknown ingredient {unknown[0]!r}. It is one of {', '.join(INGREDIENTS)}.")
    library = library or build_library(settings, embeddings=embeddings)
    reranker = reranker or load_reranker(settings)
    judge = checker or load_checker(settings)
    reader = load_reader(settings)
    thresholds = Thresholds(answered_min=settings.answered_min, unsure_min=settings.unsure_min)

    def answer_decider(model: LogisticModel) -> AnswerDecider:
        return AnswerDecider(checker=judge, reader=reader, model=model, thresholds=thresholds)

    remembering = RememberingEmbeddings(library.embeddings)
    collaborators = Collaborators(
        library=library,
        embeddings=remembering,
        search=HybridSearch(library, reranker),
        evidence=EvidenceChooser(remembering, reranker),
        llm=llm or load_llm(settings),
        checker=checker or calibrated(judge, settings),
        decider=answer_decider(load_drafts_model(settings)),
        quote_decider=answer_decider(load_decision_model(QUOTES_MODEL)),
        topic_decider=TopicDecider(model=load_decision_model(TOPICS_MODEL), thresholds=thresholds),
        reranker=reranker,
        settings=settings,
        classify=load_kinds(settings, library.embeddings).classify,
    )
    for name in without:
        collaborators = INGREDIENTS[name].switch_off(collaborators)
    return Chatbot(collaborators)


def open_chatbot(settings: Settings | None = None, **overrides: Any) -> Chatbot:
    """Return a chatbot on the library of the settings.

    Example:
        >>> from rag import open_chatbot
        >>> with open_chatbot() as bot:
        ...     answer = bot.ask("How many dialogue partners does the SCO have?")

    Args:
        settings: all settings; by default those of the environment and of `footnote.toml`.
        **overrides: single settings by name, such as `llm="none"`.

    Raises:
        SettingsError: a setting is wrong or unknown.
        ModelNotFoundError: a model isn't on this machine; `footnote models pull` fetches it.
        IndexMismatchError: the library was made with another embedding model or chunker.
    """
    base = settings.model_dump() if settings else {}
    return build_chatbot(load_settings(**(base | overrides)))
