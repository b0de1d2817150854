"""A library about a town, and chatbots on it that only quote, or that a scripted model writes for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.indexing.writing import Indexer
from ingest.records import Document
from rag.chatbot import Chatbot
from rag.library.library import Library
from rag.settings import load_settings
from rag.wiring import build_chatbot, build_library
from tests.fakes import BagOfWordsEmbeddings, ScriptedChatModel, ScriptedChecker
from tests.rag.town import TOWN


@pytest.fixture(scope="session")
def town_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of the library about a town."""
    home = tmp_path_factory.mktemp("town") / "home"
    library = build_library(load_settings(home=home), embeddings=BagOfWordsEmbeddings())
    with library.writing():
        indexer = Indexer(library)
        for name, title, publisher, published, text in TOWN:
            indexer.add(
                Document(
                    source=f"news/{name}.txt",
                    key=name,
                    text=text,
                    title=title,
                    publisher=publisher,
                    published=published,
                    language="en",
                )
            )
        indexer.flush()
    library.close()
    return home


@pytest.fixture(scope="module")
def town(town_home: Path) -> Iterator[Library]:
    """The library about a town, which no test changes. Every claim that is found supported is shown."""
    settings = load_settings(home=town_home, llm="none", answered_min=0.0, unsure_min=0.0)
    library = build_library(settings, embeddings=BagOfWordsEmbeddings())
    yield library
    library.close()


@pytest.fixture(scope="module")
def quoting(town: Library) -> Chatbot:
    """A chatbot without a language model."""
    return build_chatbot(town.settings, library=town, checker=ScriptedChecker())


@pytest.fixture
def refusing(town: Library) -> Chatbot:
    """A chatbot without a language model that finds no answer good enough."""
    settings = town.settings.model_copy(update={"answered_min": 1.0, "unsure_min": 1.0})
    return build_chatbot(settings, library=town, checker=ScriptedChecker())


@pytest.fixture(scope="module")
def writer() -> ScriptedChatModel:
    return ScriptedChatModel()


@pytest.fixture(scope="module")
def shared_writing(town: Library, writer: ScriptedChatModel) -> Chatbot:
    return build_chatbot(town.settings, library=town, llm=writer, checker=ScriptedChecker())


@pytest.fixture
def llm(writer: ScriptedChatModel) -> Iterator[ScriptedChatModel]:
    """The language model of `writing`, without replies and prompts of earlier tests."""
    writer._replies.clear()
    writer._prompts.clear()
    yield writer


@pytest.fixture
def writing(shared_writing: Chatbot, llm: ScriptedChatModel) -> Chatbot:
    """A chatbot with a scripted language model."""
    return shared_writing


@pytest.fixture(scope="module")
def ids(town: Library) -> dict[str, str]:
    """The articles' ids by their names in `TOWN`."""
    return {
        article.source.removeprefix("news/").removesuffix(".txt"): article.id for article in town.catalog.articles()
    }
