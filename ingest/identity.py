"""The identity of articles: when what comes from another path or address is an article that is already there."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from ingest.addresses import names_a_page, page_key
from ingest.records import Document
from rag.catalog import Catalog
from rag.records import Article
from rag.stories import resemblance

MIN_CHARS = 200
"""A shorter text is the same article only under the same title: notices and results are worded alike."""

VERSION_RESEMBLANCE_MIN = 0.1
"""What two versions of a page must at least have in common. An address that stands in a file was written by anyone,
often the same for all pages of a site; without this, such articles would replace each other."""


def identity_keys(document: Document) -> tuple[str, ...]:
    """The keys by which the article is found again: its canonical address and its text."""
    text = hashlib.sha256(document.text.encode("utf-8", "surrogatepass")).hexdigest()
    return (*([f"url:{page_key(document.url)}"] if _has_page(document) else []), f"text:{text}")


def find_same(catalog: Catalog, document: Document) -> Article | None:
    """The article of the catalog that a document is too, under another path or address; None for a new one."""
    for key in identity_keys(document):
        by_address = key.startswith("url:")
        for article in catalog.identified(key):
            if _same_page(article, document) if by_address else _same_text(article, document):
                return article
    return None


def keep_known(article: Article, known: Article) -> Article:
    """The article with what is known of the same text where it comes without: feeds tell more than pages."""
    if article.text != known.text:
        return article
    return replace(
        article,
        publisher=article.publisher or known.publisher,
        authors=article.authors or known.authors,
        published=article.published or known.published,
        updated=article.updated or known.updated,
        language=article.language or known.language,
    )


def _same_page(article: Article, document: Document) -> bool:
    if document.key == page_key(document.url):  # it was fetched from there
        return True
    if article.title == document.title:
        return True
    return resemblance(article.text, document.text) >= VERSION_RESEMBLANCE_MIN


def _same_text(article: Article, document: Document) -> bool:
    """Whether nothing tells two equal texts apart; what another publisher printed is a copy, not the same article."""
    if article.text != document.text:  # that of an earlier version
        return False
    if len(document.text) < MIN_CHARS and article.title != document.title:
        return False
    if article.url and _has_page(document) and page_key(article.url) != page_key(document.url):
        return False
    return not (article.publisher and document.publisher and article.publisher != document.publisher)


def _has_page(document: Document) -> bool:
    return document.url != "" and names_a_page(document.url)
