"""Swapped names: a claim that has one name where its evidence has another, in the same place of the sentence.

"He leads the bank" supports "Meyer leads the bank" where Meyer stands around it. "Schmidt leads the bank" does not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.countries import may_be_same_country
from rag.namesakes import NAME, are_namesakes
from rag.points import base
from rag.signals import is_date_word, missing_names, names
from rag.words import FUNCTION_WORDS, words

CHARS_MAX = 2000
"""In longer texts, which are no sentences, nothing is looked for."""

_WORD = r"[a-z][a-z-]+"
_AUXILIARY = "will|would|can|could|has|have|had|is|was|were|are|be|been|being|did|does"
_HELPERS = rf"(?:(?:{_AUXILIARY}|also|then|later|often|not|never) )*"
_ENDS = r"(?=[,.;:?!]|$| [A-Z]| (?:of|is|was|has|will|who|and|in|at|from|to)\b)"
_OWNED = (
    rf"\b(?P<place>{_WORD}) of (?:the )?(?P<name>{NAME})",
    rf"\b(?P<name>{NAME})['’]s? (?:{_WORD} )??(?P<place>{_WORD}){_ENDS}",
    rf"(?:\b(?:[Tt]he|[Aa]n?|by|with|and|is|was) |, )(?P<name>{NAME}) (?:{_WORD} )??(?P<place>{_WORD}){_ENDS}",
)
"""Whose it is: "secretary-general of the UN", "the UN's secretary-general", "the UN secretary-general"."""

_DOER = (
    rf"(?:(?<=[.!?:;,] )|^|\b(?:that|and|but|when|while|because|where) )(?:[Tt]he )?(?P<name>{NAME})"
    rf"(?:, [^,]{{,80}},)? {_HELPERS}(?P<place>{_WORD})\b"
)
_RELATED = rf"\b(?P<place>{_WORD}) (?P<how>in|at|from|to|by|with|for|on|against|near|into) (?:the )?(?P<name>{NAME})"

_FORMS = (
    *(("of", re.compile(form)) for form in _OWNED),
    ("did", re.compile(_DOER)),
    ("", re.compile(_RELATED)),
)
"""How a name goes with a word, and what that looks like; "" where a preposition tells it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """The claim's name, and the one that the evidence has in its place."""

    name: str
    other: str


def find_swap(claim: str, quote: str) -> Swap | None:
    """A name of the claim that the quote lacks, while it has another one in its place; None where there is none.

    The place is the word that the name goes with: what it owns or heads, what it did, or what was done "in", "by" or
    "for" it. Of 46,880 labelled sentences (FEVER, SNLI, FM2, BEGIN) 493 have one, 459 of them not supported; of 32,527
    questions about a sentence that answers them (QAMR) one.
    """
    if max(len(claim), len(quote)) > CHARS_MAX:
        return None
    told = _places(quote)
    for place, ours in _places(claim).items():
        for name in ours:
            others = [other for other in told.get(place, []) if _lacks(claim, other)]
            if others and _lacks(quote, name) and not any(_alike(name, other) for other in others):
                return Swap(name=name, other=others[0])
    return None


def _places(text: str) -> dict[tuple[str, str], list[str]]:
    """The names of a text by the word that they go with, and how."""
    found: dict[tuple[str, str], list[str]] = {}
    for how, form in _FORMS:
        for match in form.finditer(text):
            name = re.sub(r"['’]s?$", "", match["name"])
            if match["place"] not in FUNCTION_WORDS and _is_name(name):
                found.setdefault((base(match["place"]), how or match["how"]), []).append(name)
    return found


def _is_name(text: str) -> bool:
    found = [name for name in names(f"of {text}") if len(name) > 1 and not is_date_word(name)]
    return bool(found) and words(text)[0] not in FUNCTION_WORDS


def _lacks(text: str, name: str) -> bool:
    """Whether a text has no word of a name, nor its acronym or what that stands for."""
    return len(missing_names(f"of {name}", text)) == len(set(names(f"of {name}")))


def _alike(name: str, other: str) -> bool:
    """Whether two names may mean the same: Mohammed and Mohamed, SCO and its full name, Paris and the French."""
    same_opening = any(a[:3] == b[:3] for a in words(name) for b in words(other))
    alike = same_opening or are_namesakes(name, other) or may_be_same_country(name, other)
    return alike or not _lacks(other, name)
