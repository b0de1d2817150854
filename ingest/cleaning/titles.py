"""The title that is shown under a footnote when an article brings none of its own."""

from __future__ import annotations

import re
from pathlib import PurePath

from ingest.cleaning.canonical import is_heading
from rag.text.sentences import sentence_spans

MAX_CHARS = 80
"""A first sentence that stands in for a title is cut to this length."""

_GENERIC = re.compile(
    r"(?:untitled|document|doc|article|text|page|file|download|scan|index|export|output|copy|new|test)?[ \d]*"
)
_BYLINE = re.compile(r"by [A-Z]", re.IGNORECASE)
_SECTION = re.compile(
    r"(?:\d+(?:\.\d+)*\.? )?(?:abstract|contents|foreword|introduction|overview|preface|summary)", re.I
)


def choose_title(text: str, path: str = "") -> str:
    """A title for a canonical text: its headline, else its readable file name, else its first sentence, cut.

    Blank text without a readable file name gives "".
    """
    return headline(text) or readable_name(path) or opening(text)


def headline(text: str) -> str:
    """The first line when it reads as a title (short, no full stop) over a longer text, else ""."""
    first, *following = text.split("\n\n", 4)
    if "\n" in first or not is_heading(first) or len(first.split()) < 2:
        return ""
    if _BYLINE.match(first) or _SECTION.fullmatch(first):
        return ""
    longest = max((len(block) for block in following[:3]), default=0)
    return first if longest > max(100, 2 * len(first)) else ""


def readable_name(path: str) -> str:
    """A file's name as words, when it has at least two; "" for hashes, numbers and `document1`."""
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
    """The first sentence under the headings, cut at a word to about 80 characters with an ellipsis."""
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
