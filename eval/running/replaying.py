"""A chat model that remembers replies: what it was asked before is replayed from a file, with the seconds that it took.

Drafts are deterministic (temperature 0, one seed), so runs that ask the same prompts need to ask them once. The caches
of langchain-core 1.7 don't cover this: `stream` and `astream` never look into them.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage, message_to_dict, messages_from_dict
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult

from eval.running.json_lines import append_line, drop_cut_off_line
from rag.errors import DatasetError


class ReplyStore:
    """The replies of one model by prompt, kept in a file of JSON lines.

    Attributes:
        n_replayed: how many replies were read from here instead of from the model.
        replayed_s: the seconds that these took when the model wrote them.
    """

    def __init__(self, path: Path) -> None:
        """Read the replies that the file holds from an earlier run, if there is one.

        Raises:
            DatasetError: a line is no reply.
        """
        self._path = path
        drop_cut_off_line(path)
        self._lines = _read(path) if path.exists() else {}
        self.n_replayed = 0
        self.replayed_s = 0.0

    def find(self, key: str) -> list[Any] | None:
        """Return the pieces of the reply as new messages, and count its seconds; None for a prompt that is new."""
        line = self._lines.get(key)
        if line is None:
            return None
        self.n_replayed += 1
        self.replayed_s += line["seconds"]
        return messages_from_dict(line["pieces"])

    def keep(self, key: str, pieces: Sequence[BaseMessage], seconds: float) -> None:
        """Remember a whole reply, also for later runs."""
        line = {"key": key, "seconds": seconds, "pieces": [message_to_dict(piece) for piece in pieces]}
        line = json.loads(json.dumps(line, default=str))  # as a later run will read it
        self._lines[key] = line
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8") as file:
            append_line(file, line)


class ReplayingChatModel(BaseChatModel):
    """The wrapped model, asked once for each prompt with its bound arguments; a reply that was stopped isn't kept."""

    model: BaseChatModel
    store: ReplyStore

    @property
    def _llm_type(self) -> str:
        return f"replaying-{self.model._llm_type}"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        key = prompt_key("whole", messages, stop, kwargs)
        pieces = self.store.find(key)
        if pieces is None:
            started = time.perf_counter()
            pieces = [self.model.invoke(messages, stop=stop, **kwargs)]
            self.store.keep(key, pieces, time.perf_counter() - started)
        return ChatResult(generations=[ChatGeneration(message=pieces[0])])

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        key = prompt_key("whole", messages, stop, kwargs)
        pieces = self.store.find(key)
        if pieces is None:
            started = time.perf_counter()
            pieces = [await self.model.ainvoke(messages, stop=stop, **kwargs)]
            self.store.keep(key, pieces, time.perf_counter() - started)
        return ChatResult(generations=[ChatGeneration(message=pieces[0])])

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        key = prompt_key("stream", messages, stop, kwargs)
        pieces = self.store.find(key)
        if pieces is not None:
            for piece in pieces:
                yield ChatGenerationChunk(message=piece)
            return
        written: list[BaseMessage] = []
        seconds, started = 0.0, time.perf_counter()
        async for chunk in self.model.astream(messages, stop=stop, **kwargs):
            seconds += time.perf_counter() - started  # the reader's time between two pieces is not the model's
            written.append(chunk.model_copy())
            yield ChatGenerationChunk(message=chunk)
            started = time.perf_counter()
        self.store.keep(key, written, seconds)


class _WithProbabilities(ReplayingChatModel):
    """The same for a model that reports the probabilities of its tokens, which callers look up by this field."""

    top_logprobs: int | None = None


def replaying(model: BaseChatModel, store: ReplyStore) -> ReplayingChatModel:
    """Return the model, with the replies of the store replayed and new ones added to it."""
    reports_probabilities = "top_logprobs" in type(model).model_fields
    return (_WithProbabilities if reports_probabilities else ReplayingChatModel)(model=model, store=store)


def prompt_key(mode: str, messages: Sequence[BaseMessage], stop: Sequence[str] | None, arguments: Any) -> str:
    """Return a hash of all that decides a reply: messages, stop words and bound arguments; streamed or whole."""
    asked = [mode, [[message.type, message.content] for message in messages], stop, arguments]
    return hashlib.sha256(json.dumps(asked, sort_keys=True, default=str).encode("utf-8", "surrogatepass")).hexdigest()


def _read(path: Path) -> dict[str, dict[str, Any]]:
    lines = {}
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            line = json.loads(text)
            lines[str(line["key"])] = {"seconds": float(line["seconds"]), "pieces": list(line["pieces"])}
        except (ValueError, KeyError, TypeError) as exc:
            raise DatasetError(f"{path}, line {number}: no reply ({exc}). Remove the file to ask again.") from exc
    return lines
