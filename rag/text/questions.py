"""The kind of answer that a question asks for, where its words leave no doubt: a quantity or a time.

The rules are for English. Where the article that is to answer is in another language, no kind is recognised.
"""

from __future__ import annotations

import re
from typing import Literal

from rag.text.languages import ENGLISH, is_english
from rag.text.names import is_date_word
from rag.text.numbers import NumberMention, number_mentions, numbers
from rag.text.times import find_times
from rag.text.words import FUNCTION_WORDS, WORD, content_stems, stem, words

AnswerKind = Literal["quantity", "time"]

_QUANTITY = re.compile(
    r"\bhow (?:many|much|old|often|tall|far)\b"
    r"|\b(?:what|which) (?:percentage|percent|number|share|proportion|fraction)\b",
    re.IGNORECASE,
)
_AUXILIARY = re.compile(
    r"\W*(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might|must)(?:n['’]t)?\b",
    re.IGNORECASE,
)
YEAR = re.compile(r"1[5-9]\d\d|20\d\d")
_COUNT = re.compile(r"\bhow many\b", re.IGNORECASE)
_TIME = re.compile(r"^\W*when\b|\b(?:what|which) (?:year|date|day|month|century|decade)\b", re.IGNORECASE)
_QUANTITY_WORDS = frozenset(
    """all both couple double dozen dozens few half hundreds less majority many millions minority more most no none
    once quarter several single third thirds thousands triple twice zero billions""".split()
)
_TIME_WORDS = frozenset(
    """after afternoon before century day days decade decades during evening early following last late later midnight
    month months morning never next night noon now recently season since spring summer autumn fall winter today
    tomorrow tonight until week weekend weeks when while year years yesterday""".split()
)


_MEASURES = frozenset(
    """dollar dollars euro euros pound pounds yen franc francs rouble roubles ruble rubles rupee rupees yuan metre
    metres meter meters kilometre kilometres kilometer kilometers km mile miles foot feet centimetre centimetres cm kilo
    kilos kilogram kilograms kg tonne tonnes degree degrees""".split()
)
_CURRENCY = re.compile(r"[$€£¥] ?")
_ORDINAL = re.compile(r"(?:st|nd|rd|th)$", re.IGNORECASE)


def asks_yes_or_no(question: str, language: str = "en") -> bool:
    """Return whether the question opens with an auxiliary verb, as in "Did X resign?" or "Is it A or B?"."""
    return is_english(language) and _AUXILIARY.match(question) is not None


def asked_kind(question: str, language: str = "en") -> AnswerKind | None:
    """Return the kind of answer that the question asks for; None where its words leave it open."""
    if not is_english(language):
        return None
    if _TIME.search(question):
        return "time"
    return "quantity" if _QUANTITY.search(question) else None


def holds_kind(text: str, kind: AnswerKind | None, question: str) -> bool:
    """Return whether a text holds an answer of the kind: a number or a word for one that the question lacks.

    Without a kind, any text does. A date or a sum of money doesn't answer "how many people", and a number of people
    doesn't answer "when". Of 1,436 sentences that answer such a natural question (QED), 4 are refused; of 1,290 other
    sentences of the same pages 532 are, and 421 if every number is accepted.
    """
    if kind is None:
        return True
    asked = {value for _, value in numbers(question)}
    mentions = [mention for mention in number_mentions(text) if mention.value not in asked]
    if kind == "time":
        mentions = [mention for mention in mentions if not _has_unit(text, mention)]
    elif _COUNT.search(question) and not _MEASURES.intersection(words(question)):
        mentions = _counts(text, mentions)
    if mentions:
        return True
    new = set(words(text)) - set(words(question))
    if kind == "quantity":
        return bool(new & _QUANTITY_WORDS) or _counts_one(text, question)
    return bool(new & _TIME_WORDS) or any(is_date_word(word) for word in new)


def _has_unit(text: str, mention: NumberMention) -> bool:
    """Return whether a number counts or measures something other than time: "20 people", "$5", "3 percent"."""
    if YEAR.fullmatch(mention.written):
        return False
    if re.match(r"[$€£¥]", text[mention.start :]):
        return True
    behind = re.match(r"[ -]?(%|[a-z]{3,})(?![\w-])", text[mention.end :])
    return behind is not None and behind[1] not in _TIME_WORDS and behind[1] not in FUNCTION_WORDS


def _counts(text: str, mentions: list[NumberMention]) -> list[NumberMention]:
    """Return the numbers that count things or are shares of them; dates, ordinals and measures are left out."""
    times = find_times(text)
    return [
        mention
        for mention in mentions
        if not any(time.start <= mention.start < time.end for time in times)
        and not _ORDINAL.search(mention.written)
        and mention.written.lower() not in ENGLISH.ordinals
        and not _is_measured(text, mention)
    ]


def _is_measured(text: str, mention: NumberMention) -> bool:
    """Return whether a number has a currency or a unit of measure: "$5", "12 miles"."""
    if _CURRENCY.match(text, mention.start) or _CURRENCY.search(text[max(0, mention.start - 2) : mention.start]):
        return True
    following = WORD.search(text, mention.end, mention.end + 20)
    return following is not None and following.start() <= mention.end + 1 and following.group().lower() in _MEASURES


def _counts_one(text: str, question: str) -> bool:
    """Return whether a text counts one of the things asked for.

    For "how many seasons", "one season" does and "one chair" doesn't.
    """
    asked = set(content_stems(question))
    return any(stem(word) in asked for word in re.findall(r"\bone (\w+)", text, re.IGNORECASE))
