"""Drafts: what a language model writes from the evidence, before it is checked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, HumanMessage, SystemMessage

from rag.errors import ModelError, StoppedError
from rag.records import Window
from rag.stopping import iterate
from rag.writing.prompts import DRAFT_PROMPT, render_evidence


@dataclass(slots=True)
class Draft:
    """The text that the language model wrote, filled while it writes.

    Attributes:
        usage: prompt_tokens and output_tokens, where the server reports them.
    """

    text: str = ""
    usage: dict[str, int] = field(default_factory=dict)


def write_draft(
    llm: BaseChatModel,
    question: str,
    evidence: Sequence[Window],
    max_tokens: int,
    draft: Draft,
    prompt: str = DRAFT_PROMPT,
    example: tuple[str, str] | None = None,
) -> Iterator[str]:
    """Yield the pieces of the draft as they are written, and fill `draft`.

    `prompt` is the system message; `example` a question with its answer, which comes before the question.

    Raises:
        ModelError: the model did not answer.
    """
    asked = f"{render_evidence(question, evidence)}\nAnswer:"
    shown = [HumanMessage(example[0]), AIMessage(example[1])] if example else []
    messages = [SystemMessage(prompt), *shown, HumanMessage(asked)]
    for chunk in stream_chat(llm, messages, max_tokens):
        draft.text += chunk.text
        if chunk.usage_metadata:
            draft.usage = {
                "prompt_tokens": chunk.usage_metadata["input_tokens"],
                "output_tokens": chunk.usage_metadata["output_tokens"],
            }
        if chunk.text:
            yield chunk.text


def stream_chat(llm: BaseChatModel, messages: Sequence[BaseMessage], max_tokens: int) -> Iterator[AIMessageChunk]:
    """Yield the model's answer in pieces; its client's errors become ModelError.

    Raises:
        ModelError: the model did not answer.
        StoppedError: the answer was stopped; the model writes no more.
    """
    try:
        for chunk in iterate(llm.bind(max_tokens=max_tokens).astream(list(messages))):
            if isinstance(chunk, AIMessageChunk):
                yield chunk
    except StoppedError:
        raise
    except Exception as exc:  # each provider's client has errors of its own, and LangChain has no common one
        if type(exc).__module__ == "builtins" and not isinstance(exc, OSError):
            raise
        raise ModelError(
            f"The language model did not answer ({type(exc).__name__}: {exc}). Check llm, llm_url and api_key, or set "
            "llm to none to answer by extracts alone."
        ) from exc
