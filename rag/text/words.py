"""Words of a text as search and checking compare them: in lower case, without function words, stemmed.

The language is English unless another is given, since a question is compared before its article is known.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import cache, lru_cache
from typing import Any

import snowballstemmer

from rag.text.languages import ENGLISH, table_of

MARKS = "".join(chr(code) for code in range(0x300, 0x3000) if unicodedata.category(chr(code)) in ("Mn", "Mc"))
"""Marks that belong to the letter before them, such as the vowels of Hindi; `re` doesn't count them as letters."""

_LETTERS = rf"[^\W_]+(?:[{MARKS}]+[^\W_]*)*"
WORD = re.compile(rf"\d+(?:[.,]\d+)*|(?:[^\W\d_]\.){{2,}}|{_LETTERS}(?:['’]{_LETTERS})*")
"""A number with its separators, an abbreviation such as `U.S.`, or a word with inner apostrophes."""

FUNCTION_WORDS = ENGLISH.function_words
_POSSESSIVE = re.compile(r"['’]s?$")
_stemmer_lock = threading.Lock()


def words(text: str) -> list[str]:
    """Return all words of a text in order, in lower case, without possessive endings."""
    return [_plain(match.group()) for match in WORD.finditer(text)]


def content_words(text: str, language: str = "en") -> list[str]:
    """Return the words of a text that carry content, in order, in lower case; duplicates stay.

    In a language without a table these are all its words.
    """
    function_words = table_of(language).function_words
    return [
        _plain(match.group())
        for match in WORD.finditer(text)
        if _plain(match.group()) not in function_words or _is_month(match)
    ]


def _is_month(match: re.Match[str]) -> bool:
    """Return whether a word is the month of May and not the verb: capitalised, and not the first of the text."""
    return match.group() == "May" and match.start() > 0


def content_stems(text: str, language: str = "en") -> list[str]:
    """Return the stems of the content words, in order; duplicates stay."""
    return [stem(word, language) for word in content_words(text, language)]


@lru_cache(maxsize=50_000)
def stem(word: str, language: str = "en") -> str:
    """Return the Snowball stem of a lower-case word; the word itself in a language without a table."""
    algorithm = table_of(language).stemmer
    if not algorithm:
        return word
    with _stemmer_lock:  # a stemmer isn't thread-safe
        return str(_load_stemmer(algorithm).stemWord(word))


@cache
def _load_stemmer(algorithm: str) -> Any:
    return snowballstemmer.stemmer(algorithm)


def _plain(word: str) -> str:
    lowered = word.lower()
    if "'" not in lowered and "’" not in lowered:
        return lowered
    return _POSSESSIVE.sub("", lowered).replace("’", "'")
