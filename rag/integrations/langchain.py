"""LangChain components of the chatbot: a retriever of its passages, and a runnable of its answers."""

from __future__ import annotations

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableLambda
from pydantic import ConfigDict

from rag.ports import QuestionAnswerer
from rag.records import Answer, Passage, Turn
from rag.text.tables import table_header


class PassageRetriever(BaseRetriever):
    """Footnote's hybrid search as a LangChain retriever."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    chatbot: QuestionAnswerer

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        return [_document(passage) for passage in self.chatbot.search(query).passages]


def answer_runnable(chatbot: QuestionAnswerer) -> Runnable[str | dict[str, Any], Answer]:
    """Return a runnable that takes a question, or `{"question": …, "history": [{"question", "answer"}, …]}`."""

    def answer(asked: str | dict[str, Any]) -> Answer:
        if isinstance(asked, str):
            return chatbot.ask(asked)
        return chatbot.ask(asked["question"], [_turn(turn) for turn in asked.get("history", ())])

    return RunnableLambda(answer, name="footnote")


def _turn(turn: Turn | dict[str, str]) -> Turn:
    """Return a turn as it is, or built from its JSON object."""
    return turn if isinstance(turn, Turn) else Turn(question=turn["question"], answer=turn["answer"])


def _document(passage: Passage) -> Document:
    """Return a passage as a document, with the article's metadata and the passage's span in the article."""
    article, chunk = passage.article, passage.chunk
    return Document(
        id=chunk.id,
        page_content=chunk.text,
        metadata={
            "article_id": article.id,
            "source": article.source,
            "title": article.title,
            "publisher": article.publisher,
            "published": article.published,
            "updated": article.updated,
            "start": chunk.start,
            "end": chunk.end,
            "header": table_header(article.text, chunk.start),
            "score": passage.score,
            "rank": passage.rank,
        },
    )
