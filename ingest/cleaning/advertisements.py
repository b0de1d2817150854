"""Advertisements in the text of an article, recognised by the label that publishers put on them.

Only what certainly belongs to an advertisement is left out. Where its end isn't marked, a note says so.
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
"""Longest line that holds a label and the rules around it."""

FENCED_LINES_MAX = 40
"""Most lines that a frame of rules around an advertisement encloses."""

_RULE = re.compile(r"\s*(?:[-=_*~#·•—–] ?){3,}\s*")
_FRAME = re.compile(r"^[\s\[\](){}<>*_=#~|·•—–-]+|[\s\[\](){}<>*_=#~|·•—–:.!-]+$")
_LABEL_FORMS = "|".join(
    sorted((re.escape(label) for labels in LABELS.values() for label in labels), key=len, reverse=True)
)
_PREFIX = re.compile(
    rf"[\s*_>#]*(?P<open>[\[(]\s*)?(?P<label>{_LABEL_FORMS})[*_]*(?(open)\s*[\])]|\s*[:–—|])[*_\s]*[^\s*_]",
    re.IGNORECASE,
)
_UNAMBIGUOUS = frozenset({"advertisement", "paid advertisement", "paid content", "sponsored content"})
"""Labels that mark an advertisement even in small letters; `Publicité : la loi change` may be a headline."""


def label_language(line: str) -> str:
    """Return the language of a line that is nothing but a label of an advertisement; "" for other lines."""
    if len(line) > LABEL_CHARS_MAX:
        return ""
    bare = _FRAME.sub("", line).casefold()
    return next((language for language, labels in LABELS.items() if bare in labels), "")


def cut_advertisements(text: str) -> tuple[str, str]:
    """Return the text without its marked advertisements, and a note where a mark leaves the end open, else "".

    Left out are a paragraph that opens with a label, the block right under a line that is only a label, and everything
    from a label to a closing rule where rules frame it. Of a label with an empty line under it, only the label is left
    out: often its picture is gone, and the article continues behind it.
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
    """Return whether a line that begins with a label is an advertisement: by capitals, brackets or a clear label."""
    match = _PREFIX.match(line)
    if match is None:
        return False
    label = match["label"]
    if language and label.casefold() not in (*LABELS.get(language, ()), *LABELS["en"]):
        return False
    return bool(match["open"]) or label.isupper() or label.casefold() in _UNAMBIGUOUS


def _block_end(lines: Sequence[str], start: int) -> int:
    """Return the end of the block of lines that a line belongs to, which is the next empty line."""
    return next((at for at in range(start, len(lines)) if not lines[at].strip()), len(lines))


def _fence_end(lines: Sequence[str], label: int) -> int:
    """Return the end of the frame of rules around a label, behind its closing rule; 0 where there is no frame."""
    framed = bool(re.match(r"\s*[-=_*~#—–]{3,}.*[-=_*~#—–]{3,}\s*$", lines[label]))
    if not framed and not (label > 0 and _is_rule(lines[label - 1])):
        return 0
    stop = min(len(lines), label + 1 + FENCED_LINES_MAX)
    return next((at + 1 for at in range(label + 2, stop) if _is_rule(lines[at])), 0)


def _is_rule(line: str) -> bool:
    return _RULE.fullmatch(line) is not None
