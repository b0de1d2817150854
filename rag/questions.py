"""What kind of answer a question asks for, as far as its words tell it for certain: a quantity or a time."""

from __future__ import annotations

import re
from typing import Literal

from rag.signals import is_date_word, numbers
from rag.words import words

AnswerKind = Literal["quantity", "time"]

_QUANTITY = re.compile(
    r"\bhow (?:many|much|old|often|tall|far)\b"
    r"|\b(?:what|which) (?:percentage|percent|number|share|proportion|fraction)\b",
    re.IGNORECASE,
)
_TIME = re.compile(r"^\W*when\b|\b(?:what|which) (?:year|date|day|month|century|decade)\b", re.IGNORECASE)
_QUANTITY_WORDS = frozenset(
    """all both couple double dozen dozens few half hundreds less majority many millions minority more most no none
    one once quarter several single third thirds thousands triple twice zero billions""".split()
)
_TIME_WORDS = frozenset(
    """after afternoon before century day days decade decades during evening early following last late later midnight
    month months morning never next night noon now recently season since spring summer autumn fall winter today
    tomorrow tonight until week weekend weeks when while year years yesterday""".split()
)


def asked_kind(question: str) -> AnswerKind | None:
    """The kind of answer that the question asks for; None where its words leave it open."""
    if _TIME.search(question):
        return "time"
    return "quantity" if _QUANTITY.search(question) else None


def holds_kind(text: str, kind: AnswerKind | None, question: str) -> bool:
    """Whether a text holds an answer of the kind: a number, or words for one, that the question doesn't hold itself.

    Any text does where no kind is asked for.
    """
    if kind is None:
        return True
    asked = {value for _, value in numbers(question)}
    if any(value not in asked for _, value in numbers(text)):
        return True
    new = set(words(text)) - set(words(question))
    if kind == "quantity":
        return bool(new & _QUANTITY_WORDS)
    return bool(new & _TIME_WORDS) or any(is_date_word(word) for word in new)
