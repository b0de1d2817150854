"""Hard-wrapped lines: whether a text has them, judged by its line lengths, and which lines belong together."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import pairwise

MAX_WIDTH = 160
"""A longer line is a paragraph, not a wrapped line."""

MIN_WIDTH = 40
"""A narrower text is a list, verse or an address."""

FULL = 0.85
"""A line is full if the next word would bring it over this share of the width (fonts are proportional)."""

CONTINUING = 0.5
"""A text is hard-wrapped if at least this share of its full lines continues without a capital letter."""

_SENTENCE_END = re.compile(r"[.!?…。！？]['\"”’»)\]]*$")
_BROKEN_WORD = re.compile(r"([^\W\d_]+)[-\u2010]$")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_CASELESS_WIDE = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]")


def wrap_width(lines: Sequence[str]) -> int:
    """Return the width at which a text was hard-wrapped, in characters, or 0 when its lines are not to be joined.

    Wrapping ends a line where the next word would not have fitted. So only pairs of adjacent lines count of which the
    first is full, and most of them must run on in mid-sentence. The lines of a list, a poem or a table have such a
    length only by chance, and begin with capitals.

    Args:
        lines: the lines of the whole text, clean; "" for an empty line, and for one that is not to be joined.
    """
    lengths = sorted(len(line) for line in lines if 0 < len(line) <= MAX_WIDTH)
    if not lengths:
        return 0
    width = lengths[math.ceil(0.95 * len(lengths)) - 1]
    long_chars = sum(len(line) for line in lines if len(line) > MAX_WIDTH)
    if width < MIN_WIDTH or long_chars > sum(lengths):
        return 0
    full = [(first, second) for first, second in pairwise(lines) if first and second and is_full(first, second, width)]
    continuing = sum(_continues(first, second) for first, second in full)
    return width if continuing >= max(1, CONTINUING * len(full)) else 0


def is_full(line: str, following: str, width: int) -> bool:
    """Return whether the first word of the following line would not have fitted on this one."""
    if len(line) > max(1.15 * width, width + 4):
        return False
    first_word = 1 if _CASELESS_WIDE.match(following.lstrip()) else len(following.split(maxsplit=1)[0])
    return len(line) + 1 + min(first_word, width // 2) > FULL * width


def belongs_together(line: str, following: str, width: int) -> bool:
    """Return whether two adjacent lines of a text wrapped at `width` are one paragraph."""
    if is_full(line, following, width):
        return True
    return len(line) > width // 2 and _continues(line, following) and not _SENTENCE_END.search(line)


def joining_end(line: str, following: str, *, words: frozenset[str], hyphenated: bool) -> str:
    """Return a line with the end that joins it to the next line of its paragraph: a space, or a hyphen removed.

    Args:
        line: the upper line.
        following: the lower line, without an indent.
        words: all words of the text in lower case, also those with a hyphen; they show how the text writes a word.
        hyphenated: the meaning of a hyphen at a line's end if `words` don't show it. True for typeset text, where it
            breaks a word; False for plain text, where it belongs to the word.
    """
    broken, rest = _BROKEN_WORD.search(line), _FIRST_WORD.match(following)
    if broken and rest:
        whole = (broken.group(1) + rest.group()).lower()
        compound = f"{broken.group(1)}-{rest.group()}".lower()
        if not rest.group()[0].islower() or compound in words:
            return line
        return line[:-1] if whole in words or hyphenated else line
    if _CASELESS_WIDE.match(line[-1]) and _CASELESS_WIDE.match(following):
        return line
    return f"{line} "


def _continues(line: str, following: str) -> bool:
    following = following.lstrip(" \"'“‘«(")
    return bool(following) and not following[0].isupper() and not following[0].istitle()
