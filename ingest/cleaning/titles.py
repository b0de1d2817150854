"""Titles for articles that state none: from the headline, the file's name or the first sentence."""

from __future__ import annotations

import re
from pathlib import PurePath

from ingest.cleaning.canonical import is_heading
from rag.text.sentences import sentence_spans

MAX_CHARS = 80
"""Longest title that is made from a first sentence."""

_GENERIC = re.compile(
    r"(?:untitled|document|doc|article|text|page|file|download|scan|index|export|output|copy|new|test)?[ \d]*"
)
_BYLINE = re.compile(r"by [A-Z]", re.IGNORECASE)
_SECTION = re.compile(
    r"(?:\d+(?:\.\d+)*\.? )?(?:abstract|contents|foreword|introduction|overview|preface|summary)", re.I
)


def choose_title(text: str, path: str = "") -> str:
    """Return a title for a canonical text: its headline, else its readable file name, else its first sentence, cut.

    Blank text without a readable file name gives "".
    """
    return headline(text) or readable_name(path) or opening(text)


def headline(text: str) -> str:
    """Return the first line if it is a title (short, no full stop) above a longer text, else ""."""
    first, *following = text.split("\n\n", 4)
    if "\n" in first or not is_heading(first) or len(first.split()) < 2:
        return ""
    if _BYLINE.match(first) or _SECTION.fullmatch(first):
        return ""
    longest = max((len(block) for block in following[:3]), default=0)
    return first if longest > max(100, 2 * len(first)) else ""


def readable_name(path: str) -> str:
    """Return a file's name as words, if it has at least two; "" for hashes, numbers and `document1`."""
    words = re.sub(r"[_\W]+", " ", PurePath(path).stem).split()
    while words and words[0].isdigit():
        words = words[1:]
    if any(re.search(r"\d", word) and len(word) >= 8 for word in words):
        return ""
    spoken = [
        word for word in words if len(word) >= 3 and re.fullmatch(r"[^\W\d_]*[aeiouyà-öø-ÿ][^\W\d_]*", word.lower())
    ]
    name = " ".join(words)
    if len(spoken) < 2 or _GENERIC.fullmatch(name.lower()):
        return ""
    return name[0].upper() + name[1:]


def opening(text: str) -> str:
    """Return the first sentence under the headings, cut at a word to about 80 characters with an ellipsis."""
    sentences = [text[slice(*span)] for span in sentence_spans(text[:2000])]
    if not sentences:
        return ""
    sentence = next((sentence for sentence in sentences if not is_heading(sentence)), sentences[0])
    sentence = sentence.removeprefix("- ")
    if len(sentence) <= MAX_CHARS:
        return sentence.rstrip(".")
    cut = sentence[: MAX_CHARS + 1]
    cut = cut[: cut.rfind(" ")] if " " in cut[MAX_CHARS // 2 :] else cut[:MAX_CHARS]
    return cut.rstrip(" ,;:–—-“‘\"'(") + "…"
