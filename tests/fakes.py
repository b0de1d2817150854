"""Fakes of the model ports; everything else in the tests is real."""

from __future__ import annotations

import asyncio
import re
import threading
import zlib
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

import numpy as np
from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.embeddings import Embeddings
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import PrivateAttr

from rag.records import Judgement, Window

DIM = 256

READING_S = 15.0
"""How long a `ReadingChatModel` reads; far longer than anybody should wait who stops it."""


class BagOfWordsEmbeddings(Embeddings):
    """Vectors of hashed words, so that texts with words in common are near each other."""

    name = "fake:bag-of-words"
    max_tokens = 256

    def __init__(self, name: str = "fake:bag-of-words") -> None:
        self.name = name
        self.n_embedded = 0

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self.n_embedded += len(texts)
        return [self._vector(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return self._vector(text)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(re.findall(r"\w+|[^\w\s]", text)) + 2 for text in texts]

    def _vector(self, text: str) -> list[float]:
        vector = np.full(DIM, 1e-3)
        for word in re.findall(r"\w+", text.lower()):
            vector[zlib.crc32(word.encode()) % DIM] += 1.0
        return [float(value) for value in vector / np.linalg.norm(vector)]


class ScriptedChatModel(BaseChatModel):
    """A chat model that gives the enqueued replies in turn, word by word, and keeps the prompts that it was given.

    When no reply is left, it fails as a server does that can't be reached.
    """

    _replies: list[str] = PrivateAttr(default_factory=list)
    _prompts: list[list[BaseMessage]] = PrivateAttr(default_factory=list)
    _n_written: int = PrivateAttr(default=0)
    _was_stopped: bool = PrivateAttr(default=False)

    def __init__(self, *replies: str) -> None:
        super().__init__()
        self._replies = list(replies)

    def enqueue(self, *replies: str) -> None:
        """Adds replies."""
        self._replies += replies

    @property
    def prompts(self) -> list[str]:
        """The prompts so far, each as one text."""
        return ["\n".join(str(message.content) for message in messages) for messages in self._prompts]

    @property
    def n_written(self) -> int:
        """How many pieces of all replies were taken."""
        return self._n_written

    @property
    def was_stopped(self) -> bool:
        """Whether a reply was given up before its end."""
        return self._was_stopped

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _next(self, messages: list[BaseMessage]) -> str:
        self._prompts.append(messages)
        if not self._replies:
            raise ConnectionError("no reply is left")
        return self._replies.pop(0)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=AIMessage(content=self._next(messages)))])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        try:
            for piece in re.findall(r"\S+\s*", self._next(messages)) or [""]:
                self._n_written += 1
                yield ChatGenerationChunk(message=AIMessageChunk(content=piece))
        except GeneratorExit:
            self._was_stopped = True
            raise


class ReadingChatModel(ScriptedChatModel):
    """Gives the enqueued replies; after them it reads each prompt as a slow model does a long one, until let go.

    Attributes:
        top_logprobs: as of models that tell probabilities, which are asked for one before the draft.
    """

    top_logprobs: int | None = None
    _is_reading: threading.Event = PrivateAttr(default_factory=threading.Event)
    _is_let_go: threading.Event = PrivateAttr(default_factory=threading.Event)

    @property
    def is_reading(self) -> threading.Event:
        """Set while a prompt is read."""
        return self._is_reading

    @property
    def is_let_go(self) -> threading.Event:
        """Set once nobody waits any more for a prompt that was being read."""
        return self._is_let_go

    def enqueue(self, *replies: str) -> None:
        """Adds replies, which come at once."""
        super().enqueue(*replies)
        self._is_reading.clear()
        self._is_let_go.clear()

    def _next(self, messages: list[BaseMessage]) -> str:
        if self._replies:
            return super()._next(messages)
        self._is_reading.set()
        self._is_let_go.wait(READING_S)
        return ""

    async def _anext(self, messages: list[BaseMessage]) -> str:
        if self._replies:
            return super()._next(messages)
        self._is_reading.set()
        try:
            await asyncio.sleep(READING_S)
        except asyncio.CancelledError:
            self._is_let_go.set()
            raise
        return ""

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        reply = await self._anext(messages)
        return ChatResult(generations=[ChatGeneration(message=AIMessage(content=reply))])

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        yield ChatGenerationChunk(message=AIMessageChunk(content=await self._anext(messages)))


class ScriptedChecker:
    """A claim checker with a verdict for each claim that holds one of the given words; others are supported."""

    name = "fake:scripted"

    def __init__(self, **verdicts: Any) -> None:
        self._verdicts = verdicts

    def check(self, claim: str, evidence: Sequence[Window], question: str = "") -> Judgement:
        for word, verdict in self._verdicts.items():
            if word in claim:
                return Judgement(verdict=verdict, score=0.1, reason=f"scripted for {word}")
        if not evidence:
            return Judgement(verdict="unsupported", score=0.0, reason="no evidence")
        return Judgement(verdict="supported", score=0.9, reason="scripted")


class ScriptedReader:
    """An answer reader that gives a value the probability scripted for it, and any other none."""

    def __init__(self, **probabilities: float) -> None:
        self._probabilities = probabilities
        self.n_read = 0

    def read(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        self.n_read += len(pairs)
        values = (asked.split("? ", 1)[1].rstrip(".") for asked, _ in pairs)
        return [self._probabilities.get(value, 0.0) for value in values]


class OverlapReranker:
    """Scores a text by the share of the question's words that it holds."""

    name = "fake:overlap"

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        asked = set(re.findall(r"\w+", question.lower()))
        return [len(asked & set(re.findall(r"\w+", text.lower()))) / max(1, len(asked)) for text in texts]
