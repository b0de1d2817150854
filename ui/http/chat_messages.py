"""Chat completions as OpenAI's clients send and read them, from and to questions and answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from rag.records import Answer, Citation, Turn
from rag.rendering import headline, markdown_pieces
from rag.serialization import render_answer
from ui.http.requests import Choices
from ui.limits import ANSWER_CHARS_MAX, HISTORY_TURNS_MAX, MESSAGES_MAX

MODEL = "footnote"
"""The only model: the chatbot itself, whatever language model it uses."""

_NOTE = re.compile(r"^\[\^[\w-]+\]: .*$", re.MULTILINE)
_MARK = re.compile(r"\[\^[\w-]+\]")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")

_PIECE = re.compile(r"\S+\s*|\s+")


class _Lenient(BaseModel):
    """A part of a request whose other members are ignored, as those that steer the sampling of a model."""

    model_config = ConfigDict(extra="ignore")


class ContentPart(_Lenient):
    """A part of a message; only text is read."""

    type: str
    text: str = ""


class ChatMessage(_Lenient):
    """A message of a conversation."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[ContentPart] | None = None

    @property
    def text(self) -> str:
        """Return the text of the message."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.type in ("text", "input_text"))
        return self.content or ""


class StreamOptions(_Lenient):
    """What a stream has beside the answer."""

    include_usage: bool = False


class ChatRequest(_Lenient):
    """A chat completion: the last message is the question, and the earlier ones are its history.

    System messages, tools and the sampling of tokens have no effect: answers come from the articles. `footnote` is an
    extension with the same choices as `POST /v1/ask`.
    """

    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={
            "examples": [
                {
                    "model": MODEL,
                    "messages": [{"role": "user", "content": "How many dialogue partners does the SCO have?"}],
                }
            ]
        },
    )

    model: str
    messages: Annotated[list[ChatMessage], Field(min_length=1, max_length=MESSAGES_MAX)]
    stream: bool | None = False
    stream_options: StreamOptions | None = None
    n: int | None = Field(None, ge=1, le=1)
    footnote: Choices = Choices()

    @property
    def question(self) -> str:
        """Return the text of the last message of the user; "" where there is none."""
        return next((message.text.strip() for message in reversed(self.messages) if message.role == "user"), "")

    def history(self) -> tuple[Turn, ...]:
        """Return the earlier questions that were answered, oldest first, without the marks of footnotes."""
        turns: list[Turn] = []
        question = ""
        for message in self.messages:
            if message.role == "user":
                question = message.text.strip()
            elif message.role == "assistant" and question and message.text.strip():
                turns.append(Turn(question=question, answer=_words(message.text)[:ANSWER_CHARS_MAX]))
                question = ""
        return tuple(turns[-HISTORY_TURNS_MAX:])


def _words(content: str) -> str:
    """Return the words of an earlier answer, without marks, footnotes and the backslashes of Markdown."""
    return _ESCAPE.sub(r"\1", _MARK.sub("", _NOTE.sub("", content))).strip()


def render_completion(answer: Answer, created: int, *, base_url: str) -> dict[str, Any]:
    """Return the answer as a chat completion, with the whole answer under `footnote`."""
    message = {
        "role": "assistant",
        "content": _content(answer),
        "refusal": None,
        "annotations": _annotations(answer, base_url),
    }
    return {
        "id": completion_id(answer.id),
        "object": "chat.completion",
        "created": created,
        "model": MODEL,
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}],
        "usage": _usage(answer),
        "footnote": render_answer(answer),
    }


def render_chunks(answer: Answer, id_: str, created: int, *, usage: bool, base_url: str) -> Iterator[dict[str, Any]]:
    """Yield the chunks of a stream after its first: the checked answer word by word, then annotations and the end."""
    for piece in _PIECE.findall(_content(answer)):
        yield render_chunk(id_, created, {"content": piece})
    last = render_chunk(id_, created, {"annotations": _annotations(answer, base_url)}, finish_reason="stop")
    yield last | {"footnote": render_answer(answer)}
    if usage:
        yield render_chunk(id_, created) | {"choices": [], "usage": _usage(answer)}


def render_chunk(
    id_: str, created: int, delta: dict[str, Any] | None = None, finish_reason: str | None = None
) -> dict[str, Any]:
    """Return a chunk of a streamed completion."""
    choice = {"index": 0, "delta": delta or {}, "logprobs": None, "finish_reason": finish_reason}
    return {"id": id_, "object": "chat.completion.chunk", "created": created, "model": MODEL, "choices": [choice]}


def completion_id(id_: str) -> str:
    """Return the id of a completion, as OpenAI's begin."""
    return f"chatcmpl-{id_}"


def render_model(created: int) -> dict[str, Any]:
    """Return the only model as an object."""
    return {"id": MODEL, "object": "model", "created": created, "owned_by": MODEL}


def _content(answer: Answer) -> str:
    """Return the answer as Markdown with footnotes, since clients show a message as Markdown."""
    return "".join(text for text, _ in markdown_pieces(answer))


def _annotations(answer: Answer, base_url: str) -> list[dict[str, Any]]:
    """Return an annotation for each footnote mark, with its place in the content."""
    cited = {citation.number: citation for citation in (*answer.citations, *answer.nearest)}
    found: list[dict[str, Any]] = []
    start = 0
    for text, number in markdown_pieces(answer):
        end = start + len(text)
        if number is not None and number in cited:
            named = {"url": _address(cited[number], base_url), "title": headline(cited[number])}
            found.append({"type": "url_citation", "url_citation": named | {"start_index": start, "end_index": end}})
        start = end
    return found


def _address(citation: Citation, base_url: str) -> str:
    """Return the address of a cited article: its own on the web, else that of its text in this API."""
    if citation.source.startswith(("http://", "https://")):
        return citation.source
    return f"{base_url}v1/articles/{citation.article_id}?version={citation.version}"


def _usage(answer: Answer) -> dict[str, int]:
    prompt, output = (answer.usage.get(name, 0) for name in ("prompt_tokens", "output_tokens"))
    return {"prompt_tokens": prompt, "completion_tokens": output, "total_tokens": prompt + output}
