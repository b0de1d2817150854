"""The baseline: the plain retrieval chain of LangChain's tutorial, with the same embedding and language model.

Articles are split at 1,000 characters with an overlap of 200 and put into Chroma. The model reads the four nearest
pieces with the tutorial's prompt. Earlier turns come before the question as messages; retrieval uses the last question
alone. An answer has passages but no claims, citations or confidence; "I don't know" is an abstention
(`eval.running.target`).
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage

from eval.records import Question, Result
from eval.running.target import text_answer
from rag.errors import ModelError, SettingsError
from rag.library.library import Library
from rag.models.language_models import load_llm
from rag.records import Answer, Article, Chunk, Passage
from rag.settings import Settings

CHUNK_CHARS = 1000
OVERLAP_CHARS = 200
TOP_K = 4
BATCH_DOCUMENTS = 1000
"""Documents added to Chroma at once; its limit is a few thousand and depends on SQLite."""

PROMPT = (
    "You are an assistant for question-answering tasks. Use the following pieces of retrieved context to answer the "
    "question. If you don't know, say I don't know. Use three sentences maximum and keep the answer concise.\n\n"
    "{context}"
)


class Baseline:
    """The built chain over one library's articles."""

    def __init__(self, store: Any, articles: Mapping[str, Article], llm: BaseChatModel, max_tokens: int) -> None:
        self._store = store
        self._articles = articles
        self._llm = llm
        self._max_tokens = max_tokens
        self.models: Mapping[str, str] = {}

    def ask(self, question: Question) -> Result:
        """Return the chain's answer.

        Raises:
            ModelError: the language model did not answer.
        """
        started = time.perf_counter()
        found = self._store.similarity_search_with_score(question.question, k=TOP_K)
        retrieved = time.perf_counter()
        context = "\n\n".join(document.page_content for document, _ in found)
        try:
            message = self._llm.bind(max_tokens=self._max_tokens).invoke(_messages(question, context))
        except Exception as exc:  # LangChain's providers share no error of their own
            raise ModelError(f"the language model did not answer: {type(exc).__name__}: {exc}") from exc
        ended = time.perf_counter()
        answer = text_answer(question, message.text, (ended - started) * 1000, self.models)
        return Result(answer=self._completed(answer, found, message, (retrieved - started, ended - retrieved)))

    def _completed(
        self, answer: Answer, found: Sequence[tuple[Document, float]], message: AIMessage, seconds: tuple[float, float]
    ) -> Answer:
        usage = message.usage_metadata
        tokens = {"prompt_tokens": usage["input_tokens"], "output_tokens": usage["output_tokens"]} if usage else {}
        stages = {"retrieve": round(seconds[0] * 1000, 1), "generate": round(seconds[1] * 1000, 1)}
        passages = tuple(self._passage(document, score, rank) for rank, (document, score) in enumerate(found, start=1))
        return replace(answer, passages=passages, usage=tokens, timings_ms={**stages, **answer.timings_ms})

    def _passage(self, document: Document, distance: float, rank: int) -> Passage:
        article = self._articles[document.metadata["article_id"]]
        start = int(document.metadata["start_index"])
        text = document.page_content
        chunk = Chunk(
            id=f"{article.id}:{start}",
            article_id=article.id,
            version=article.version,
            position=0,
            start=start,
            end=start + len(text),
            text=text,
        )
        return Passage(chunk=chunk, article=article, score=-float(distance), rank=rank)


def build_baseline(settings: Settings, library: Library, llm: BaseChatModel | None = None) -> Baseline:
    """Return the chain over the library's current articles, with the library's own embedding model.

    Raises:
        SettingsError: the settings name no language model.
    """
    from langchain_chroma import Chroma
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    llm = llm or load_llm(settings)
    if llm is None:
        raise SettingsError("The baseline needs a language model, but llm is none. Set llm, or choose another target.")
    articles = {article.id: article for article in library.catalog.articles()}
    splitter = RecursiveCharacterTextSplitter(
        chunk_size=CHUNK_CHARS, chunk_overlap=OVERLAP_CHARS, add_start_index=True, strip_whitespace=True
    )
    documents = splitter.split_documents(
        [Document(page_content=a.text, metadata={"article_id": a.id}) for a in articles.values()]
    )
    store = Chroma(f"baseline-{uuid.uuid4().hex}", cast(Embeddings, library.embeddings))
    for first in range(0, len(documents), BATCH_DOCUMENTS):
        store.add_documents(documents[first : first + BATCH_DOCUMENTS])
    chain = Baseline(store, articles, llm, settings.answer_tokens)
    chain.models = {
        "embeddings": library.embeddings.name,
        "llm": settings.llm,
        "index": f"RecursiveCharacterTextSplitter {CHUNK_CHARS}/{OVERLAP_CHARS}, Chroma, top {TOP_K}",
    }
    return chain


def _messages(question: Question, context: str) -> list[BaseMessage]:
    messages: list[BaseMessage] = [SystemMessage(PROMPT.format(context=context))]
    for turn in question.history:
        messages += [HumanMessage(turn.question), AIMessage(turn.answer)]
    return [*messages, HumanMessage(question.question)]
