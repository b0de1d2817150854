"""Migrations: catalogs of earlier versions are upgraded to the schema of this one when they are opened."""

from __future__ import annotations

import sqlalchemy as sa

from rag.library import rows, schema
from rag.library.lexical_words import has_unspaced

_COLUMNS = {"1": ("updated", "note"), "2": ("note",), "3": ()}
"""The columns that the table of article versions lacks in a catalog of an earlier schema.

Whole tables that it lacks are made when it is opened.
"""


def upgrade(connection: sa.Connection, made_with: str) -> str:
    """Upgrade a catalog and return its schema; one that can't be upgraded keeps the schema that it has.

    Args:
        connection: within a transaction that has written already, so that no other process can upgrade meanwhile.
        made_with: the schema that the catalog has.
    """
    if made_with not in _COLUMNS:
        return made_with
    for column in _COLUMNS[made_with]:
        connection.execute(sa.text(f"ALTER TABLE article_versions ADD COLUMN {column} VARCHAR NOT NULL DEFAULT ''"))
    if made_with == "1":
        _index_unspaced(connection)
    connection.execute(sa.update(schema.meta).where(schema.meta.c.key == "schema").values(value=schema.SCHEMA_VERSION))
    return schema.SCHEMA_VERSION


def _index_unspaced(connection: sa.Connection) -> None:
    """Index again the articles in scripts without spaces, which the first schema indexed by spaces."""
    for article_id in connection.execute(sa.select(schema.articles.c.id)).scalars().all():
        query = rows.select_current().where(schema.articles.c.id == article_id)
        article = rows.to_article(connection.execute(query).one())
        if has_unspaced(f"{article.title}\n{article.text}"):
            own = sa.select(schema.chunks).where(schema.chunks.c.article_id == article.id)
            found = connection.execute(own.order_by(schema.chunks.c.position)).all()
            rows.delete_index(connection, article.id)
            rows.insert_index(connection, article, [rows.to_chunk(chunk, article) for chunk in found])
