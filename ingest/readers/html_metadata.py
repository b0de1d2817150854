"""The metadata in the head of a web page: JSON-LD (schema.org), Open Graph, Dublin Core and plain meta tags."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urljoin

from ingest.cleaning.dates import parse_date
from ingest.readers.metadata import parse_url

MAX_JSON_CHARS = 1_000_000

_ARTICLE_TYPES = ("Article", "BlogPosting", "LiveBlogPosting", "Report")
"""Types of schema.org, and all that end with one of them, such as NewsArticle."""

_META: Mapping[str, tuple[str, ...]] = {
    "title": ("og:title", "dc.title", "citation_title", "twitter:title"),
    "publisher": ("og:site_name", "dc.publisher", "application-name"),
    "authors": ("author", "dc.creator", "citation_author", "parsely-author", "sailthru.author", "byl"),
    "published": (
        *("article:published_time", "datepublished", "og:published_time", "publishdate", "pubdate", "parsely-pub-date"),
        *("dc.date.issued", "dc.date", "dcterms.created", "citation_publication_date", "sailthru.date", "date"),
    ),
    "updated": (
        *("article:modified_time", "datemodified", "og:updated_time", "dc.date.modified", "dcterms.modified"),
        *("last-modified", "lastmod"),
    ),
    "url": ("og:url",),
    "language": ("dc.language", "content-language", "og:locale"),
}


def page_metadata(tree: Any) -> dict[str, object]:
    """Return the page's own metadata under the names that `parse_metadata` knows; what it doesn't state is left out.

    JSON-LD comes before meta tags, since it describes the article, not the page. Among dates of the same day, the most
    precise is taken.

    Args:
        tree: the page's root element.
    """
    tags = _meta_tags(tree)
    stated = {field: next((tags[name] for name in names if tags.get(name)), None) for field, names in _META.items()}
    found: dict[str, object] = {field: value for field, value in stated.items() if value}
    if link := next(iter(tree.xpath("//link[@rel='canonical']/@href")), None):
        found["url"] = str(link)
    if language := tree.get("lang"):
        found["language"] = str(language)
    for article in _json_articles(tree):
        found |= {field: value for field, value in _article_values(article).items() if value}
        break
    dates = [found.get("published"), stated.get("published"), *tree.xpath("//article//time/@datetime")[:1]]
    if date := _most_precise([parse_date(str(date)) for date in dates if date]):
        found["published"] = date
    if isinstance(address := found.get("url"), str) and isinstance(base := stated.get("url"), str):
        found["url"] = urljoin(base, address)
    return found


def _meta_tags(tree: Any) -> dict[str, str]:
    """Return the first content of each meta tag by its name in lower case."""
    found: dict[str, str] = {}
    for tag in tree.iter("meta"):
        name = tag.get("property") or tag.get("name") or tag.get("itemprop") or tag.get("http-equiv")
        if name and tag.get("content"):
            found.setdefault(name.strip().lower(), tag.get("content").strip())
    return found


def _json_articles(tree: Any) -> Iterator[Mapping[str, Any]]:
    for script in tree.xpath("//script[@type='application/ld+json']"):
        source = script.text_content()
        if len(source) > MAX_JSON_CHARS:
            continue
        try:
            waiting = [json.loads(source, strict=False)]
        except (ValueError, RecursionError):  # many pages' JSON is broken
            continue
        while waiting:
            node = waiting.pop(0)
            if isinstance(node, list):
                waiting += node
            elif isinstance(node, dict):
                kinds = node.get("@type")
                kinds = [kinds] if isinstance(kinds, str) else kinds if isinstance(kinds, list) else []
                if any(isinstance(kind, str) and kind.endswith(_ARTICLE_TYPES) for kind in kinds):
                    yield node
                waiting += [node[name] for name in ("@graph", "mainEntity") if name in node]


def _article_values(article: Mapping[str, Any]) -> dict[str, object]:
    page = article.get("mainEntityOfPage")
    addresses = (article.get("url"), page.get("@id") if isinstance(page, dict) else page)
    authors = article.get("author")
    return {
        "title": article.get("headline") or article.get("name"),
        "authors": [authors] if isinstance(authors, str | dict) else authors,
        "publisher": article.get("publisher"),
        "published": article.get("datePublished") or article.get("dateCreated"),
        "updated": article.get("dateModified"),
        "url": next((address for address in addresses if parse_url(address)), None),
        "language": article.get("inLanguage"),
    }


def _most_precise(dates: list[str]) -> str:
    """Return the first date, or a more precise form of it among the others; "" without any."""
    known = [date for date in dates if date]
    first = known[0] if known else ""
    return max((date for date in known if date.startswith(first)), key=len, default="")
