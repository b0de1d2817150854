"""The names that answer "who" and "which city", where only one can be right, and whether two names mean the same."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher

from rag.points import ONE_OFF, Point, base
from rag.signals import is_date_word
from rag.words import FUNCTION_WORDS, words

SPELLING_MIN = 0.75
"""Two words so alike (difflib's ratio) are spellings of one name: Mohammed and Mohamed."""

SINGLE_VALUED = ONE_OFF | {
    base(verb)
    for verb in "win host succeed replace chair head lead own coach elect appoint name choose score buy".split()
}
"""What one does alone, or with all the others that a sentence names."""

_WORD = r"(?:[A-Z]\.(?= ?[A-Z])|[A-Z](?:[\w-]|[.’'](?=\w))*|al-[A-Z]\w+)"
NAME = rf"{_WORD}(?: (?:(?:de|van|von|der|bin|la|el|da|di) )?{_WORD})*"
_NAMES = rf"(?P<names>{NAME}(?:(?:, | and |, and ){NAME})*)"
_HELPERS = r"(?:(?:will|has|have|had|is|was|were|be|been|to|also) )*"
_BY = re.compile(rf"\bby {_NAMES}")
_ACTIVE = re.compile(rf"(?<![Tt]he ){_NAMES}(?:, [^,]*,)? {_HELPERS}(?P<verb>[a-z]+)")
_IS = re.compile(rf"(?<![Tt]he )\b{_NAMES}(?:, [^,]*,)? (?:is|was|became|becomes)\b(?! (?:\w+ ){{0,2}}by\b)")
_IS_NAME = re.compile(rf"\b(?:is|was|named) {_NAMES}(?=[,.;]| (?:and|who|from|of|since|until|for)\b|$)")
_APPOSED = re.compile(rf"(?P<role>[a-z]+), {_NAMES},")
_CO = re.compile(r"\b(?:(?i:co-|together with|among|one of|along with|jointly)|[Ww]ith (?=[A-Z]))")
_ANY = re.compile(r"\b(?:an?|any|other|else)\b", re.IGNORECASE)
"""Asks for one of several: "who won a medal"."""
_ONLY = re.compile(r"\bwho (?:is|was) the\b|\bheld\b|\b(?:first|last|only|most|[a-z]{3,}est)\b", re.IGNORECASE)
_BODY = re.compile(r"\b(?:Party|Alliance|Union|Council|Group|Company|Corporation|Inc|Ltd|United|City|FC|Front)\b")


_NAMED = re.compile(rf"(?<![\w’'-]){NAME}")


def find_names(text: str) -> list[tuple[str, int]]:
    """The names of a text with their places, each as a whole ("Claire Vasseur"), without dates.

    The capitalised word that opens a sentence is taken for one, too.
    """
    found = []
    for match in _NAMED.finditer(text):
        name, start = match.group(), match.start()
        while (parts := name.split(" ", 1)) and parts[0].lower() in FUNCTION_WORDS:
            name, start = (parts[1], start + len(parts[0]) + 1) if len(parts) > 1 else ("", start)
            if not name:
                break
        if name and not all(is_date_word(word) for word in words(name)):
            found.append((name, start))
    return found


def answering_names(point: Point, text: str) -> list[str]:
    """The names in a sentence that answer the question, where only they can; none where that isn't certain."""
    if _CO.search(text) or _ANY.search(point.question):
        return []
    verbs = point.required & SINGLE_VALUED
    found: list[str] = []
    if verbs:
        found = [match["names"] for match in _BY.finditer(text)]
        if not found:
            found = [match["names"] for match in _ACTIVE.finditer(text) if base(match["verb"]) in verbs]
    elif re.search(r"\bwho (?:is|was)\b", point.question, re.IGNORECASE):
        found = [match["names"] for form in (_IS, _IS_NAME) for match in form.finditer(text)]
        found += [match["names"] for match in _APPOSED.finditer(text) if base(match["role"]) in point.required]
    asked = set(words(point.question)) | FUNCTION_WORDS
    names = [name for listed in found for name in re.split(r", and |, | and ", listed)]
    names = [name for name in names if not set(words(name)) <= asked]
    return [] if any(_BODY.search(name) or set(words(name)) & asked for name in names) else names


def tells_of_several(text: str) -> bool:
    """Whether a sentence names one of several: "co-founded", "together with"."""
    return _CO.search(text) is not None


def asks_for_one(point: Point) -> bool:
    """Whether only one name can answer the question, or only all those that a sentence lists."""
    if _ANY.search(point.question):
        return False
    return bool(point.required & SINGLE_VALUED) or _ONLY.search(point.question) is not None


def are_namesakes(one: str, other: str) -> bool:
    """Whether two names may mean the same: a word in common, or one that is only spelled otherwise."""
    ones, others = _parts(one), _parts(other)
    return any(a == b or SequenceMatcher(None, a, b).ratio() >= SPELLING_MIN for a in ones for b in others)


def _parts(name: str) -> list[str]:
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.lower()) if not unicodedata.combining(c))
    return [part for part in re.split(r"[^\w]+", plain) if len(part) > 2]
