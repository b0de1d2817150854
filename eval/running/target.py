"""A target, which is anything that answers questions; and how a bare text becomes an answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from eval.records import Question, Result
from rag.errors import FootnoteError
from rag.records import Answer, Segment

ABSTENTION = re.compile(
    r"\b(?:i|we) (?:really )?(?:do not|don['’]t|cannot|can['’]t) (?:know|answer|say|tell|find)\b"
    r"|(?:\bnot|n['’]t) (?:provide|contain|mention|specify|state|include|say)[a-z]* (?:any |the |enough )?"
    r"(?:specific )?(?:information|details?|answer|about|who|what|when|where|how|why|whether)\b"
    r"|\b(?:is|are|was|were) not (?:mentioned|specified|stated|provided|given|known|available)\b"
    r"|\b(?:no|not enough|insufficient) (?:relevant |specific )?information\b"
    r"|^\W*(?:unknown|unanswerable|not stated)\b",
    re.IGNORECASE,
)
"""Phrases that make a text an abstention, for targets that have no verdicts of their own."""

CITATION_MARK = re.compile(r"\s*\[\d+(?:\s*[,;–-]\s*\d+)*\]")
"""Citation marks of other programs in a bare text, such as `[1, 2]`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Something that answers questions.

    Attributes:
        ask: the answer to a question; a FootnoteError that it raises becomes a failed result.
        models: what answers, by role.
    """

    name: str
    ask: Callable[[Question], Result]
    models: Mapping[str, str] = field(default_factory=dict)


def text_answer(question: Question, text: str, milliseconds: float, models: Mapping[str, str]) -> Answer:
    """Return a bare text as an answer without claims; a text that says it doesn't know is an abstention.

    Citation marks are removed from its segments: they are no part of the answer.
    """
    abstained = not text.strip() or bool(ABSTENTION.search(text))
    said = CITATION_MARK.sub("", text).strip()
    return Answer(
        id=question.id,
        question=question.question,
        standalone_question=question.question,
        verdict="abstained" if abstained else "answered",
        reason=text.strip() if abstained else "",
        text=text.strip(),
        segments=(Segment(text=said),) if said else (),
        timings_ms={"total": round(milliseconds, 1)},
        models=models,
    )


def ask_safely(target: Target, question: Question) -> Result:
    """Return the target's result under the question's id; an abstention with the error where the target fails."""
    try:
        result = target.ask(question)
    except FootnoteError as exc:
        answer = text_answer(question, "", 0.0, target.models)
        result = Result(answer=answer, error=f"{type(exc).__name__}: {exc}")
    return replace(result, answer=replace(result.answer, id=question.id))
