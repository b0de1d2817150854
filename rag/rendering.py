r"""Renders an answer: as text for reading, as Markdown, and as lines for a web page.

Footnote marks are written here and nowhere else, and nothing parses them back. The words of articles, models and users
are plain text: a `[2]` of theirs is shown as `\[2]`, so that it isn't taken for a footnote.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from rag.records import Answer, Citation, Filters, Segment

ESCAPE_NOTE = r"Numbers written \[1] are the article's own and no footnotes."

_LOOKS_LIKE_MARK = re.compile(r"[\[［](?=\s*\^?\s*\d[\d\s,;–-]*[\]］])")
_MARKDOWN = re.compile(r"[\\`*_\[\]<>&|~$^#@]|(?<=\w):(?=//)|(?<=www)\.|^[-+=]", re.IGNORECASE)
"""Characters that Markdown may read as markup; a backslash before them makes them plain."""

_Piece = tuple[str, int | None]

_LIST_NUMBER = re.compile(r"^(\d+)([.)])")


def lines(segments: Sequence[Segment]) -> list[list[Segment]]:
    """Return the segments by line, in order; no segments give no lines."""
    found: list[list[Segment]] = []
    for segment in segments:
        if segment.starts_line or not found:
            found.append([])
        found[-1].append(segment)
    return found


def render_words(segments: Sequence[Segment]) -> str:
    """Return the words of the segments as they were written, without footnote marks, line by line."""
    return "\n".join(" ".join(segment.text for segment in line) for line in lines(segments))


def render_text(segments: Sequence[Segment]) -> str:
    """Return the words of the segments with footnote marks, ` [1]`, for reading."""
    return "\n".join(
        " ".join(f"{plain(segment.text)}{_marks(segment.citations)}" for segment in line) for line in lines(segments)
    )


def mark(number: int) -> str:
    """Return the mark of a footnote: `[1]`."""
    return f"[{number}]"


def plain(text: str) -> str:
    r"""Return a foreign text on one line, with `[2]`, which looks like a footnote, as `\[2]`."""
    return _LOOKS_LIKE_MARK.sub(r"\\\g<0>", " ".join(text.split()))


def render_answer_text(answer: Answer) -> str:
    """Return the answer for a terminal: its words, conflicts, nearest windows, and numbered footnotes."""
    said = []
    if answer.standalone_question != answer.question:
        said += [f"(understood as: {plain(answer.standalone_question)})", ""]
    if answer.filters:
        said += [f"({render_filters(answer.filters)})", ""]
    said.append(render_text(answer.segments))
    if answer.verdict in ("unsure", "partial"):
        said += ["", plain(answer.reason)]
    for conflict in answer.conflicts:
        said += ["", f"The articles disagree: {plain(conflict.summary)}"]
        said += [f"  “{plain(side.quote)}”{_marks((side.citation,))}" for side in conflict.sides]
    if answer.nearest:
        said += ["", "What comes nearest:"]
        said += [f"  “{plain(citation.quote)}”{_marks((citation.number,))}" for citation in answer.nearest]
    if answer.suggestions:
        said += ["", "The articles do answer:", *(f"  {plain(each)}" for each in answer.suggestions)]
    if answer.citations or answer.nearest:
        said.append("")
    said += [line for citation in answer.citations for line in _note(citation)]
    said += [f"{mark(citation.number)} {plain(headline(citation))}" for citation in answer.nearest]
    text = "\n".join(said)
    return f"{text}\n\n{ESCAPE_NOTE}" if "\\[" in text else text


def render_filters(filters: Filters) -> str:
    """Return a phrase on the articles that an answer might use: "only articles from The Ledger, up to 2024-07-03"."""
    parts = []
    if filters.articles:
        parts.append("chosen articles" if len(filters.articles) > 1 else "one chosen article")
    if filters.publishers:
        parts.append(f"articles from {plain(', '.join(filters.publishers))}")
    if filters.published_from:
        parts.append(f"from {filters.published_from} on")
    if filters.published_to:
        parts.append(f"up to {filters.published_to}")
    return f"only {', '.join(parts)}" if parts else ""


def render_voices(citation: Citation) -> str:
    """Return a phrase on how many independent articles carry a quote; "" if only the cited one does."""
    return f"carried by {citation.carried_by} independent articles" if citation.carried_by > 1 else ""


def render_markdown(answer: Answer, *, label: str = "") -> str:
    """Return the answer as Markdown with real footnotes: `… in Astana.[^1]`, and below `[^1]: “…” Title, …`.

    Foreign text is escaped, so that it is shown word for word and makes no links, images, headings or footnotes.

    Args:
        answer: the answer.
        label: put before the numbers of the footnotes, so that a document can hold several answers. For example, `2-`
            makes `[^2-1]`.
    """
    return "".join(text for text, _ in markdown_pieces(answer, label=label))


def markdown_pieces(answer: Answer, *, label: str = "") -> Iterator[tuple[str, int | None]]:
    """Yield the pieces of the answer's Markdown. A footnote mark comes with its number, any other piece with None."""
    for place, paragraph in enumerate(_markdown_paragraphs(answer, label)):
        if place:
            yield "\n\n", None
        yield from paragraph


