"""Small pieces of HTML that all views share. Every text is escaped once, here or by the caller."""

from __future__ import annotations

from html import escape
from urllib.parse import urlsplit

from rag.records import Citation, Passage
from rag.rendering import source_name
from rag.text.languages import ENGLISH


def render_date(published: str) -> str:
    """Return an ISO date as people write it, with its own precision: `3 July 2024`, `July 2024`, `2024`.

    Any other text is returned unchanged. The result is not escaped.
    """
    parts = published[:10].split("-")
    if not all(part.isascii() and part.isdigit() for part in parts) or len(parts) > 3:
        return published
    year, *rest = (int(part) for part in parts)
    if rest and not 1 <= rest[0] <= 12:
        return published
    words = (
        [str(day) for day in rest[1:]] + [ENGLISH.months[month - 1].capitalize() for month in rest[:1]] + [str(year)]
    )
    return " ".join(words)


def render_origin(publisher: str, published: str) -> str:
    """Return publisher and date as one escaped line; "" where neither is known."""
    date = f'<time datetime="{escape(published)}">{escape(render_date(published))}</time>' if published else ""
    return " · ".join(part for part in (escape(publisher), date) if part)


def render_source(source: str, url: str = "") -> str:
    """Return the escaped name of the source, as a link if the source or the article's URL is a web address."""
    name = escape(source_name(source))
    address = next((text for text in (url, source) if is_web_address(text)), "")
    if not address:
        return name
    return f'<a href="{escape(address)}" target="_blank" rel="noopener noreferrer nofollow">{name}</a>'


def is_web_address(text: str) -> bool:
    """Return whether a text is an http or https address with a host."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def article_name(title: str, source: str) -> str:
    """Return the title of an article, or the last part of its source if it has none. Not escaped."""
    return title or source_name(source).rstrip("/").rsplit("/", 1)[-1] or "Untitled article"


def model_name(name: str) -> str:
    """Return a model's name without provider and folders: `builtin:all-MiniLM-L6-v2` becomes `all-MiniLM-L6-v2`."""
    return name.split("@", 1)[0].rsplit("/", 1)[-1].split(":", 1)[-1]


def opens(article_id: str, version: int, start: int = 0, end: int = 0) -> str:
    """Return the attributes of an element that opens an article at a span when it is clicked."""
    return f'data-article="{escape(article_id)}" data-version="{version}" data-start="{start}" data-end="{end}"'


def opens_citation(citation: Citation) -> str:
    """Return the attributes of an element that opens the cited span."""
    return opens(citation.article_id, citation.version, citation.start, citation.end)


def opens_passage(passage: Passage) -> str:
    """Return the attributes of an element that opens the passage's span."""
    chunk = passage.chunk
    return opens(chunk.article_id, chunk.version, chunk.start, chunk.end)
