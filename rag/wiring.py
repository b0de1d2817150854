"""The composition root: builds the object graph from the settings; the only place that knows all the parts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from typing import Any

from langchain_core.language_models import BaseChatModel

from rag.chatbot import Chatbot
from rag.checking.calibration import calibrated
from rag.checking.decision import load_answerability
from rag.errors import SettingsError
from rag.library.catalog import Catalog
from rag.library.library import REBUILDING, Library, write_lock
from rag.library.vectors.chroma import Vectors, discard_vectors
from rag.models.embeddings import EmbeddingModel
from rag.models.loading import load_checker, load_embeddings, load_llm, load_reranker
from rag.ports import ClaimChecker, Reranker
from rag.retrieval.hybrid import HybridSearch
from rag.settings import Settings, load_settings

INGREDIENTS: Mapping[str, str] = {
    "decision": "Abstains where the supported claims probably don't answer the question that was asked.",
    "calibration": "Holds the claim checker to the threshold and the probabilities that were fitted for it.",
    "reranking": "Orders passages and sentences by the reranker of the settings, where they name one.",
}
"""The optional ingredients of an answer, each with what it does; `footnote eval ablate` measures them."""


def build_library(settings: Settings, *, embeddings: EmbeddingModel | None = None, rebuilding: bool = False) -> Library:
    """The library in `settings.home`, made when it doesn't exist.

    Args:
        settings: where it is and what it is made with.
        embeddings: the embedding model instead of the one in the settings.
        rebuilding: opens it also when it was made with other settings, and starts with empty vectors.

    Raises:
        LibraryError: catalog or vectors can't be opened.
        LibraryLockedError: it is to be rebuilt, and another process is writing.
        IndexMismatchError: the library was made with another embedding model or chunker.
    """
    if rebuilding:
        with write_lock(settings), closing(Catalog(settings.catalog_path)) as marked:
            if marked.fingerprint():  # first, so that a library without its vectors never looks whole
                marked.set_fingerprint(REBUILDING)
            discard_vectors(settings.vectors_dir)
    with ExitStack() as opened:
        catalog = Catalog(settings.catalog_path)
        opened.callback(catalog.close)
        vectors = Vectors(settings.vectors_dir)
        opened.callback(vectors.close)
        library = Library(settings, catalog, vectors, embeddings or load_embeddings(settings), check=not rebuilding)
        opened.pop_all()  # it is the library that closes them, unless it could not be made
    return library


@contextmanager
def open_library(settings: Settings, library: Library | None = None, *, rebuilding: bool = False) -> Iterator[Library]:
    """The given library, left open, or the one of the settings, closed at the end."""
    if library is not None:
        yield library
        return
    opened = build_library(settings, rebuilding=rebuilding)
    try:
        yield opened
    finally:
        opened.close()


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
    """A chatbot on the library of the settings; a part that is given is used instead of the one in the settings.

    Ingredients that `without` names are switched off.

    Raises:
        SettingsError: there is no such ingredient.
        ModelNotFoundError: a model isn't on this machine.
        IndexMismatchError: the library was made with another embedding model or chunker.
    """
    for name in without:
        if name not in INGREDIENTS:
            raise SettingsError(f"Unknown ingredient {name!r}. It is one of: {', '.join(INGREDIENTS)}.")
    if "decision" in without:
        settings = settings.model_copy(update={"answerable_min": 0.0})
    library = library or build_library(settings, embeddings=embeddings)
    reranker = None if "reranking" in without else reranker or load_reranker(settings)
    judge = checker or load_checker(settings)
    return Chatbot(
        library=library,
        search=HybridSearch(library, reranker),
        llm=llm or load_llm(settings),
        checker=judge if checker or "calibration" in without else calibrated(judge, settings),
        answerability=load_answerability(judge),
        reranker=reranker,
        settings=settings,
    )


def open_chatbot(settings: Settings | None = None, **overrides: Any) -> Chatbot:
    """A chatbot on the library that the settings name.

    Example:
        >>> from rag import open_chatbot
        >>> with open_chatbot() as bot:
        ...     answer = bot.ask("How many dialogue partners does the SCO have?")

    Args:
        settings: all settings; by default from environment and `footnote.toml`.
        **overrides: single settings by name, such as `llm="none"`.

    Raises:
        SettingsError: a setting is wrong or unknown.
        ModelNotFoundError: a model isn't on this machine; `footnote models pull` fetches it.
        IndexMismatchError: the library was made with another embedding model or chunker.
    """
    base = settings.model_dump() if settings else {}
    return build_chatbot(load_settings(**(base | overrides)))
