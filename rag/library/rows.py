"""The rows of articles and chunks, from and to records, within a transaction that `rag/library/catalog.py` holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from rag.library import schema
from rag.library.lexical_words import spaced
from rag.records import Article, Chunk
from rag.text.tables import readable_text


def select_current() -> sa.Select[Any]:
    """Return the query for the rows of all articles in their current version."""
    return sa.select(schema.versions).join(
        schema.articles,
        sa.and_(
            schema.articles.c.id == schema.versions.c.article_id, schema.articles.c.version == schema.versions.c.version
        ),
    )


def to_article(row: Any) -> Article:
    """Return the article of a row of `article_versions`."""
    return Article(
        id=row.article_id,
        source=row.source,
        text=row.text,
        title=row.title,
        publisher=row.publisher,
        authors=tuple(row.authors),
        url=row.url,
        published=row.published,
        updated=row.updated,
        language=row.language,
        note=row.note,
        version=row.version,
    )


def to_chunk(row: Any, article: Article) -> Chunk:
    """Return the chunk of a row of `chunks`, with its text from the article."""
    return Chunk(
        id=row.id,
        article_id=row.article_id,
        version=row.version,
        position=row.position,
        start=row.start,
        end=row.end,
        text=article.text[row.start : row.end],
    )


def delete_index(connection: sa.Connection, article_id: str) -> list[str]:
    """Delete an article's chunks from the index; returns their ids."""
    rows = connection.execute(
        sa.select(schema.chunks.c.rowid, schema.chunks.c.id).where(schema.chunks.c.article_id == article_id)
    ).all()
    if rows:
        rowids = [{"rowid": row.rowid} for row in rows]
        connection.execute(sa.text("DELETE FROM chunks_fts WHERE rowid = :rowid"), rowids)
        connection.execute(sa.text("DELETE FROM articles_fts WHERE rowid = :rowid"), rowids)
        connection.execute(sa.delete(schema.chunks).where(schema.chunks.c.article_id == article_id))
    return [row.id for row in rows]


def delete_article(connection: sa.Connection, article_id: str, last_version: int) -> list[str]:
    """Delete an article in all its versions, and keep the number of the last one; returns the ids of its chunks."""
    own = sa.select(schema.versions.c.source).where(schema.versions.c.article_id == article_id)
    connection.execute(sa.delete(schema.outcomes).where(schema.outcomes.c.source.in_(own)))
    last = {"article_id": article_id, "version": last_version}
    connection.execute(sa.insert(schema.removed).prefix_with("OR REPLACE"), last)
    chunk_ids = delete_index(connection, article_id)
    connection.execute(sa.delete(schema.articles).where(schema.articles.c.id == article_id))
    connection.execute(sa.delete(schema.versions).where(schema.versions.c.article_id == article_id))
    connection.execute(sa.delete(schema.identities).where(schema.identities.c.article_id == article_id))
    return chunk_ids


def insert_journal(connection: sa.Connection, chunk_ids: Sequence[str]) -> None:
    """Add chunks whose vectors are about to be written or deleted to the journal."""
    rows = [{"chunk_id": chunk_id} for chunk_id in chunk_ids]
    if rows:
        connection.execute(sa.insert(schema.journal).prefix_with("OR IGNORE"), rows)


def insert_versions(connection: sa.Connection, versions: Sequence[tuple[Article, str]]) -> None:
    """Add article versions, each with the time of its ingestion."""
    rows = [
        {
            "article_id": article.id,
            "version": article.version,
            "source": article.source,
            "title": article.title,
            "publisher": article.publisher,
            "authors": list(article.authors),
            "url": article.url,
            "published": article.published,
            "updated": article.updated,
            "language": article.language,
            "note": article.note,
            "text": article.text,
            "ingested_at": ingested_at,
        }
        for article, ingested_at in versions
    ]
    if rows:
        connection.execute(sa.insert(schema.versions), rows)


def insert_article(connection: sa.Connection, article: Article, content_hash: str, ingested_at: str = "") -> None:
    """Add an article version and make it the current one; earlier versions stay."""
    insert_versions(connection, [(article, ingested_at or datetime.now(UTC).isoformat(timespec="seconds"))])
    connection.execute(
        sa.insert(schema.articles).prefix_with("OR REPLACE"),
        {"id": article.id, "version": article.version, "content_hash": content_hash},
    )


def insert_identities(connection: sa.Connection, article_id: str, keys: Sequence[str]) -> None:
    """Add keys by which an article is found again."""
    rows = [{"key": key, "article_id": article_id} for key in keys]
    if rows:
        connection.execute(sa.insert(schema.identities).prefix_with("OR IGNORE"), rows)


def insert_index(connection: sa.Connection, article: Article, chunks: Sequence[Chunk]) -> None:
    """Add the chunks of an article to the index, after all others."""
    if not chunks:
        return
    first = int(connection.execute(sa.select(sa.func.max(schema.chunks.c.rowid))).scalar() or 0) + 1
    rows = [
        {
            "rowid": first + i,
            "id": chunk.id,
            "article_id": chunk.article_id,
            "version": chunk.version,
            "position": chunk.position,
            "start": chunk.start,
            "end": chunk.end,
        }
        for i, chunk in enumerate(chunks)
    ]
    connection.execute(sa.insert(schema.chunks), rows)
    title = spaced(article.title)
    connection.execute(
        sa.text("INSERT INTO chunks_fts(rowid, title, text) VALUES (:rowid, :title, :text)"),
        [
            {"rowid": first + i, "title": title, "text": spaced(readable_text(article, chunk))}
            for i, chunk in enumerate(chunks)
        ],
    )
    connection.execute(
        sa.text("INSERT INTO articles_fts(rowid, title, text) VALUES (:rowid, :title, :text)"),
        {"rowid": first, "title": title, "text": spaced(article.text)},
    )
