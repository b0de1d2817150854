"""Names and acronyms of a text, recognised by capital letters in languages where these mark names.

Each function takes the language of the text (see `rag.text.languages`).
"""

from __future__ import annotations

import re

from rag.text.languages import ENGLISH, table_of
from rag.text.numbers import COUNTING
from rag.text.words import WORD, stem, words

_MONTH_SHORT = {month[:3]: month for month in ENGLISH.months} | {"sept": "september"}
_LINKING_WORDS = frozenset({"of", "for", "and", "the", "on", "in"})
_SENTENCE_END = re.compile(r"[.!?:]['\"”’)]*\s+$|^\W*$|\n\s*$|[“\"‘(]\s*$")


def names(text: str, language: str = "en") -> list[str]:
    """Return the name-like words of a text, in order: "Astana" in "They met in Astana".

    A word is name-like when it is capitalised within a sentence. The first word of a sentence counts when it has
    another capital inside (`NATO`), or when a capitalised word follows it ("Xi Jinping came"). Function words and
    number words don't count. A text all in capitals has no names, nor has a text in a language where capitals don't
    mark names.
    """
    table = table_of(language)
    if not table.capitals_are_names or text.upper() == text:
        return []
    found = []
    for match in WORD.finditer(text):
        word = match.group()
        if not word[0].isupper() or word.lower() in table.function_words or _plain(word) in COUNTING:
            continue
        opens = bool(_SENTENCE_END.search(text[: match.start()])) or match.start() == 0
        if not opens or word[1:].lower() != word[1:] or _next_is_capital(text, match.end()):
            found.append(word)
    return found


def _next_is_capital(text: str, end: int) -> bool:
    following = WORD.match(text, end + 1) if end + 1 < len(text) and text[end] == " " else None
    return following is not None and following.group()[0].isupper()


def missing_names(claim: str, text: str, language: str = "en") -> tuple[str, ...]:
    """Return the names of the claim that the text lacks, as written.

    An acronym is found in its full name, and the reverse: `SCO` in "Shanghai Cooperation Organization".
    """
    named = names(claim, language)
    if not named:
        return ()
    plain_words = {_plain(word) for word in words(text)}
    there = {stem(word) for word in plain_words} | {_MONTH_SHORT.get(word, word) for word in plain_words}
    acronyms = find_acronyms(text, language)
    missing = []
    claim_acronyms = {initials: full for initials, full in _acronyms_with_words(claim)}
    explained = {word for initials, full in claim_acronyms.items() if initials in there for word in full}
    for name in named:
        plain = _plain(name)
        plain = _MONTH_SHORT.get(plain, plain)
        if stem(plain) in there or plain in there or plain in acronyms or plain in explained:
            continue
        missing.append(name)
    return tuple(dict.fromkeys(missing))


def missing_opening(claim: str, text: str, language: str = "en") -> tuple[str, ...]:
    """Return the first word of the claim if it may be a name and the text lacks it; else an empty tuple.

    `names` leaves that word out, since every sentence opens with a capital. A claim mostly opens with its subject, so
    a text without the word doesn't support the claim, whether the word is a name or not.
    """
    table, first = table_of(language), WORD.search(claim)
    if not table.capitals_are_names or first is None or not first.group()[0].isupper() or claim.upper() == claim:
        return ()
    word = _plain(first.group())
    known = word in table.function_words or word in table.openers or word.endswith("ly") or word in COUNTING
    there = {stem(_plain(other)) for other in words(text)}
    return () if known or stem(word) in there else (first.group(),)


def is_date_word(word: str) -> bool:
    """Return whether a word is the English name of a month or of a day of the week."""
    plain = _plain(word)
    return plain in ENGLISH.months or plain in _MONTH_SHORT or plain in ENGLISH.weekdays


def find_acronyms(text: str, language: str) -> set[str]:
    """Return the initials of a text's runs of capitalised words; none where capitals don't mark names."""
    if not table_of(language).capitals_are_names:
        return set()
    return {initials for initials, _ in _acronyms_with_words(text)}


def _acronyms_with_words(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """Return the initials of each run of two to six capitalised words, together with these words.

    Linking words within a run are skipped: "Bank of England" gives `be`.
    """
    runs: list[list[str]] = [[]]
    end = 0
    for match in WORD.finditer(text):
        word = match.group()
        if text[end : match.start()].strip(" -\u2019'"):
            runs.append([])
        if word[0].isupper():
            runs[-1].append(word)
        elif word not in _LINKING_WORDS:
            runs.append([])
        end = match.end()
    found = []
    for run in runs:
        for first in range(len(run)):
            for last in range(first + 2, min(first + 6, len(run)) + 1):
                part = run[first:last]
                found.append(("".join(word[0] for word in part).lower(), tuple(_plain(word) for word in part)))
    return found


def _plain(word: str) -> str:
    return re.sub(r"['’]s?$", "", word.lower()).replace(".", "")
