"""Saved web pages: the article's own text and its metadata, by trafilatura."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import trafilatura
from lxml import etree  # type: ignore[import-untyped]  # lxml ships no types
from lxml import html as lxml_html

from ingest.cleaning.advertisements import cut_advertisements
from ingest.cleaning.canonical import canonical_text
from ingest.cleaning.characters import clean_line
from ingest.cleaning.dates import cut_dateline
from ingest.cleaning.decoding import decode_text
from ingest.readers.extract import Extract
from ingest.readers.html_advertisements import drop_advertisements
from ingest.readers.html_metadata import page_metadata
from ingest.readers.html_tables import flatten_tables
from ingest.readers.metadata import complete_dates, parse_metadata
from ingest.readers.rows import EMPTY, render_row
from rag.errors import IngestError

_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?([\w-]+)""", re.IGNORECASE)
_TITLE_MARK = re.compile(r" (?:[|·•–—:-]|::|») ")


def extract_html(data: bytes) -> Extract:
    """Return the main text of a page, with headings, list items and table rows as lines of their own, and its metadata.

    Raises:
        IngestError: the page is not text, or trafilatura finds none in it.
    """
    declared = _CHARSET.search(data[:4096])
    page = decode_text(data, declared[1].decode("ascii") if declared else "")
    tree = _tree(page)
    own = page_metadata(tree) if tree is not None else {}
    found: Any = trafilatura.bare_extraction(
        _prepared(page),
        include_comments=False,
        include_tables=True,
        with_metadata=True,
        date_extraction_params={"extensive_search": False, "original_date": True},
    )
    if found is None or found.body is None:
        raise IngestError("no text: no article was found in the page")
    metadata = parse_metadata(
        {
            "title": found.title,
            "publisher": found.sitename,
            "authors": found.author,
            "url": found.url,
            "published": found.date,
            "language": found.language,
        }
        | own
    )
    headings = {clean_line(str(heading.text_content())) for heading in tree.iter("h1")} if tree is not None else set()
    metadata["title"] = _without_site(metadata["title"], metadata["publisher"], headings)
    text, note = cut_advertisements("\n\n".join(_blocks(found.body)).strip())
    text, *dated = cut_dateline(text)
    complete_dates(metadata, *dated)
    return Extract(text=canonical_text(text, unwrap=False), note=note, **metadata)


def _prepared(page: str) -> Any:
    """Return the tree for trafilatura, without advertisements and with plain tables; the page if it is no tree."""
    try:
        tree = trafilatura.load_html(page)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        tree = None
    if tree is None:
        return page
    drop_advertisements(tree)
    flatten_tables(tree)
    return tree


def _tree(page: str) -> Any:
    """Return the page's root element; None where there is none."""
    try:
        return lxml_html.fromstring(page.encode("utf-8", "replace"), parser=lxml_html.HTMLParser(encoding="utf-8"))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


def _without_site(title: str, publisher: str, headings: set[str]) -> str:
    """Return `Headline | Site` as `Headline`, when a heading or the site's name proves which part is which."""
    for mark in reversed(list(_TITLE_MARK.finditer(title))):
        head, tail = title[: mark.start()], title[mark.end() :]
        if head in headings or tail.casefold() == publisher.casefold():
            return head
    return title


def _blocks(node: Any) -> Iterator[str]:
    """Yield the blocks of trafilatura's XML in reading order; text between blocks is a block too."""
    words: list[str] = [node.text or ""]
    for child in node:
        if child.tag in ("p", "head", "quote", "code", "div", "list", "table"):
            yield from _flushed(words)
            yield from _block(child)
        else:
            words.append("\n" if child.tag == "lb" else _words(child))
        words.append(child.tail or "")
    yield from _flushed(words)


def _flushed(words: list[str]) -> Iterator[str]:
    text = "".join(words)
    words.clear()
    if text.strip():
        yield text


def _block(node: Any) -> Iterator[str]:
    if node.tag == "list":
        yield "\n".join(f"- {line}" for item in node.iter("item") if (line := _item(item)))
    elif node.tag == "table":
        yield "\n".join(line for row in node.iter("row") if (line := _row(row)))
    elif node.tag == "code":
        yield "".join(node.itertext())
    elif len(node) and any(child.tag in ("p", "head", "list", "table", "quote") for child in node):
        yield from _blocks(node)
    else:
        yield _words(node)


def _words(node: Any) -> str:
    """Return the words of an element; the only line breaks are those of the page itself."""
    parts = [re.sub(r"\s+", " ", node.text or "")]
    for child in node:
        parts += ["\n" if child.tag == "lb" else _words(child), re.sub(r"\s+", " ", child.tail or "")]
    return "".join(parts)


def _item(node: Any) -> str:
    """Return an item's own words, without the items of a list inside it."""
    parts = [node.text or ""]
    for child in node:
        if child.tag != "list":
            parts.append(f" {_words(child)}" if child.tag in ("p", "lb") else _words(child))
        parts.append(child.tail or "")
    return " ".join("".join(parts).split())


def _row(node: Any) -> str:
    """Return a row as a line; cells without even a dash are skipped, since their table only arranges the page."""
    cells = (" ".join(" ".join(cell.itertext()).split()) for cell in node.iter("cell"))
    return render_row("" if cell == EMPTY else cell for cell in cells if cell)
