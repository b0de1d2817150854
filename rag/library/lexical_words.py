"""The words of the lexical index: pairs of characters where a script is written without spaces.

FTS5 splits words only at spaces and punctuation, so a Chinese clause would be a single word that no question repeats.
Characters of such scripts are indexed one by one, and searched for as phrases of two neighbours. This needs no
dictionary, and finds about as much as one (Nie, Gao, Zhang and Zhou, "On the use of words and n-grams for Chinese
information retrieval", IRAL 2000). Korean has spaces, but particles are joined to its words, so it is treated the same.
"""

from __future__ import annotations

import re

from rag.text.words import MARKS, content_words, words

_UNSPACED = (
    "\u0e01-\u0e30\u0e32-\u0e33\u0e40-\u0e46\u0e81-\u0ec6\u1000-\u104f\u1780-\u17b3"  # Thai, Lao, Burmese, Khmer
    "\u2e80-\u2fdf\u3005-\u3007\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"  # radicals, kana
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003134f"  # Han, narrow kana
    "\uac00-\ud7a3"  # Hangul
)
_CHARACTER = re.compile(f"[{_UNSPACED}][{MARKS}]*")
_RUN = re.compile(f"(?:[{_UNSPACED}][{MARKS}]*)+")


def has_unspaced(text: str) -> bool:
    """Return whether a text has characters of a script that is written without spaces."""
    return _CHARACTER.search(text) is not None


def spaced(text: str) -> str:
    """Return the text with spaces around each character of such a script, for the index and for its queries."""
    return _CHARACTER.sub(r" \g<0> ", text) if has_unspaced(text) else text


def lexical_words(text: str) -> list[str]:
    """Return the words by which a text is found, in order; duplicates stay.

    These are its content words, or all its words where it has no content words, and then the pairs of neighbours in
    each run of characters that are written without spaces. A run of one character is that character.
    """
    pairs = [pair for run in _RUN.finditer(text) for pair in _pairs(run.group())]
    rest = _RUN.sub(" ", text) if pairs else text
    return (content_words(rest) or ([] if pairs else words(rest))) + pairs


def _pairs(run: str) -> list[str]:
    characters = _CHARACTER.findall(run)
    return ["".join(characters[at : at + 2]) for at in range(max(1, len(characters) - 1))]