def escape_markdown(text: str) -> str:
    """Return a foreign text on one line, so that Markdown shows it word for word."""
    escaped = _MARKDOWN.sub(r"\\\g<0>", " ".join(text.split()))
    return _LIST_NUMBER.sub(r"\1\\\2", escaped)


def source_name(source: str) -> str:
    """Return the name of a source for readers: the address of a page, or a file's name without its folders."""
    is_address = source.startswith(("http://", "https://"))
    return source if is_address else re.split(r"[/\\]", source.rstrip("/\\"))[-1]


def headline(citation: Citation) -> str:
    """Return the cited article on one line: title (or else the source's name), publisher and date."""
    named = citation.title or source_name(citation.source)
    return ", ".join(part for part in (named, citation.publisher, citation.published) if part)


def _marks(numbers: Sequence[int]) -> str:
    return "".join(f" {mark(number)}" for number in numbers)


def _note(citation: Citation) -> list[str]:
    """Return the lines of a footnote: number and article, quote, the source's name, and how many articles carry it."""
    found = [
        f"{mark(citation.number)} {plain(headline(citation))}",
        f"    “{plain(citation.quote)}”",
        f"    {plain(source_name(citation.source))}",
    ]
    return [*found, f"    {voices}"] if (voices := render_voices(citation)) else found


def _markdown_paragraphs(answer: Answer, label: str) -> Iterator[list[_Piece]]:
    for line in lines(answer.segments):
        yield _marked(((segment.text, segment.citations) for segment in line), label)
    if answer.filters:
        yield [(f"*{escape_markdown(render_filters(answer.filters))}*", None)]
    if answer.verdict in ("unsure", "partial"):
        yield [(f"*{escape_markdown(answer.reason)}*", None)]
    if answer.nearest:
        quotes = ((f"“{each.quote}”", (each.number,)) for each in answer.nearest)
        yield [("What comes nearest: ", None), *_marked(quotes, label)]
    for citation in (*answer.citations, *answer.nearest):
        note = f"“{escape_markdown(citation.quote)}” {escape_markdown(headline(citation))}"
        yield [(f"[^{label}{citation.number}]: {note}", None)]


def _marked(texts: Iterable[tuple[str, Sequence[int]]], label: str) -> list[_Piece]:
    """Return texts with a space between them, each followed by the marks of its footnotes."""
    found: list[_Piece] = []
    for text, numbers in texts:
        space = " " if found else ""
        found.append((f"{space}{escape_markdown(text)}", None))
        found += [(f"[^{label}{number}]", number) for number in numbers]
    return found
