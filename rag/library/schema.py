"""The tables of the catalog's file; `rag/library/catalog.py` and `rag/library/conversations.py` read and write them."""

from __future__ import annotations

import sqlalchemy as sa

SCHEMA_VERSION = "4"
"""The schema of this version; a catalog that `rag/library/migrations.py` can't upgrade to it is refused."""

metadata = sa.MetaData()

articles = sa.Table(
    "articles",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("content_hash", sa.String, nullable=False),
)
versions = sa.Table(
    "article_versions",
    metadata,
    sa.Column("article_id", sa.String, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("source", sa.String, nullable=False),
    sa.Column("title", sa.String, nullable=False),
    sa.Column("publisher", sa.String, nullable=False),
    sa.Column("authors", sa.JSON, nullable=False),
    sa.Column("url", sa.String, nullable=False),
    sa.Column("published", sa.String, nullable=False),
    sa.Column("updated", sa.String, nullable=False, server_default=""),
    sa.Column("language", sa.String, nullable=False),
    sa.Column("note", sa.String, nullable=False, server_default=""),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("ingested_at", sa.String, nullable=False),
)
chunks = sa.Table(
    "chunks",
    metadata,
    sa.Column("rowid", sa.Integer, primary_key=True),
    sa.Column("id", sa.String, nullable=False, unique=True),
    sa.Column("article_id", sa.String, nullable=False, index=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("start", sa.Integer, nullable=False),
    sa.Column("end", sa.Integer, nullable=False),
)
files = sa.Table(
    "files",
    metadata,
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("fingerprint", sa.String, nullable=False),
    sa.Column("article_ids", sa.JSON, nullable=False),
)
file_failures = sa.Table(
    "file_failures",
    metadata,
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("failures", sa.JSON, nullable=False),
)
identities = sa.Table(
    "identities",
    metadata,
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("article_id", sa.String, primary_key=True, index=True),
)
stories = sa.Table(
    "stories",
    metadata,
    sa.Column("article_id", sa.String, primary_key=True),
    sa.Column("story", sa.String, nullable=False, index=True),
    sa.Column("signature", sa.LargeBinary, nullable=False),
)
story_bands = sa.Table(
    "story_bands",
    metadata,
    sa.Column("band", sa.Integer, primary_key=True),
    sa.Column("article_id", sa.String, primary_key=True, index=True),
)
outcomes = sa.Table(
    "outcomes",
    metadata,
    sa.Column("rowid", sa.Integer, primary_key=True),
    sa.Column("at", sa.String, nullable=False),
    sa.Column("source", sa.String, nullable=False),
    sa.Column("status", sa.String, nullable=False),
    sa.Column("reason", sa.String, nullable=False),
)
removed = sa.Table(
    "removed",
    metadata,
    sa.Column("article_id", sa.String, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
)
conversations = sa.Table(
    "conversations",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("owner", sa.String, nullable=False),
    sa.Column("title", sa.String, nullable=False),
    sa.Column("created", sa.String, nullable=False),
    sa.Column("updated", sa.String, nullable=False),
    sa.Column("deleted", sa.String, nullable=False, server_default=""),
    sa.Index("conversations_by_owner", "owner", "updated"),
)
turns = sa.Table(
    "conversation_turns",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("conversation_id", sa.String, nullable=False, index=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("options", sa.JSON, nullable=False),
    sa.Column("status", sa.String, nullable=False),
    sa.Column("answer", sa.JSON),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("error", sa.Text, nullable=False),
    sa.Column("created", sa.String, nullable=False),
)
feedback = sa.Table(
    "feedback",
    metadata,
    sa.Column("turn_id", sa.String, primary_key=True),
    sa.Column("rating", sa.String, nullable=False),
    sa.Column("reason", sa.String, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("created", sa.String, nullable=False),
)
journal = sa.Table("journal", metadata, sa.Column("chunk_id", sa.String, primary_key=True))
meta = sa.Table(
    "meta",
    metadata,
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("value", sa.String, nullable=False),
)

_FTS = "USING fts5(title, text, tokenize = 'porter unicode61 remove_diacritics 2')"
CREATE_FTS = (
    sa.text(f"CREATE VIRTUAL TABLE IF NOT EXISTS chunks_fts {_FTS}"),
    sa.text(f"CREATE VIRTUAL TABLE IF NOT EXISTS articles_fts {_FTS}"),
)
"""The lexical indexes of chunks and of whole articles; an article has the rowid of its first chunk."""

CREATE_INDEXES = (
    sa.text("CREATE INDEX IF NOT EXISTS versions_by_title ON article_versions (title)"),
    sa.text("CREATE INDEX IF NOT EXISTS versions_by_date ON article_versions (published, article_id)"),
    sa.text(
        "CREATE INDEX IF NOT EXISTS versions_listed ON article_versions (article_id, version, published, publisher)"
    ),
)
"""Indexes that are made for catalogs of earlier versions too, whose tables `create_all` doesn't change."""

_INDEXED = {"chunks_fts": "c.id", "articles_fts": "c.article_id"}
"""For each lexical index, the column of a chunk that holds the id of its rows."""


def _scores(index: str, query: str) -> str:
    return f"SELECT rowid AS row, -bm25({index}) AS score FROM {index} WHERE {index} MATCH :{query}"


def _best(index: str, scores: str, condition: str = "") -> sa.TextClause:
    return sa.text(
        f"SELECT {_INDEXED[index]} AS id, score FROM ({scores}) JOIN chunks c ON c.rowid = row {condition} "
        "ORDER BY score DESC, id LIMIT :top_k"
    )


SEARCH = {index: _best(index, _scores(index, "rare")) for index in _INDEXED}
SEARCH_BY_RARE = {
    index: _best(index, f"{_scores(index, 'without')} UNION ALL {_scores(index, 'with')}") for index in _INDEXED
}
SEARCH_WITHIN = {
    index: _best(index, _scores(index, "rare"), "WHERE c.article_id IN (SELECT value FROM json_each(:articles))")
    for index in _INDEXED
}
COUNT_ROWS = {
    index: sa.text(f"SELECT count(*) FROM (SELECT 1 FROM {index} WHERE {index} MATCH :word LIMIT :limit)")
    for index in _INDEXED
}
"""The queries for the number of rows in which a word occurs, counted up to a limit."""

WITH_WORDS = sa.text(
    "SELECT c.article_id FROM articles_fts JOIN chunks c ON c.rowid = articles_fts.rowid "
    "WHERE articles_fts MATCH :every"
)
"""The query for the ids of the articles that hold every word."""
