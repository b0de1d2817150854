"""Markdown files, with or without YAML front matter."""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml
from lxml import etree, html  # type: ignore[import-untyped]  # lxml ships no types
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from ingest.cleaning.advertisements import cut_advertisements
from ingest.cleaning.canonical import canonical_text
from ingest.cleaning.characters import clean_line
from ingest.cleaning.dates import cut_dateline
from ingest.cleaning.decoding import decode_text
from ingest.readers.extract import Extract
from ingest.readers.metadata import complete_dates, parse_metadata

MAX_FRONT_MATTER_CHARS = 65_536

_FRONT_MATTER = re.compile(r"\s*---[ \t]*\r?\n(.*?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_PAIR = re.compile(r"^([A-Za-z_-]+)[ \t]*:[ \t]*(.+?)[ \t]*$", re.MULTILINE)
_TAG = re.compile(r"<!--.*?-->|</?[A-Za-z][^<>]*>", re.DOTALL)


def extract_markdown(data: bytes) -> Extract:
    """Return the text of the document without its markup, and the metadata of its front matter.

    Of links the words are kept, of images the description. Without a title in the front matter, the first heading is
    the title; it stays in the text as well.

    Raises:
        IngestError: the bytes are not text.
    """
    front, body = split_front_matter(decode_text(data))
    body, note = cut_advertisements(body)
    body, *dated = cut_dateline(body)
    metadata = parse_metadata(front)
    root = SyntaxTreeNode(MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(body))
    heading = next((node for node in root.children if node.type == "heading"), None)
    metadata["title"] = metadata["title"] or (clean_line(_inline(heading)) if heading else "")
    complete_dates(metadata, *dated)
    return Extract(text=canonical_text("\n\n".join(_blocks(root)), unwrap=False), note=note, **metadata)


def split_front_matter(text: str) -> tuple[dict[str, object], str]:
    """Return the front matter's values and the text behind it; an empty dictionary and the whole text without one.

    Front matter that is not valid YAML (a title with a colon, unquoted) is read line by line as `key: value`.
    """
    match = _FRONT_MATTER.match(text)
    if match is None or len(match[1]) > MAX_FRONT_MATTER_CHARS:
        return {}, text
    try:
        values = yaml.safe_load(match[1])
    except (yaml.YAMLError, ValueError, RecursionError):
        values = {key: value.strip("\"'") for key, value in _PAIR.findall(match[1])}
    if not isinstance(values, dict) or not values:
        return {}, text
    return {str(key): value for key, value in values.items()}, text[match.end() :]


def _blocks(node: SyntaxTreeNode) -> Iterator[str]:
    """Yield the blocks under a node in reading order, without markup; a list or a table is one block."""
    for child in node.children:
        match child.type:
            case "heading" | "paragraph":
                yield _inline(child)
            case "bullet_list" | "ordered_list":
                yield "\n".join(_items(child))
            case "table":
                yield "\n".join(_rows(child))
            case "fence" | "code_block":
                yield child.content
            case "html_block":
                yield _html_words(child.content)
            case "hr":
                continue
            case _:
                yield from _blocks(child)


def _items(node: SyntaxTreeNode) -> Iterator[str]:
    number = int(node.attrs.get("start", 1)) if node.type == "ordered_list" else None
    for item in node.children:
        marker = "-" if number is None else f"{number}."
        number = None if number is None else number + 1
        for position, block in enumerate(_blocks(item)):
            yield f"{marker} {block}" if position == 0 else block


def _rows(node: SyntaxTreeNode) -> Iterator[str]:
    for row in (row for part in node.children for row in part.children):
        yield " | ".join(_inline(cell) for cell in row.children)


def _inline(node: SyntaxTreeNode) -> str:
    match node.type:
        case "text" | "code_inline":
            return node.content
        case "softbreak":
            return " "
        case "hardbreak":
            return "\n"
        case "html_inline":
            return "\n" if re.match(r"<br\b", node.content, re.IGNORECASE) else ""
        case "image":
            return node.content
        case _:
            return "".join(_inline(child) for child in node.children)


def _html_words(markup: str) -> str:
    try:
        return str(html.fromstring(markup).text_content())
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return _TAG.sub("", markup)
