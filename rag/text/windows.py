"""Windows: one to three contiguous sentences of an article, the unit that is read, offered to a model and cited.

A row of a table, or an item of a list, is a sentence like any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import zip_longest

from rag.records import Article, Passage, Window
from rag.text.sentences import sentence_spans
from rag.text.tables import CELLS, table_header

SENTENCES_MAX = 3

CONTEXT_CHARS = 400
"""How far around a window its missing names are looked up, and how long a sentence of context may be."""

HEADING_CHARS_MAX = 120
"""A line without an end mark that has fewer characters is a heading, and no sentence."""

_HAS_LETTER = re.compile(r"[^\W\d_]")
_LIST_MARK = re.compile(r"(?:[-*•–]|\d+[.)])\s+(?=\S)")


def article_sentences(article: Article, start: int, end: int) -> list[Window]:
    """Return the sentences in a span of an article, in order, each as a window.

    Headings, the header of a table, and the marks of list items are left out.
    """
    found: list[Window] = []
    for first, last in sentence_spans(article.text[start:end], article.language):
        begin, stop = start + first, start + last
        line_start, line_end = _line(article.text, begin)
        sentence = article.text[begin:stop]
        mark = _LIST_MARK.match(sentence)
        if _is_row(article.text, line_start, line_end):
            if table_header(article.text, line_start) and begin == line_start:
                found.append(Window(article=article, start=line_start, end=line_end))
        elif _HAS_LETTER.search(sentence) and (mark or not _is_heading(sentence)):
            found.append(Window(article=article, start=begin + (mark.end() if mark else 0), end=stop))
    return found


def passage_sentences(passages: Sequence[Passage]) -> list[tuple[Window, int]]:
    """Return every sentence of the passages once, with the rank of the best passage that holds it."""
    found: dict[tuple[str, int], tuple[Window, int]] = {}
    for passage in passages:
        for window in article_sentences(passage.article, passage.chunk.start, passage.chunk.end):
            found.setdefault((window.article.id, window.start), (window, passage.rank))
    return list(found.values())


def previous_sentence(window: Window) -> Window | None:
    """Return the sentence before a window in its paragraph; None where there is none, or a very long one."""
    line_start, _ = _line(window.article.text, window.start)
    before = article_sentences(window.article, line_start, window.start)
    return before[-1] if before and len(before[-1].quote) <= CONTEXT_CHARS else None


def heading_of(window: Window) -> str:
    """Return the heading that a window is under: the nearest line above its own that is one; "" for none."""
    lines = window.article.text[: _line(window.article.text, window.start)[0]].split("\n")
    above = (line.strip() for line in reversed(lines) if line.strip() and CELLS not in line)
    return next((line for line in above if _is_heading(line) and not _LIST_MARK.match(line)), "")


def join_windows(first: Window, last: Window) -> Window:
    """Return the window from the start of one to the end of another of the same article, with the better score."""
    return Window(article=first.article, start=first.start, end=last.end, score=max(first.score, last.score))


def inner_windows(window: Window) -> list[list[Window]]:
    """Return the windows of whole sentences within a window, itself included, by their number of sentences."""
    spans = sentence_spans(window.quote, window.article.language)
    if CELLS in window.quote or len(spans) < 2:
        return [[window]]
    return [
        [
            Window(
                article=window.article,
                start=window.start + spans[first][0],
                end=window.start + spans[first + length - 1][1],
                score=window.score,
            )
            for first in range(len(spans) - length + 1)
        ]
        for length in range(1, min(len(spans), SENTENCES_MAX) + 1)
    ]


def render_window(window: Window) -> str:
    """Return a window as a model reads it: the article's date in brackets where it is known, then the words.

    A list item is read behind the line that introduces the list, and a row of a table as `header: cell; header: cell`.
    """
    date = f"({window.article.published[:10]}) " if window.article.published else ""
    header = table_header(window.article.text, window.start)
    if header:
        names, cells = header.split(CELLS), window.quote.split(CELLS)
        pairs = zip_longest(names[: len(cells)], cells, fillvalue="")
        return date + "; ".join(f"{name.strip()}: {cell.strip()}".removeprefix(": ") for name, cell in pairs)
    return f"{date}{_introduction(window)}{window.quote}"


def language_of(windows: Iterable[Window]) -> str:
    """Return the language of the windows' articles; "" where they differ, or none is known."""
    languages = {window.article.language for window in windows}
    return languages.pop() if len(languages) == 1 else ""


def surroundings(window: Window) -> str:
    """Return the title, date, opening and text around a window, which may hold names that it leaves out."""
    article = window.article
    around = article.text[max(0, window.start - CONTEXT_CHARS) : window.end + CONTEXT_CHARS // 2]
    header = table_header(article.text, window.start)
    return f"{article.title}\n{article.published}\n{article.text[:CONTEXT_CHARS]}\n{header}\n{around}"


def _introduction(window: Window) -> str:
    """Return the line that introduces a list, and a space, for a window in an item of it; "" for any other window."""
    text = window.article.text
    line_start, _ = _line(text, window.start)
    if not _LIST_MARK.match(text, line_start):
        return ""
    above = [line for line in text[max(0, line_start - 4 * CONTEXT_CHARS) : line_start].splitlines() if line.strip()]
    opening = next((line.strip() for line in reversed(above) if not _LIST_MARK.match(line.strip())), "")
    return f"{opening} " if opening.endswith(":") and len(opening) <= CONTEXT_CHARS else ""


def _is_row(text: str, line_start: int, line_end: int) -> bool:
    """Return whether a line is a row of a table: it has cells, and so has the line before or after it."""
    following = text[line_end + 1 : _line(text, line_end + 1)[1]]
    return CELLS in text[line_start:line_end] and (table_header(text, line_start) != "" or CELLS in following)


def _line(text: str, position: int) -> tuple[int, int]:
    """Return the half-open span of the line that holds a position."""
    end = text.find("\n", position)
    return text.rfind("\n", 0, position) + 1, len(text) if end < 0 else end


def _is_heading(sentence: str) -> bool:
    """Return whether a line only announces what follows: a question, or a short line without an end mark."""
    if sentence.endswith("?"):
        return True
    ends = re.search(r"[.!…:;,]['\"”’)\]]*$", sentence) is not None
    return not ends and len(sentence) < HEADING_CHARS_MAX
