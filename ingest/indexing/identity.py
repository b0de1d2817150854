"""The identity of articles: whether a document from another path or address, or an upload, is already known."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from ingest.cleaning.addresses import is_address, names_a_page, page_key
from ingest.cleaning.titles import opening, readable_name
from ingest.records import Document
from rag.library.catalog import Catalog
from rag.library.copies import Pattern, is_other_report, pattern
from rag.library.lexical_words import spaced
from rag.library.minhash import resemblance
from rag.records import Article

MIN_CHARS = 200
"""A shorter text is the same article only under the same title, since short notices and results are worded alike."""

VERSION_RESEMBLANCE_MIN = 0.1
"""The resemblance that two versions of a page must at least have. The address that a file states may be wrong, often
the same for all pages of a site. Without this bound, such articles would replace each other."""

COMMON_WORDS_MIN = 0.5
"""An upload with the title of an article is its new version if at least this share of their words is common."""


def identity_keys(document: Document) -> tuple[str, ...]:
    """Return the keys by which the article is found again: of its canonical address, if it has one, and of its text."""
    text = hashlib.sha256(document.text.encode("utf-8", "surrogatepass")).hexdigest()
    return (*([f"url:{page_key(document.url)}"] if _has_page(document) else []), f"text:{text}")


def find_same(catalog: Catalog, document: Document) -> Article | None:
    """Return the article that is the same as a document, under another path or address; None when there is none."""
    for key in identity_keys(document):
        by_address = key.startswith("url:")
        for article in catalog.identified(key):
            if _same_page(article, document) if by_address else _same_text(article, document):
                return article
    return None


def find_earlier(catalog: Catalog, document: Document) -> Article | None:
    """Return the article that an upload is a later version of: it has the same title and most of the same words.

    Another report on the same pattern, such as that of the next week, has other numbers or names; it is a new article,
    and the result is None.
    """
    if not document.title:
        return None
    return next((article for article in catalog.titled(document.title) if _is_earlier(article, document)), None)


def keep_known(article: Article, known: Article) -> Article:
    """Return the article with the known metadata of the same text where it has none: feeds state more than pages."""
    if article.text != known.text:
        return article
    return replace(
        article,
        title=known.title if not is_address(article.source) and _is_named_by_file(article) else article.title,
        publisher=article.publisher or known.publisher,
        authors=article.authors or known.authors,
        published=article.published or known.published,
        updated=article.updated or known.updated,
        language=article.language or known.language,
    )


def _same_page(article: Article, document: Document) -> bool:
    if document.key == page_key(document.url):  # the document was fetched from its own address
        return True
    if article.title == document.title:
        return True
    return resemblance(article.text, document.text) >= VERSION_RESEMBLANCE_MIN


def _same_text(article: Article, document: Document) -> bool:
    """Return whether equal texts are one article; what another publisher printed is a copy, not the same article."""
    if article.text != document.text:  # the key is that of an earlier version
        return False
    by_file = document.uploaded and _is_named_by_file(document)
    if len(document.text) < MIN_CHARS and article.title != document.title and not by_file:
        return False
    return not _is_elsewhere(article, document)


def _is_earlier(article: Article, document: Document) -> bool:
    if _is_elsewhere(article, document):
        return False
    if _is_named_by_file(document) and opening(article.text) != opening(document.text):
        return False
    one, other = _dated_pattern(article), _dated_pattern(document)
    common = len(one.words & other.words) / max(1, len(one.words | other.words))
    return common >= COMMON_WORDS_MIN and not is_other_report(one, other)


def _dated_pattern(text: Article | Document) -> Pattern:
    """Return the pattern of an article, with the day when it was published among its numbers."""
    found = pattern(spaced(text.text))
    day = text.published[:10]
    return replace(found, numbers={**found.numbers, ("published", ""): {day}}) if day else found


def _is_elsewhere(article: Article, document: Document) -> bool:
    """Return whether a document has another page or publisher than an article."""
    if article.url and _has_page(document) and page_key(article.url) != page_key(document.url):
        return True
    return bool(article.publisher and document.publisher and article.publisher != document.publisher)


def _is_named_by_file(text: Article | Document) -> bool:
    """Return whether a title is nothing but the file's name."""
    return text.title != "" and text.title == readable_name(text.source)


def _has_page(document: Document) -> bool:
    return document.url != "" and names_a_page(document.url)
