"""Metadata that files state, under many names and in many shapes, as the fields of an `Extract`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypedDict
from urllib.parse import urlsplit

from ingest.cleaning.characters import clean_line
from ingest.cleaning.dates import later_date, parse_date


class Metadata(TypedDict):
    """The metadata fields of an `Extract`, cleaned."""

    title: str
    publisher: str
    authors: tuple[str, ...]
    url: str
    published: str
    updated: str
    language: str


_NAMES: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "headline"),
    "publisher": ("publisher", "site_name", "sitename", "site", "outlet"),
    "authors": ("authors", "author", "byline"),
    "url": ("url", "link", "canonical_url", "permalink"),
    "published": ("published", "date", "published_at", "publish_date", "publication_date", "pubdate"),
    "updated": ("updated", "modified", "updated_at", "modified_at", "last_updated", "last_modified", "date_modified"),
    "language": ("language", "lang"),
}


def parse_metadata(values: Mapping[str, object]) -> Metadata:
    """Return the known fields of a mapping with any keys and values; wrong or missing values become empty."""
    known = {str(key).strip().lower().replace("-", "_"): value for key, value in values.items()}
    found = {field: next((known[name] for name in names if known.get(name)), None) for field, names in _NAMES.items()}
    language = clean_line(found["language"], 35)
    published = parse_date(found["published"])
    return Metadata(
        title=clean_line(_text(found["title"])),
        publisher=clean_line(_name(found["publisher"])),
        authors=parse_authors(found["authors"]),
        url=parse_url(found["url"]),
        published=published,
        updated=later_date(parse_date(found["updated"]), published),
        language=language if re.fullmatch(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8})*", language) else "",
    )


def complete_dates(metadata: Metadata, published: str, updated: str) -> None:
    """Fill in the dates that the metadata lacks from those of the text's date lines."""
    metadata["published"] = metadata["published"] or published
    metadata["updated"] = later_date(metadata["updated"] or updated, metadata["published"])


def parse_authors(value: object) -> tuple[str, ...]:
    """Return the names in a list, or in one string that separates them by semicolons or "and", each once.

    An author may also be an object with a name.
    """
    if isinstance(value, str):
        value = re.split(r";| and ", re.sub(r"^by ", "", value.strip(), flags=re.IGNORECASE))
    if isinstance(value, dict):
        value = [value]
    if not isinstance(value, list | tuple):
        return ()
    names = (clean_line(_name(name), 120) for name in value)
    return tuple(dict.fromkeys(name for name in names if name))


def parse_url(value: object) -> str:
    """Return the address when it is an absolute http or https one, else ""."""
    url = clean_line(value, 2000)
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.netloc and " " not in url else ""


def _name(value: object) -> object:
    """Return the name of a person or organisation that is given as an object; else the value itself."""
    return value.get("name") if isinstance(value, dict) else value


def _text(value: object) -> object:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
