from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from langchain_core.callbacks import AsyncCallbackManagerForLLMRun
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage
from langchain_core.outputs import ChatGeneration, ChatResult

from eval.running.replaying import ReplayingChatModel, ReplyStore, replaying
from rag.errors import DatasetError, ModelError
from rag.writing.drafts import stream_chat
from tests.fakes import ScriptedChatModel

MESSAGES: list[BaseMessage] = [SystemMessage("Answer."), HumanMessage("What did it cost?")]


class ProbableChatModel(ScriptedChatModel):
    """Gives replies with probabilities and usage, as OpenAI's API does."""

    top_logprobs: int | None = None

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        words = [{"token": "yes", "logprob": -0.1}, {"token": "no", "logprob": -3.0}]
        message = AIMessage(
            content=self._next(messages),
            response_metadata={"logprobs": {"content": [{"top_logprobs": words}]}},
            usage_metadata={"input_tokens": 7, "output_tokens": 1, "total_tokens": 8},
        )
        return ChatResult(generations=[ChatGeneration(message=message)])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run" / "replies.jsonl"


def written(llm: ReplayingChatModel, max_tokens: int = 9) -> list[str]:
    return [chunk.text for chunk in stream_chat(llm, MESSAGES, max_tokens) if chunk.text]


def test_a_streamed_reply_is_replayed_piece_by_piece(path: Path) -> None:
    model, store = ScriptedChatModel("It cost 1,500 dollars."), ReplyStore(path)
    first = written(replaying(model, store))
    assert first == ["It ", "cost ", "1,500 ", "dollars."]
    assert written(replaying(model, store)) == first
    assert len(model.prompts) == 1 and store.n_replayed == 1 and store.replayed_s > 0


def test_replies_outlive_the_process(path: Path) -> None:
    first = written(replaying(ScriptedChatModel("It cost 1,500 dollars."), ReplyStore(path)))
    assert written(replaying(ScriptedChatModel(), ReplyStore(path))) == first


def test_other_arguments_and_other_words_are_asked(path: Path) -> None:
    model = ScriptedChatModel("one", "two", "three")
    llm = replaying(model, ReplyStore(path))
    assert [written(llm, 9), written(llm, 8)] == [["one"], ["two"]]
    assert llm.invoke([HumanMessage("What else?")]).text == "three"
    assert llm.invoke([HumanMessage("What else?")]).text == "three"


async def test_probabilities_and_usage_are_replayed(path: Path) -> None:
    model = ProbableChatModel()
    model.enqueue("yes")
    asked = await replaying(model, ReplyStore(path)).bind(max_tokens=1).ainvoke(MESSAGES)
    replayed = await replaying(ProbableChatModel(), ReplyStore(path)).bind(max_tokens=1).ainvoke(MESSAGES)
    assert replayed.response_metadata["logprobs"] == asked.response_metadata["logprobs"]
    assert replayed.usage_metadata is not None and replayed.usage_metadata == asked.usage_metadata


def test_it_has_the_field_for_probabilities_where_the_model_has_it(path: Path) -> None:
    store = ReplyStore(path)
    assert "top_logprobs" in type(replaying(ProbableChatModel(), store)).model_fields
    assert "top_logprobs" not in type(replaying(ScriptedChatModel(), store)).model_fields


def test_a_stopped_or_failed_reply_is_not_kept(path: Path) -> None:
    llm = replaying(ScriptedChatModel("It cost 1,500 dollars.", "It was dear."), ReplyStore(path))
    pieces = stream_chat(llm, MESSAGES, 9)
    next(pieces)
    pieces.close()  # type: ignore[attr-defined] # a generator
    assert not path.exists()
    assert written(llm) == ["It ", "was ", "dear."]
    with pytest.raises(ModelError):
        list(stream_chat(llm, [HumanMessage("What else?")], 9))
    assert path.read_text().count("\n") == 1


def test_a_reply_that_was_cut_off_is_asked_again(path: Path) -> None:
    written(replaying(ScriptedChatModel("It was dear."), ReplyStore(path)))
    path.write_text(path.read_text() + json.dumps({"key": "x"})[:5])
    assert written(replaying(ScriptedChatModel(), ReplyStore(path))) == ["It ", "was ", "dear."]
    path.write_text("{}\n")
    with pytest.raises(DatasetError, match="line 1"):
        ReplyStore(path)
