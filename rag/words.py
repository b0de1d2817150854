"""Words of a text, as retrieval and grounding compare them: lower case, without function words, stemmed."""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import lru_cache

import snowballstemmer

MARKS = "".join(chr(code) for code in range(0x300, 0x3000) if unicodedata.category(chr(code)) in ("Mn", "Mc"))
"""Signs that belong to the letter before them, such as the vowels of Hindi; to `re` they are no letters."""

_LETTERS = rf"[^\W_]+(?:[{MARKS}]+[^\W_]*)*"
WORD = re.compile(rf"\d+(?:[.,]\d+)*|(?:[^\W\d_]\.){{2,}}|{_LETTERS}(?:['’]{_LETTERS})*")
"""A number with its separators, an abbreviation such as `U.S.`, or a word with inner apostrophes."""


FUNCTION_WORDS = frozenset(
    """a about after again all also although am an and any are as at be because been before being between both but by
    can could did do does doing during each either else ever few for from further had has have having he her here hers
    herself him himself his how however i if in into is it its itself just many may me might more most much must my
    myself of off on once only or other our ours out over own per same shall she should since so some such than that
    the their theirs them themselves then there therefore these they this those through thus to too under until up
    upon us very was we were what whatever when where whether which while who whom whose why will with within would
    yet you your yours""".split()
)
"""English words without content of their own. Negations are left in: they change what a sentence says."""

_POSSESSIVE = re.compile(r"['’]s?$")
_stemmer = snowballstemmer.stemmer("english")
_stemmer_lock = threading.Lock()


def words(text: str) -> list[str]:
    """All words of a text in order, lower case, possessive endings cut."""
    return [_plain(match.group()) for match in WORD.finditer(text)]


def content_words(text: str) -> list[str]:
    """The words of a text that carry content, in order, lower case; duplicates stay."""
    return [
        _plain(match.group())
        for match in WORD.finditer(text)
        if _plain(match.group()) not in FUNCTION_WORDS or _is_month(match)
    ]


def _is_month(match: re.Match[str]) -> bool:
    """Whether a word is the month of May, not the verb: capitalised, and not the first of the text."""
    return match.group() == "May" and match.start() > 0


def content_stems(text: str) -> list[str]:
    """The Snowball stems of the content words, in order; duplicates stay."""
    return [stem(word) for word in content_words(text)]


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The English Snowball stem of a lower-case word; the stemmer isn't thread-safe, so calls are serialised."""
    with _stemmer_lock:
        return str(_stemmer.stemWord(word))


def _plain(word: str) -> str:
    lowered = word.lower()
    if "'" not in lowered and "’" not in lowered:
        return lowered
    return _POSSESSIVE.sub("", lowered).replace("’", "'")
