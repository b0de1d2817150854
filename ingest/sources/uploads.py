"""Uploaded files: called by their names, and known by their content, since they have no path of their own."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace

from ingest.cleaning.addresses import names_a_page, page_key
from ingest.cleaning.characters import clean_line, escape_surrogates
from ingest.records import Document, ReadFailure

NAME_CHARS_MAX = 120


def as_upload(item: Document | ReadFailure, path: str) -> Document | ReadFailure:
    """Return a document or failure of an uploaded file, with the file's name as source and its content as key.

    The path is that of a temporary copy, anyone may give a file any name, and a record in it may state any source. So
    only the content identifies the article: its text, its publisher and its page.

    Args:
        item: a document, or a failure, whose source may begin with the path.
        path: of the temporary copy.
    """
    path = escape_surrogates(path)
    source = item.source
    if source.startswith(path):
        source = clean_line(os.path.basename(path))[-NAME_CHARS_MAX:] + source[len(path) :]
    if isinstance(item, ReadFailure):
        return replace(item, source=source)
    page = page_key(item.url) if item.url and names_a_page(item.url) else ""
    content = "\x00".join([item.text, item.publisher, page])
    digest = hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()
    return replace(item, source=source, key=f"content:{digest}", uploaded=True)
