"""Blocks of an HTML tree that is all text, as in books and mails; web pages are read by `html.py`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree  # type: ignore[import-untyped]  # lxml ships no types
from lxml import html as lxml_html

from ingest.readers.html_tables import is_layout, table_grid
from ingest.readers.rows import render_row
from rag.errors import IngestError

_LEFT_OUT = {"script", "style", "head", "template", "noscript", "svg", "math", "object", "iframe"}
_BLOCKS = {
    *("address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl", "dt"),
    *("figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main"),
    *("nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"),
}


def parse_markup(markup: bytes | str) -> Any:
    """Return the root element of HTML or XHTML.

    Raises:
        IngestError: there is no element in it.
    """
    data = markup.encode("utf-8", "replace") if isinstance(markup, str) else markup
    encoding = "utf-8" if isinstance(markup, str) else None
    try:
        return lxml_html.fromstring(data, parser=lxml_html.HTMLParser(encoding=encoding, no_network=True))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as exc:
        raise IngestError("no text: the markup is empty or damaged") from exc


def markup_blocks(node: Any) -> Iterator[str]:
    """Yield the blocks under a node in reading order: paragraphs, headings, lists as items, tables as rows."""
    words: list[str] = [node.text or ""]
    for child in node:
        tag = _tag(child)
        if tag in _BLOCKS:
            yield from _flushed(words)
            yield from _block(child, tag)
        elif tag == "br":
            words.append("\x00")
        elif tag and tag not in _LEFT_OUT:
            inner = list(markup_blocks(child)) if _holds_blocks(child) else None
            if inner is None:
                words.append(_words(child))
            else:
                yield from _flushed(words)
                yield from inner
        words.append(child.tail or "")
    yield from _flushed(words)


def _block(node: Any, tag: str) -> Iterator[str]:
    if tag in ("ul", "ol"):
        yield "\n".join(_items(node, ordered=tag == "ol"))
    elif tag == "table" and not is_layout(node):
        rows = (render_row(row) for row in table_grid(node))
        yield "\n".join(row for row in rows if row)
    elif tag == "pre":
        yield "".join(node.itertext())
    else:
        yield from markup_blocks(node)


def _items(node: Any, *, ordered: bool) -> Iterator[str]:
    number = 0
    for item in node:
        tag = _tag(item)
        if tag in ("ul", "ol"):
            yield from _items(item, ordered=tag == "ol")
        elif tag == "li":
            number += 1
            lists = [child for child in item if _tag(child) in ("ul", "ol")]
            line = _line(item, without=lists)
            if line:
                yield f"{number}. {line}" if ordered else f"- {line}"
            for inner in lists:
                yield from _items(inner, ordered=_tag(inner) == "ol")


def _holds_blocks(node: Any) -> bool:
    return any(_tag(child) in _BLOCKS for child in node.iterdescendants())


def _line(node: Any, without: list[Any] | None = None) -> str:
    return " ".join(_words(node, without or []).replace("\x00", " ").split())


def _words(node: Any, without: list[Any] | None = None) -> str:
    parts = [node.text or ""]
    for child in node:
        tag = _tag(child)
        if tag == "br":
            parts.append("\x00")
        elif tag and tag not in _LEFT_OUT and child not in (without or []):
            parts.append(f" {_words(child)} " if tag in _BLOCKS else _words(child))
        parts.append(child.tail or "")
    return "".join(parts)


def _flushed(words: list[str]) -> Iterator[str]:
    text = "".join(words)
    words.clear()
    lines = (re.sub(r"\s+", " ", line).strip() for line in text.split("\x00"))
    block = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    if block:
        yield block


def _tag(node: Any) -> str:
    """Return the element's local name; "" for comments and processing instructions."""
    return node.tag.rpartition("}")[2].lower() if isinstance(node.tag, str) else ""
