"""Advertisements in the text of an article, told by the label that publishing puts on them.

Only what certainly belongs to an advertisement is left out; where its end isn't marked, the reader is told.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.cleaning.languages import recognise_language

LABELS = {
    "en": ("advertisement", "advertorial", "paid advertisement", "paid content", "sponsored content", "sponsored"),
    "de": ("anzeige", "werbung"),
    "fr": ("publicité",),
    "es": ("publicidad",),
    "it": ("pubblicità",),
    "pt": ("publicidade",),
    "nl": ("advertentie",),
}
"""The label of an advertisement by language, in lower case."""

UNCERTAIN = "A line marks an advertisement but not its end: the text behind it was kept and may be an advertisement."

LABEL_CHARS_MAX = 120
"""A line with a label and the rules around it has at most so many characters."""

FENCED_LINES_MAX = 40
"""A frame of rules around an advertisement encloses at most so many lines."""

_RULE = re.compile(r"\s*(?:[-=_*~#·•—–] ?){3,}\s*")
_FRAME = re.compile(r"^[\s\[\](){}<>*_=#~|·•—–-]+|[\s\[\](){}<>*_=#~|·•—–:.!-]+$")
_LABEL_FORMS = "|".join(
    sorted((re.escape(label) for labels in LABELS.values() for label in labels), key=len, reverse=True)
)
_PREFIX = re.compile(
    rf"[\s*_>#]*(?P<open>[\[(]\s*)?(?P<label>{_LABEL_FORMS})[*_]*(?(open)\s*[\])]|\s*[:–—|])[*_\s]*[^\s*_]",
    re.IGNORECASE,
)
_NAMES_NO_TOPIC = frozenset({"advertisement", "paid advertisement", "paid content", "sponsored content"})
"""Labels that open a paragraph in any case of letters; `Publicité : la loi change` may be a headline."""


def label_language(line: str) -> str:
    """The language in which a line says that it is an advertisement, and says nothing else; "" for other lines."""
    if len(line) > LABEL_CHARS_MAX:
        return ""
    bare = _FRAME.sub("", line).casefold()
    return next((language for language, labels in LABELS.items() if bare in labels), "")


def cut_advertisements(text: str) -> tuple[str, str]:
    """The text without what is marked as an advertisement, and a note where the mark leaves its end open, else "".

    Left out are a paragraph that opens with the label, the block right under a line that is only the label, and all
    that stands between a label and a closing rule where rules frame it. Of a label with an empty line under it only the
    label is left out: often it is all that is left of a picture, and the article goes on behind it.
    """
    lines = text.split("\n")
    found = [at for at, line in enumerate(lines) if label_language(line) or _PREFIX.match(line)]
    language = recognise_language(text) if found else ""
    has_gaps = any(not line.strip() for line in lines[1:-1])
    cut: set[int] = set()
    open_end = False
    for at in found:
        own = label_language(lines[at])
        if at in cut or (own and language and own not in (language, "en")):
            continue
        if not own:
            cut.update(range(at, _block_end(lines, at)) if _opens(lines[at], language) else ())
        elif (fence := _fence_end(lines, at)) > at:
            cut.update(range(at - (at > 0 and _is_rule(lines[at - 1])), fence))
        elif has_gaps and at + 1 < len(lines) and lines[at + 1].strip():
            cut.update(range(at, _block_end(lines, at)))
        else:
            cut.add(at)
            open_end = open_end or any(line.strip() for line in lines[at + 1 :])
    kept = "\n".join("" if at in cut else line for at, line in enumerate(lines)) if cut else text
    return kept, UNCERTAIN if open_end else ""


def _opens(line: str, language: str) -> bool:
    """Whether a line that begins with a label is an advertisement: set in capitals or brackets, or no topic's name."""
    match = _PREFIX.match(line)
    if match is None:
        return False
    label = match["label"]
    if language and label.casefold() not in (*LABELS.get(language, ()), *LABELS["en"]):
        return False
    return bool(match["open"]) or label.isupper() or label.casefold() in _NAMES_NO_TOPIC


def _block_end(lines: Sequence[str], start: int) -> int:
    """Where the lines end that stand together with one, at the next empty line."""
    return next((at for at in range(start, len(lines)) if not lines[at].strip()), len(lines))


def _fence_end(lines: Sequence[str], label: int) -> int:
    """Behind the rule that closes a frame around a label and what follows it; 0 where there is no such frame."""
    framed = bool(re.match(r"\s*[-=_*~#—–]{3,}.*[-=_*~#—–]{3,}\s*$", lines[label]))
    if not framed and not (label > 0 and _is_rule(lines[label - 1])):
        return 0
    stop = min(len(lines), label + 1 + FENCED_LINES_MAX)
    return next((at + 1 for at in range(label + 2, stop) if _is_rule(lines[at])), 0)


def _is_rule(line: str) -> bool:
    return _RULE.fullmatch(line) is not None
