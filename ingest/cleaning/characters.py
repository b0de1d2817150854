"""Cleaning of characters: one normal form, no invisible or control characters, plain white space."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_LINE_BREAKS = re.compile("\r\n|[\r\x0b\x1c\x1d\x1e\x85\u2028]")
_PARAGRAPH_BREAKS = re.compile("[\x0c\u2029]")
_UNUSUAL = re.compile(r"[^\n -~]")
_SPACES = re.compile(r" {2,}")
_LINE_ENDS = re.compile(r" +$", re.MULTILINE)
_EMPTY_LINES = re.compile(r"\n{3,}")
_JOINERS = re.compile("[\u200c\u200d]")


_hidden: ContextVar[list[int] | None] = ContextVar("hidden", default=None)


@contextmanager
def count_hidden() -> Iterator[Callable[[], int]]:
    """Count the characters that `clean_characters` removes within the context because nobody would see them.

    Soft hyphens, which typesetting puts everywhere, don't count; lone surrogates, which are replaced, do.
    """
    counter = [0]
    token = _hidden.set(counter)
    try:
        yield lambda: counter[0]
    finally:
        _hidden.reset(token)


def clean_characters(text: str) -> str:
    r"""Return the text in Unicode NFC, with `\n` as the only line break and single plain spaces between words.

    Form feeds and paragraph separators become an empty line. Removed are control, format (zero-width, bidi,
    soft hyphen, tag) and private-use characters; zero-width joiners stay inside words that are not ASCII, since
    scripts and emoji need them. A lone surrogate becomes U+FFFD. Quotes and dashes stay as they are.
    Leading spaces of a line are kept as one space, since an indent can open a paragraph. Several empty lines in a row
    become one.
    """
    text = _PARAGRAPH_BREAKS.sub("\n\n", _LINE_BREAKS.sub("\n", text))
    text = re.sub("\xad[^\\S\n]*\n[^\\S\n]*", "", text)  # a soft hyphen before a line break joins the word
    text = _JOINERS.sub(_needed_joiner, text)
    text = _UNUSUAL.sub(_clean_character, text)
    text = unicodedata.normalize("NFC", text)
    return _EMPTY_LINES.sub("\n\n", _LINE_ENDS.sub("", _SPACES.sub(" ", text)))


def escape_surrogates(text: str) -> str:
    r"""Return a text that can be encoded as UTF-8: a lone surrogate is written out, such as `\udc80`.

    Python puts lone surrogates into the names of files that are not valid UTF-8.
    """
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def clean_line(value: object, max_chars: int = 500) -> str:
    """Return a piece of metadata as one clean line of at most `max_chars` characters; "" for anything but a string."""
    if not isinstance(value, str):
        return ""
    return " ".join(clean_characters(value).split())[:max_chars].rstrip()


def _clean_character(match: re.Match[str]) -> str:
    character = match.group()
    if character.isspace():
        return " "
    category = unicodedata.category(character)
    if category == "Cs":
        _count_hidden()
        return "\ufffd"
    if category in ("Cc", "Cf", "Co") and character not in "\u200c\u200d":
        if character != "\xad":
            _count_hidden()
        return ""
    return character


def _count_hidden() -> None:
    counter = _hidden.get()
    if counter is not None:
        counter[0] += 1


def _needed_joiner(match: re.Match[str]) -> str:
    text, at = match.string, match.start()
    around = text[max(at - 1, 0) : at], text[at + 1 : at + 2]
    needed = all(side > "\x7f" and not side.isspace() for side in around)
    needed = needed and not any(unicodedata.category(side)[0] == "C" for side in around)
    if not needed:
        _count_hidden()
    return match.group() if needed else ""
