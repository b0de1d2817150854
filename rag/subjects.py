"""Whether the names of a question stand for the same thing in two sentences: Leipzig is not its university."""

from __future__ import annotations

import re

from rag.points import Point, base
from rag.signals import is_date_word, names
from rag.words import FUNCTION_WORDS, words

_CAPITAL = r"[A-Z][\w-]*"
_PHRASE = re.compile(rf"{_CAPITAL}(?:(?: | of | of the |['’]s ){_CAPITAL})*")
_TITLES = frozenset("prime minister president chancellor king queen prince mr mrs ms dr sir lord general pope".split())
_PLACING = frozenset("in at near from outside inside around across".split())
_JOINING = _PLACING | frozenset("of to for with against on between by and over".split())


def same_subject(point: Point, first: str, second: str) -> bool:
    """Whether the question's names carry the same further names in both sentences, and stand as in the question."""
    return same_further_names(point, first, second) and all(
        _stands_as_asked(name, point, text) for name in names(point.question) for text in (first, second)
    )


def same_further_names(point: Point, first: str, second: str) -> bool:
    """Whether the question's names carry the same further names in both sentences."""
    return _further_names(point, first) == _further_names(point, second)


def _further_names(point: Point, text: str) -> set[str]:
    """The names joined to those of the question: `university` of "the University of Leipzig"."""
    asked = set(words(point.question))
    wanted = {word for name in names(point.question) for word in words(name)}
    phrases = (set(words(match.group())) for match in _PHRASE.finditer(text))
    joined = {word for phrase in phrases if phrase & wanted for word in phrase}
    return {word for word in joined - asked - _TITLES - FUNCTION_WORDS if not is_date_word(word)}


def _stands_as_asked(name: str, point: Point, text: str) -> bool:
    """Whether a name that the question neither places ("in Leipzig") nor makes an owner isn't only that in the text."""
    if _word_before(point.question, point.question.find(name)) in _JOINING:
        return True
    places = [match for match in re.finditer(rf"\b{re.escape(name)}\b", text)]
    return not places or any(
        _word_before(text, match.start()) not in _PLACING | {"of"} and _owns_what_is_asked(point, text[match.end() :])
        for match in places
    )


def _word_before(text: str, at: int) -> str:
    before = re.search(r"(\w+)(?: the)? $", text[:at])
    return before[1].lower() if before else ""


def _owns_what_is_asked(point: Point, after: str) -> bool:
    owned = re.match(r"['’]s ((?:\w+[ -]?){1,3})", after)
    return owned is None or any(base(word) in point.required for word in words(owned[1]))
