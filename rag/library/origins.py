"""What the catalog stores and tells beside articles: their versions, and the files and pages that they came from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from rag.records import Article, Chunk


@dataclass(frozen=True, slots=True, kw_only=True)
class PastVersion:
    """A version of an article and when it was taken in, as ISO 8601 in UTC."""

    article: Article
    ingested_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVersion:
    """An article version to be stored, with all that becomes visible with it.

    Attributes:
        content_hash: of the article, see `content_hash`.
        chunks: of this version.
        identities: keys by which the same article is found again under another path or address; those of its
            earlier versions stay.
        history: versions of the same article that are stored with it but not indexed, such as those of an import.
        ingested_at: as ISO 8601 in UTC; "" for now.
    """

    article: Article
    content_hash: str
    chunks: Sequence[Chunk]
    identities: tuple[str, ...] = ()
    history: tuple[PastVersion, ...] = ()
    ingested_at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFailure:
    """A part of a file that was not taken in, and why; `skipped` when nothing is wrong with it."""

    source: str
    reason: str
    skipped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """What is known of an ingested file or page: what tells whether it has changed, its articles and failures."""

    fingerprint: str
    article_ids: tuple[str, ...]
    failures: tuple[StoredFailure, ...] = ()


def content_hash(article: Article) -> str:
    """A hash of text and metadata: the same for the same article, whatever its version.

    The date of an update doesn't count: many sites state a new one though nothing has changed.
    """
    parts = [
        article.text,
        article.title,
        article.publisher,
        json.dumps(article.authors),
        article.url,
        article.published,
        article.language,
        *([article.note] if article.note else []),
    ]
    return hashlib.sha256("\x00".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
