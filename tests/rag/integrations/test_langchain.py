"""The chatbot as LangChain parts: retriever and runnable."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from langchain_core.runnables import RunnableLambda

from rag.chatbot import Chatbot
from rag.errors import SettingsError
from rag.integrations.langchain import PassageRetriever, answer_runnable
from rag.library.library import Library
from rag.records import Answer, SearchResult, Turn
from rag.wiring import build_chatbot
from tests.fakes import ScriptedChatModel, ScriptedChecker
from tests.rag.build import add, turn

PARTNERS = "The organization has 14 dialogue partners."
QUESTION = "How many dialogue partners does the organization have?"


@pytest.fixture
def llm() -> ScriptedChatModel:
    return ScriptedChatModel(PARTNERS)


@pytest.fixture
def bot(library: Library, llm: ScriptedChatModel) -> Chatbot:
    add(library, partners=PARTNERS, trade="Trade with Kyrgyzstan grew fast.")
    return build_chatbot(library.settings, library=library, llm=llm, checker=ScriptedChecker())


def test_the_retriever_gives_the_passages_as_documents(bot: Chatbot) -> None:
    documents = bot.as_retriever().invoke(QUESTION)
    passages = bot.search(QUESTION).passages
    assert [document.page_content for document in documents] == [passage.chunk.text for passage in passages]
    first = documents[0]
    assert first.id == passages[0].chunk.id
    assert first.metadata["source"] == "news/partners.txt"
    text = bot.article(first.metadata["article_id"]).text
    assert text[first.metadata["start"] : first.metadata["end"]] == first.page_content
    assert asyncio.run(bot.as_retriever().ainvoke(QUESTION)) == documents


def test_the_retriever_goes_into_a_chain(bot: Chatbot) -> None:
    chain = bot.as_retriever() | RunnableLambda(lambda documents: len(documents))
    assert chain.invoke(QUESTION) == 2


def test_the_runnable_takes_a_question(bot: Chatbot) -> None:
    answer = bot.as_runnable().invoke(QUESTION)
    assert isinstance(answer, Answer)
    assert [citation.quote for citation in answer.citations] == [PARTNERS]


@pytest.mark.parametrize("history", [[turn("Who met?", "Leaders.")], [{"question": "Who met?", "answer": "Leaders."}]])
def test_the_runnable_takes_a_history(bot: Chatbot, llm: ScriptedChatModel, history: list[object]) -> None:
    llm.enqueue(PARTNERS)
    answer = bot.as_runnable().invoke({"question": "And partners?", "history": history})
    assert answer.question == "And partners?"
    assert "Who met?" in llm.prompts[0]


def test_the_runnable_answers_a_batch_in_order_and_passes_errors_on(bot: Chatbot, llm: ScriptedChatModel) -> None:
    llm.enqueue(PARTNERS)
    questions = [QUESTION, f"{QUESTION} Please."]
    answers = bot.as_runnable().batch(list(questions), {"max_concurrency": 1})
    assert [answer.question for answer in answers] == questions
    with pytest.raises(SettingsError):
        bot.as_runnable().invoke("")


class Delegate:
    """Answers as a chatbot does, and is none."""

    def __init__(self, bot: Chatbot) -> None:
        self._bot = bot

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        return self._bot.ask(question, history)

    def search(self, question: str) -> SearchResult:
        return self._bot.search(question)


def test_any_object_that_answers_questions_becomes_a_retriever_and_a_runnable(bot: Chatbot) -> None:
    delegate = Delegate(bot)
    assert PassageRetriever(chatbot=delegate).invoke(QUESTION) == bot.as_retriever().invoke(QUESTION)
    assert [citation.quote for citation in answer_runnable(delegate).invoke(QUESTION).citations] == [PARTNERS]
