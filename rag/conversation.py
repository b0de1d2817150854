"""Conversation: a follow-up becomes a question that stands alone; earlier answers only tell what words refer to."""

from __future__ import annotations

import re
from collections.abc import Sequence

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import HumanMessage, SystemMessage

from rag.drafting import as_data, stream_chat
from rag.records import Turn
from rag.signals import missing_names, missing_numbers
from rag.words import content_words

TURNS_MAX = 3
QUESTION_TOKENS_MAX = 60

REWRITE_PROMPT = (
    "Rewrite the last question so that it can be understood without the conversation: replace words such as he, it, "
    "they, there, and fill in what is left out. Keep its meaning and its words. Do not answer it. Write only the "
    "question."
)

_REFERS_BACK = re.compile(
    r"\b(?:he|she|it|they|him|them|his|hers?|its|theirs?|this|that|these|those|there|then|one|ones|same|former|latter"
    r"|else|instead|too)\b",
    re.IGNORECASE,
)
_OPENS_AS_FOLLOW_UP = re.compile(r"^\W*(?:and|but|or|so|also|what about|how about)\b", re.IGNORECASE)
_STANDS_ALONE_WORDS_MIN = 3


def is_follow_up(question: str) -> bool:
    """Whether a question seems to lean on what was said before: it refers back, or says too little by itself."""
    if _REFERS_BACK.search(question) or len(content_words(question)) < _STANDS_ALONE_WORDS_MIN:
        return True
    return bool(_OPENS_AS_FOLLOW_UP.match(question))


def standalone_question(question: str, history: Sequence[Turn], llm: BaseChatModel | None) -> str:
    """The question as it can be searched for alone.

    Without history, or when it stands alone, it is left as it is. Else the language model rewrites it; a rewriting
    that brings in names or numbers that nobody mentioned is refused, and the question before is put behind it instead.

    Raises:
        ModelError: the model did not answer.
    """
    if not history or not is_follow_up(question):
        return question
    if llm is not None:
        rewritten = _rewrite(question, history, llm)
        said = " ".join([question, *(f"{turn.question} {turn.answer}" for turn in history[-TURNS_MAX:])])
        if rewritten and not missing_names(rewritten, said) and not missing_numbers(rewritten, said):
            return rewritten
    return f"{question} ({history[-1].question})"


def _rewrite(question: str, history: Sequence[Turn], llm: BaseChatModel) -> str:
    lines = []
    for turn in history[-TURNS_MAX:]:
        lines += [f"User: {as_data(turn.question)}", f"Assistant: {as_data(turn.answer)}"]
    lines += [f"User: {as_data(question)}", "", "The last question, standing alone:"]
    messages = [SystemMessage(REWRITE_PROMPT), HumanMessage("\n".join(lines))]
    written = "".join(chunk.text for chunk in stream_chat(llm, messages, QUESTION_TOKENS_MAX))
    first_line = written.strip().split("\n")[0].strip().strip('"“”')
    return first_line if first_line.endswith("?") else ""
