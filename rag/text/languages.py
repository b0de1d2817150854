"""Tables of words by which texts are compared, one table a language.

Code that depends on a language takes the article's (`Article.language`). A language without a table has an empty one:
no names, negations or number words are found in it, and its words are compared as they are written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageTable:
    """The words of one language by which texts are compared; all lower case.

    Attributes:
        stemmer: name of the Snowball stemmer; "" leaves words as they are.
        function_words: words without content of their own; no negations, since these change what a sentence says.
        negations: words that negate.
        capitals_are_names: whether a capitalised word inside a sentence is a name. In German every noun is capitalised.
        openers: words that often open a sentence and are no names, such as `despite`.
        units, tens, ordinals, scales: number words with their values.
        months, weekdays: their names, from January and from Monday.
    """

    stemmer: str = ""
    function_words: frozenset[str] = frozenset()
    negations: frozenset[str] = frozenset()
    capitals_are_names: bool = False
    openers: frozenset[str] = frozenset()
    units: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    tens: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    ordinals: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    scales: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    months: tuple[str, ...] = ()
    weekdays: tuple[str, ...] = ()


def table_of(language: str) -> LanguageTable:
    """Return the table of a language by its code (`en`, `en-GB`, `en_US`); an empty one where there is none."""
    return _TABLES.get(language[:2].lower() if language[2:3] in ("", "-", "_") else "", _EMPTY)


def is_english(language: str) -> bool:
    """Return whether a language code is that of English; False for an unknown language (`""`)."""
    return table_of(language) is ENGLISH


def _counted(words: str, first: int, step: int = 1) -> Mapping[str, int]:
    return MappingProxyType({word: first + step * place for place, word in enumerate(words.split())})


ENGLISH = LanguageTable(
    stemmer="english",
    function_words=frozenset(
        """a about after again all also although am an and any are as at be because been before being between both but
        by can could did do does doing during each either else ever few for from further had has have having he her
        here hers herself him himself his how however i if in into is it its itself just many may me might more most
        much must my myself of off on once only or other our ours out over own per same shall she should since so some
        such than that the their theirs them themselves then there therefore these they this those through thus to too
        under until up upon us very was we were what whatever when where whether which while who whom whose why will
        with within would yet you your yours""".split()
    ),
    negations=frozenset(
        """no not never none nobody nothing neither nor without cannot fail fails failed refuse refuses refused deny
        denies denied reject rejects rejected lack lacks lacked unlikely impossible""".split()
    ),
    capitals_are_names=True,
    openers=frozenset("yes no not according due despite based given compared like unlike".split()),
    units=_counted(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen",
        0,
    ),
    tens=_counted("twenty thirty forty fifty sixty seventy eighty ninety", 20, 10),
    ordinals=MappingProxyType(
        {"first": 1, **_counted("third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth", 3)}
    ),
    scales=MappingProxyType(
        {"hundred": 1e2, "thousand": 1e3, "k": 1e3}
        | {"million": 1e6, "mn": 1e6, "m": 1e6}
        | {"billion": 1e9, "bn": 1e9, "b": 1e9}
        | {"trillion": 1e12, "tn": 1e12}
    ),
    months=tuple("january february march april may june july august september october november december".split()),
    weekdays=tuple("monday tuesday wednesday thursday friday saturday sunday".split()),
)
"""The table of English. Its ordinals leave out "second", which is as often a unit of time."""

_EMPTY = LanguageTable()
_TABLES = {"en": ENGLISH}
