"""A kept conversation as a document: JSON, Markdown with footnotes, or one HTML file that loads nothing.

The texts of articles, models and people are plain text in all of them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from rag.library.conversation_records import Conversation, ConversationTurn
from rag.records import Answer, Turn
from rag.rendering import (
    escape_markdown,
    headline,
    lines,
    render_filters,
    render_markdown,
    render_voices,
    render_words,
    source_name,
)
from rag.serialization import parse_answer, parse_segment

UNTITLED = "Conversation"

STOPPED = "Stopped before it was answered."

NOT_IN_FULL: Mapping[str, str] = {
    "unsure": "Answered, but unsure",
    "partial": "Answered in part",
    "abstained": "Not answered",
}
"""What a reader is told of a verdict other than "answered"."""

PAST_TURNS_MAX = 6
"""Earlier turns that are used to understand a follow-up. Older ones help little and cost tokens."""


def history_of(turns: Sequence[ConversationTurn]) -> tuple[Turn, ...]:
    """Return the last answered turns, oldest first, as `Chatbot.ask` takes them."""
    answered = [(turn.question, turn.answer) for turn in turns if turn.answer is not None]
    return tuple(
        Turn(question=question, answer=render_words([parse_segment(segment) for segment in answer["segments"]]))
        for question, answer in answered[-PAST_TURNS_MAX:]
    )


def render_conversation(conversation: Conversation) -> dict[str, Any]:
    """Return the conversation as a JSON object. Its answers are those of `rag.serialization.render_answer`."""
    return {
        "id": conversation.id,
        "title": conversation.title,
        "created": conversation.created,
        "updated": conversation.updated,
        "turns": [render_conversation_turn(turn) for turn in conversation.turns],
    }


def render_conversation_json(conversation: Conversation) -> str:
    """Return the JSON object of the conversation as text for a file."""
    return json.dumps(render_conversation(conversation), ensure_ascii=False, indent=2) + "\n"


def render_conversation_turn(turn: ConversationTurn) -> dict[str, Any]:
    """Return a turn as a JSON object; `answer` and `feedback` are null where there are none."""
    return {
        "id": turn.id,
        "question": turn.question,
        "status": turn.status,
        "options": dict(turn.options),
        "answer": dict(turn.answer) if turn.answer is not None else None,
        "error": turn.error,
        "created": turn.created,
        "feedback": asdict(turn.feedback) if turn.feedback is not None else None,
    }


def render_conversation_markdown(conversation: Conversation) -> str:
    """Return the conversation as Markdown. The second answer's first footnote is `[^2-1]`."""
    parts = [f"# {escape_markdown(conversation.title or UNTITLED)}"]
    for number, turn in enumerate(conversation.turns, 1):
        parts.append(f"## {escape_markdown(turn.question)}")
        if turn.answer is None:
            parts.append(f"*{escape_markdown(turn.error or STOPPED)}*")
            continue
        answer = parse_answer(turn.answer)
        if answer.standalone_question != turn.question:
            parts.append(f"*Understood as: {escape_markdown(answer.standalone_question)}*")
        parts.append(render_markdown(answer, label=f"{number}-"))
    return "\n\n".join(parts) + "\n"


def render_conversation_html(conversation: Conversation) -> str:
    """Return the conversation as one HTML document, which runs no script and loads nothing."""
    turns = [(turn, parse_answer(turn.answer) if turn.answer is not None else None) for turn in conversation.turns]
    return _template().render(title=conversation.title or UNTITLED, conversation=conversation, turns=turns)


class Transcript(NamedTuple):
    """A format of transcripts: the ending of a file's name, its media type, and the function that renders it."""

    ending: str
    media_type: str
    render: Callable[[Conversation], str]


TranscriptFormat = Literal["markdown", "json", "html"]

TRANSCRIPTS: Mapping[TranscriptFormat, Transcript] = {
    "markdown": Transcript("md", "text/markdown", render_conversation_markdown),
    "json": Transcript("json", "application/json", render_conversation_json),
    "html": Transcript("html", "text/html", render_conversation_html),
}
"""The formats in which a conversation can be saved."""


@cache
def _template() -> Template:
    loader = FileSystemLoader(Path(__file__).parent / "templates")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals |= {
        "headline": headline,
        "lines": lines,
        "render_filters": render_filters,
        "render_voices": render_voices,
        "source_name": source_name,
        "doubt": _doubt,
        "STOPPED": STOPPED,
    }
    return environment.get_template("transcript.html.j2")


def _doubt(answer: Answer) -> str:
    """Return a sentence on an answer that isn't given in full; "" for one that is."""
    told = NOT_IN_FULL.get(answer.verdict, "")
    # An abstention says its reason already.
    return f"{told}: {answer.reason}" if told and answer.reason and answer.verdict != "abstained" else told
