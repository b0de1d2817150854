"""Standalone questions: a follow-up is rewritten so that it can be searched for without the conversation.

Earlier answers only show what the words of a follow-up refer to; they are never evidence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage

from rag.records import Turn
from rag.text.names import missing_names
from rag.text.numbers import missing_numbers
from rag.text.overlap import coverage
from rag.text.words import content_words
from rag.writing.drafts import stream_chat
from rag.writing.prompts import REWRITE_EXAMPLES, REWRITE_PROMPT, as_data

TURNS_MAX = 3
QUESTION_TOKENS_MAX = 60

KEPT_MIN = 0.6
"""Share of the follow-up's own content words that a rewriting must keep; with fewer it asks something else."""

REFERS_BACK = re.compile(
    r"\b(?:he|she|it|they|him|them|his|hers?|its|theirs?|this|that|these|those|there|then|one|ones|same|former|latter"
    r"|else|instead|too)\b",
    re.IGNORECASE,
)
"""Words that refer to what was said before."""

_DEMONSTRATIVE = re.compile(r"\b(?:that|this|these|those|(?:the )?same) \w+", re.IGNORECASE)
"""A demonstrative with its noun, such as "that year": a rewriting replaces both by what they refer to."""

_CORRECTS = re.compile(r"^\W*(?:no|sorry|actually)\b[ ,.–-]*(?:i (?:meant|mean|said)\b)?", re.IGNORECASE)
_OPENS_AS_FOLLOW_UP = re.compile(r"^\W*(?:and|but|or|so|also|what about|how about)\b", re.IGNORECASE)
_OWN_WORDS_MIN = 3
"""With fewer content words, a question says too little by itself."""


def is_follow_up(question: str) -> bool:
    """Return whether a question seems to need the conversation: it refers back, or says too little by itself."""
    if REFERS_BACK.search(question) or len(content_words(question)) < _OWN_WORDS_MIN:
        return True
    return bool(_OPENS_AS_FOLLOW_UP.match(question) or _CORRECTS.match(question))


def standalone_question(question: str, history: Sequence[Turn], llm: BaseChatModel | None) -> str:
    """Return the question in a form that can be searched for without the conversation.

    Without history, or if it is no follow-up, it is left as it is. Otherwise the language model rewrites it. A
    rewriting with names or numbers that nobody mentioned is refused: then the previous question is added in brackets.

    Raises:
        ModelError: the model did not answer.
    """
    if not history or not is_follow_up(question):
        return question
    if llm is not None:
        rewritten = _rewrite(question, history, llm)
        if rewritten and _keeps(rewritten, question, history):
            return rewritten
    return f"{question} ({history[-1].question})"


def _keeps(rewritten: str, question: str, history: Sequence[Turn]) -> bool:
    """Return whether a rewriting asks what the follow-up asks, and only has names and numbers that were mentioned."""
    said = " ".join([question, *(f"{turn.question} {turn.answer}" for turn in history[-TURNS_MAX:])])
    if missing_names(rewritten, said) or missing_numbers(rewritten, said):
        return False
    if missing_numbers(question, rewritten) or missing_names(question, rewritten):
        return False
    asked = REFERS_BACK.sub(" ", _DEMONSTRATIVE.sub(" ", _CORRECTS.sub(" ", question)))
    return coverage(asked, rewritten) >= KEPT_MIN


def _rewrite(question: str, history: Sequence[Turn], llm: BaseChatModel) -> str:
    """Return the question as the language model rewrites it; "" if what it writes is no question."""
    messages: list[BaseMessage] = [SystemMessage(REWRITE_PROMPT)]
    for turns, asked, alone in REWRITE_EXAMPLES:
        messages += [HumanMessage(_render_conversation(turns, asked)), AIMessage(alone)]
    latest = [(turn.question, turn.answer) for turn in history[-TURNS_MAX:]]
    messages.append(HumanMessage(_render_conversation(latest, question)))
    written = "".join(chunk.text for chunk in stream_chat(llm, messages, QUESTION_TOKENS_MAX))
    first_line = written.strip().split("\n")[0].strip().strip('"“”')
    return first_line if first_line.endswith("?") else ""


def _render_conversation(turns: Sequence[tuple[str, str]], question: str) -> str:
    lines = []
    for asked, answered in turns:
        lines += [f"User: {as_data(asked)}", f"Assistant: {as_data(answered)}"]
    return "\n".join([*lines, f"User: {as_data(question)}", "", "The last question, standing alone:"])
