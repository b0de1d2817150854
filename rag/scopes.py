"""Scopes: whether two sentences on one point restrict what they say alike.

"1,500 jobs in Germany" and "4,000 jobs" can both be true. It leans to no, as `rag.points` does.
"""

from __future__ import annotations

import re

from rag.points import Point, base, bases
from rag.signals import is_date_word
from rag.words import stem, words

_EXPECTING = frozenset(
    stem(word)
    for word in """expect expects forecast predict prediction estimate estimates project projected plan plans aim aims
    target propose hopes seeks wants demands asks offers could might allegedly rumour supposed""".split()
)
_FORMERLY = re.compile(r"\b(?:(?:was|were|had been) (?:to|due|set|expected|meant|planned)|originally|initially)\b")
_RESTRICTING = frozenset(
    """seriously slightly critically badly lightly alone only another additional additionally further other others
    including average season weekend career decade mostly partly estimated minimum maximum record extra annual annually
    yearly daily weekly monthly first second third fourth half
    lower upper senate senators commons
    net gross operating pretax tax adjusted underlying core real nominal""".split()
)
_SCOPE = re.compile(r"\b(?i:in|from|at|near|across|for|outside|inside)\s(?:the\s)?((?:[A-Z][\w’'-]*\s?)+)")
_CLAUSE_MARK = re.compile(
    r"[,;:()–—](?!\d)| (?:and|but|when|after|before|while|because|which|who|that|as|according|together|with|without) "
)
_NARROWING = {
    "time": re.compile(r"\b(?:on|about|to|as) (?:(?:the|an?|its|his|her|their|all) )?(\w+)", re.IGNORECASE),
    "count": re.compile(
        r"\b(?:on|about|to|over|in|for(?! \w+ing\b)|at|among|from|within|during|inside) "
        r"(?:(?:the|an?|its|his|her|their|all) )?(\w+)",
        re.IGNORECASE,
    ),
}
_NARROWING["amount"] = _NARROWING["count"]
"""Prepositions behind which stands what a value is narrowed to."""

_REPORTING = frozenset(
    stem(word) for word in "say says said report reported official officials police ministry according".split()
)


def same_scope(point: Point, first: str, second: str) -> bool:
    """Whether neither of two sentences restricts what it says in a way that the other doesn't.

    An expectation or plan is no fact, and two of them may differ.
    """
    asked = set(words(point.question))
    return same_restrictions(point, first, second) and (
        point.kind not in ("count", "amount") or _places(first, asked) == _places(second, asked)
    )


def same_restrictions(point: Point, first: str, second: str) -> bool:
    """Whether neither of two sentences tells a plan, and words such as "net" or "annual" stand in both or none."""
    asked = set(words(point.question))
    for text in (first, second):
        if {stem(word) for word in words(text) if word not in asked} & _EXPECTING:
            return False
    if bool(_FORMERLY.search(first)) != bool(_FORMERLY.search(second)):
        return False
    if point.kind not in ("count", "amount", "dimension"):
        return True
    ones, others = (set(words(text)) & _RESTRICTING - asked for text in (first, second))
    return ones == others


def same_complements(point: Point, first: str, at: tuple[int, int], second: str, other_at: tuple[int, int]) -> bool:
    """Whether the clauses of two values (at their places) don't each add something else, nor one narrows its value."""
    one, other = clause_of(first, at), clause_of(second, other_at)
    ones, others = _complements(point, one), _complements(point, other)
    if ones and others and not ones & others:
        return False
    narrowing = _NARROWING.get(point.kind)
    if narrowing is None:
        return True
    narrowed = [
        {base(match[1].lower()) for match in narrowing.finditer(clause)} & complements
        for clause, complements in ((one, ones), (other, others))
    ]
    return narrowed[0] == narrowed[1]


def clause_of(text: str, at: tuple[int, int]) -> str:
    """The clause of a value, without the value."""
    start, end = at
    begin = max((match.end() for match in _CLAUSE_MARK.finditer(text, 0, start)), default=0)
    after = _CLAUSE_MARK.search(text, end)
    return f"{text[begin:start]} · {text[end : after.start() if after else len(text)]}"


def _complements(point: Point, clause: str) -> set[str]:
    """Bases of what a clause adds to the point, other than dates and who says it."""
    kept = " ".join(word for word in words(clause) if not is_date_word(word) and not word[0].isdigit())
    return bases(kept) - bases(point.question) - point.things - _REPORTING


def _places(text: str, asked: set[str]) -> set[str]:
    """Names behind a preposition of place that the question doesn't hold."""
    told_of_number = re.sub(r" (?:when|after|before|while) [^,]*", "", text)
    places = (word for match in _SCOPE.finditer(told_of_number) for word in words(match[1]))
    return {place for place in places if place not in asked and not is_date_word(place)}
