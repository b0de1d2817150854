"""Records of the catalog beside articles and chunks: versions of articles, and ingested files and pages."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from rag.records import Article, Chunk


@dataclass(frozen=True, slots=True, kw_only=True)
class PastVersion:
    """A version of an article, and the time of its ingestion as ISO 8601 in UTC."""

    article: Article
    ingested_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVersion:
    """An article version to be added to the catalog, with everything that becomes visible at the same time.

    Attributes:
        content_hash: of the article, from the function `content_hash`.
        chunks: the chunks of this version.
        identities: keys by which the same article is found again under another path or address; keys of earlier
            versions stay.
        history: other versions of the same article, such as those of an import; they are added but not indexed.
        ingested_at: as ISO 8601 in UTC; "" is the present time.
    """

    article: Article
    content_hash: str
    chunks: Sequence[Chunk]
    identities: tuple[str, ...] = ()
    history: tuple[PastVersion, ...] = ()
    ingested_at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFailure:
    """A part of a file that was not ingested, with the reason; `skipped` when nothing is wrong with it."""

    source: str
    reason: str
    skipped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestedFile:
    """An ingested file or page: its articles, its failures, and a fingerprint that changes when its content does."""

    fingerprint: str
    article_ids: tuple[str, ...]
    failures: tuple[FileFailure, ...] = ()


def content_hash(article: Article) -> str:
    """Return a hash of text and metadata, which is the same for the same article in any version.

    The date of update is left out, since many sites state a new one though nothing has changed.
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
