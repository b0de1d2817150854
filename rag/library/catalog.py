"""The catalog: articles with their versions, chunks, the lexical index and ingest outcomes, in one SQLite file.

It is the source of truth; the vectors are made from it and can be made again. A journal lists the vectors that a run is
about to write or delete, so that the next run can clean up after one that died.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from rag.errors import ArticleNotFoundError
from rag.library import file_rows, rows, schema
from rag.library.article_pages import ArticleOrder, ArticlePage, select_page
from rag.library.conversations import Conversations
from rag.library.database import Database, read_value
from rag.library.filtering import ANY, Mentions, each_author, select_ids, select_matching
from rag.library.lexical_search import search_rows
from rag.library.lexical_words import spaced
from rag.library.minhash import signature
from rag.library.records import IngestedFile, NewVersion, PastVersion
from rag.library.story_links import link, unlink
from rag.records import Article, Chunk, Filters
from rag.text.words import words

SQL_VARIABLES_MAX = 900
"""SQLite's oldest default limit of variables in one statement is 999."""


class Catalog:
    """An open catalog; safe to use from several threads, and by readers while another process writes.

    Attributes:
        conversations: the conversations, which are kept in the same file.
    """

    def __init__(self, path: Path) -> None:
        """Open the catalog; it is made when it doesn't exist.

        Raises:
            LibraryError: the file can't be opened, or isn't a catalog of this version.
        """
        self._database = Database(path)
        self.conversations = Conversations(self._database)

    def close(self) -> None:
        """Close all connections."""
        self._database.close()

    # What is in it

    def articles(self) -> list[Article]:
        """Return all articles in their current version, ordered by source, then id."""
        query = rows.select_current().order_by(schema.versions.c.source, schema.versions.c.article_id)
        with self._database.read() as connection:
            return [rows.to_article(row) for row in connection.execute(query)]

    def page(
        self, filters: Filters, search: str = "", *, order: ArticleOrder = "newest", limit: int = 50, offset: int = 0
    ) -> ArticlePage:
        """Return a page of articles, without their texts.

        Args:
            filters: the articles that are listed.
            search: words that all must be in title and text, or in title, publisher, authors and source.
            order: how the articles are sorted.
            limit: the most articles on the page.
            offset: how many are left out before the page.
        """
        with self._database.read() as connection:
            return select_page(connection, filters, search, order, limit, offset)

    def by_date(
        self, filters: Filters, limit: int, *, oldest_first: bool = False, mentions: Mentions = ANY
    ) -> list[Article]:
        """Return at most `limit` of the articles that the filters allow, newest first; undated ones come last."""
        published, article_id = schema.versions.c.published, schema.versions.c.article_id
        order = (published == "", published.asc()) if oldest_first else (published.desc(),)
        ordered = select_ids(filters, mentions).order_by(*order, article_id).limit(limit)
        with self._database.read() as connection:
            ids = list(connection.execute(ordered).scalars())
            found = connection.execute(rows.select_current().where(article_id.in_(ids)))
            articles = {row.article_id: rows.to_article(row) for row in found}
        return [articles[id_] for id_ in ids]

    def count(self, filters: Filters, mentions: Mentions = ANY) -> int:
        """Return how many articles the filters allow."""
        counted = sa.select(sa.func.count()).select_from(select_ids(filters, mentions).subquery())
        with self._database.read() as connection:
            return int(connection.execute(counted).scalar_one())

    def publishers(self, filters: Filters, mentions: Mentions = ANY) -> list[tuple[str, int]]:
        """Return the publishers of the articles that the filters allow, with their numbers of articles, most first.

        Articles without a publisher are counted under "".
        """
        publisher, number = schema.versions.c.publisher, sa.func.count()
        query = select_matching(filters, mentions).with_only_columns(publisher, number).group_by(publisher)
        with self._database.read() as connection:
            return [(name, n) for name, n in connection.execute(query.order_by(number.desc(), publisher))]

    def authors(self, filters: Filters, mentions: Mentions = ANY) -> list[tuple[str, int]]:
        """Return the authors of the articles that the filters allow, with their numbers of articles, most first."""
        author, number = each_author(), sa.func.count()
        query = select_matching(filters, mentions).with_only_columns(author.c.value, number)
        query = query.join(author, sa.true()).group_by(author.c.value).order_by(number.desc(), author.c.value)
        with self._database.read() as connection:
            return [(str(name), n) for name, n in connection.execute(query)]

    def date_range(self, filters: Filters, mentions: Mentions = ANY) -> tuple[str, str, int]:
        """Return the first and the last date of publication, or "" twice, and how many articles have none."""
        published = schema.versions.c.published
        dated = sa.func.nullif(published, "")
        columns = (sa.func.min(dated), sa.func.max(dated), sa.func.count() - sa.func.count(dated))
        with self._database.read() as connection:
            first, last, n_undated = connection.execute(
                select_matching(filters, mentions).with_only_columns(*columns)
            ).one()
        return first or "", last or "", int(n_undated)

    def allowed(self, filters: Filters) -> tuple[list[str], list[str]]:
        """Return the ids of the articles that the filters allow, and the ids of their chunks."""
        with self._database.read() as connection:
            articles = list(connection.execute(select_ids(filters)).scalars())
            chunks: list[str] = []
            for batch in _batches(articles):
                query = sa.select(schema.chunks.c.id).where(schema.chunks.c.article_id.in_(batch))
                chunks += connection.execute(query).scalars()
        return articles, chunks

    def article(self, article_id: str, version: int | None = None) -> Article:
        """Return one article, in its current version or an older one.

        Raises:
            ArticleNotFoundError: there is no such article or version.
        """
        query = (
            rows.select_current()
            if version is None
            else sa.select(schema.versions).where(schema.versions.c.version == version)
        )
        query = query.where(schema.versions.c.article_id == article_id)
        with self._database.read() as connection:
            row = connection.execute(query).first()
        if row is None:
            wanted = f"{article_id!r}" + ("" if version is None else f" in version {version}")
            raise ArticleNotFoundError(f"No article {wanted} in the library. `footnote articles` lists all ids.")
        return rows.to_article(row)

    def history(self, article_id: str) -> list[PastVersion]:
        """Return all versions of an article, oldest first; none for an unknown id."""
        query = sa.select(schema.versions).where(schema.versions.c.article_id == article_id)
        with self._database.read() as connection:
            found = connection.execute(query.order_by(schema.versions.c.version))
            return [PastVersion(article=rows.to_article(row), ingested_at=row.ingested_at) for row in found]

    def counts(self) -> tuple[int, int]:
        """Return the number of articles and the number of indexed chunks."""
        with self._database.read() as connection:
            n_articles = connection.execute(sa.select(sa.func.count()).select_from(schema.articles)).scalar_one()
            n_chunks = connection.execute(sa.select(sa.func.count()).select_from(schema.chunks)).scalar_one()
        return n_articles, n_chunks

    def chunk_ids(self) -> list[str]:
        """Return the ids of all indexed chunks, in the order of their ingestion."""
        with self._database.read() as connection:
            return list(connection.execute(sa.select(schema.chunks.c.id).order_by(schema.chunks.c.rowid)).scalars())

    def unsearchable(self) -> tuple[list[str], int]:
        """Return the ids of chunks and articles without a lexical row, and how many lexical rows have no chunk."""
        bare = sa.text(
            "SELECT id FROM chunks WHERE rowid NOT IN (SELECT rowid FROM chunks_fts) UNION ALL "
            "SELECT article_id FROM chunks GROUP BY article_id "
            "HAVING sum(rowid IN (SELECT rowid FROM articles_fts)) = 0 ORDER BY 1"
        )
        loose = sa.text(
            "SELECT count(*) FROM (SELECT rowid FROM chunks_fts UNION ALL SELECT rowid FROM articles_fts) "
            "WHERE rowid NOT IN (SELECT rowid FROM chunks)"
        )
        with self._database.read() as connection:
            return list(connection.execute(bare).scalars()), int(connection.execute(loose).scalar_one())

    def chunks(self, chunk_ids: Sequence[str]) -> dict[str, tuple[Chunk, Article]]:
        """Return the chunks with their articles by chunk id; ids that are not indexed are left out."""
        found_rows: list[Any] = []
        with self._database.read() as connection:
            for batch in _batches(chunk_ids):
                found_rows += connection.execute(sa.select(schema.chunks).where(schema.chunks.c.id.in_(batch))).all()
            wanted = sorted({row.article_id for row in found_rows})
            articles: dict[str, Article] = {}
            for batch in _batches(wanted):
                query = rows.select_current().where(schema.versions.c.article_id.in_(batch))
                articles |= {row.article_id: rows.to_article(row) for row in connection.execute(query)}
        found = {}
        for row in found_rows:
            article = articles[row.article_id]
            found[row.id] = (rows.to_chunk(row, article), article)
        return found

    def articles_of(self, chunk_ids: Sequence[str]) -> dict[str, str]:
        """Return the article ids of these chunks, by chunk id; ids that are not indexed are left out."""
        found: dict[str, str] = {}
        query = sa.select(schema.chunks.c.id, schema.chunks.c.article_id)
        with self._database.read() as connection:
            for batch in _batches(chunk_ids):
                chosen = connection.execute(query.where(schema.chunks.c.id.in_(batch)))
                found |= {row.id: row.article_id for row in chosen}
        return found

    def search_chunks(
        self, words: Sequence[str], top_k: int, articles: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """Return ids and BM25 of the chunks with any of the words in title or text, best first, ties by id.

        In a large library, only chunks with one of the rarer words are scored; see `rag/library/lexical_search.py`.

        Args:
            words: plain words; each is quoted, so that no character is an operator.
            top_k: the largest number of ids.
            articles: the ids of the articles that are searched; None for all.
        """
        with self._database.read() as connection:
            return search_rows(connection, "chunks_fts", words, top_k, articles)

    def search_articles(
        self, words: Sequence[str], top_k: int, articles: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """Return ids and BM25 of whole articles, over title and text; otherwise like `search_chunks`."""
        with self._database.read() as connection:
            return search_rows(connection, "articles_fts", words, top_k, articles)

    def holds(self, word: str) -> bool:
        """Return whether a current article has the word, in any ending, in its title, text, publisher or authors.

        `Kowals*` matches every word that begins with Kowals.
        """
        bare = re.sub(r'["\x00*]', " ", word).strip()
        phrase = f'"{spaced(bare)}"{"*" if word.endswith("*") else ""}'
        named = sa.or_(
            schema.versions.c.publisher.icontains(bare, autoescape=True),
            sa.cast(schema.versions.c.authors, sa.String).icontains(json.dumps(bare)[1:-1], autoescape=True),
        )
        if not words(bare):
            return False
        with self._database.read() as connection:
            count = connection.execute(schema.COUNT_ROWS["articles_fts"], {"word": phrase, "limit": 1}).scalar_one()
            return bool(count) or connection.execute(rows.select_current().where(named).limit(1)).first() is not None

    def is_dated_in(self, year: int) -> bool:
        """Return whether a current article was published or updated in a year."""
        dated = sa.or_(
            *(column.startswith(f"{year:04d}") for column in (schema.versions.c.published, schema.versions.c.updated))
        )
        with self._database.read() as connection:
            return connection.execute(rows.select_current().where(dated).limit(1)).first() is not None

    def file(self, key: str) -> IngestedFile | None:
        """Return the file or page with this key, as it was ingested, or None."""
        with self._database.read() as connection:
            return file_rows.select_file(connection, key)

    def content_hash(self, article_id: str) -> str | None:
        """Return the content hash of the article's current version, or None when there is none."""
        query = sa.select(schema.articles.c.content_hash).where(schema.articles.c.id == article_id)
        with self._database.read() as connection:
            return connection.execute(query).scalar_one_or_none()

    def identified(self, key: str) -> list[Article]:
        """Return the articles with this identity key, in their current version, ordered by id."""
        query = rows.select_current().join(
            schema.identities, schema.identities.c.article_id == schema.versions.c.article_id
        )
        query = query.where(schema.identities.c.key == key).order_by(schema.versions.c.article_id)
        with self._database.read() as connection:
            return [rows.to_article(row) for row in connection.execute(query)]

    def titled(self, title: str) -> list[Article]:
        """Return the articles with this title, in their current version, ordered by id."""
        query = rows.select_current().where(schema.versions.c.title == title)
        with self._database.read() as connection:
            found = connection.execute(query.order_by(schema.versions.c.article_id))
            return [rows.to_article(row) for row in found]

    def stories(self) -> dict[str, str]:
        """Return the story of every article that has copies, by article id; copies have the same story."""
        several = sa.select(schema.stories.c.story).group_by(schema.stories.c.story).having(sa.func.count() > 1)
        query = sa.select(schema.stories.c.article_id, schema.stories.c.story)
        with self._database.read() as connection:
            found = connection.execute(query.where(schema.stories.c.story.in_(several)))
            return {row.article_id: row.story for row in found}

    def stories_of(self, article_ids: Sequence[str]) -> dict[str, str]:
        """Return the stories of these articles by id; an article without copies is a story of its own."""
        stories = {article_id: article_id for article_id in article_ids}
        query = sa.select(schema.stories.c.article_id, schema.stories.c.story)
        with self._database.read() as connection:
            for batch in _batches(list(stories)):
                found = connection.execute(query.where(schema.stories.c.article_id.in_(batch)))
                stories |= {row.article_id: row.story for row in found}
        return stories

    def next_version(self, article_id: str) -> int:
        """Return the number of the article's next version: 1 for a new article; a removed article counts on."""
        query = sa.select(sa.func.max(schema.versions.c.version)).where(schema.versions.c.article_id == article_id)
        removed = sa.select(schema.removed.c.version).where(schema.removed.c.article_id == article_id)
        with self._database.read() as connection:
            return max(int(connection.execute(each).scalar() or 0) for each in (query, removed)) + 1

    # Writing; the caller holds the library's write lock

    def journal(self, chunk_ids: Sequence[str]) -> None:
        """Record chunks whose vectors are about to be written or deleted."""
        with self._database.write() as connection:
            rows.insert_journal(connection, chunk_ids)

    def journaled(self) -> list[str]:
        """Return the ids of chunks whose vectors may not have been written or deleted."""
        with self._database.read() as connection:
            return list(connection.execute(sa.select(schema.journal.c.chunk_id)).scalars())

    def clear_journal(self) -> None:
        """Empty the journal, once vectors and catalog agree."""
        with self._database.write() as connection:
            connection.execute(sa.delete(schema.journal))

    def store(self, entries: Sequence[NewVersion]) -> list[str]:
        """Add article versions and make them current, with chunks and lexical rows, in one transaction.

        Returns:
            The ids of earlier versions' chunks, which are no longer indexed; the caller deletes their vectors.
        """
        stale: list[str] = []
        signatures = [signature(entry.article.text) for entry in entries]
        with self._database.write() as connection:
            for entry, of in zip(entries, signatures, strict=True):
                stale += rows.delete_index(connection, entry.article.id)
                rows.insert_versions(connection, [(past.article, past.ingested_at) for past in entry.history])
                rows.insert_article(connection, entry.article, entry.content_hash, entry.ingested_at)
                rows.insert_index(connection, entry.article, entry.chunks)
                rows.insert_identities(connection, entry.article.id, entry.identities)
                link(connection, entry.article, of)
            rows.insert_journal(connection, stale)
        return stale

    def store_history(self, versions: Sequence[PastVersion]) -> None:
        """Add versions to articles whose current version stays."""
        with self._database.write() as connection:
            rows.insert_versions(connection, [(past.article, past.ingested_at) for past in versions])

    def note_updated(self, article_id: str, updated: str) -> None:
        """Change the date of update of an article's current version, whose text stays; "" changes nothing."""
        if updated and self.article(article_id).updated != updated:
            current = sa.select(schema.articles.c.version).where(schema.articles.c.id == article_id).scalar_subquery()
            chosen = (schema.versions.c.article_id == article_id) & (schema.versions.c.version == current)
            with self._database.write() as connection:
                connection.execute(sa.update(schema.versions).where(chosen).values(updated=updated))

    def reindex(self, articles: Sequence[tuple[Article, Sequence[Chunk]]]) -> None:
        """Replace the chunks, lexical rows and story links of articles' current versions."""
        signatures = [signature(article.text) for article, _ in articles]
        with self._database.write() as connection:
            for (article, chunks), of in zip(articles, signatures, strict=True):
                link(connection, article, of)
                rows.delete_index(connection, article.id)
                rows.insert_index(connection, article, chunks)

    def remove(self, article_id: str) -> list[str]:
        """Remove an article in all its versions; returns the ids of its chunks, whose vectors the caller deletes.

        Raises:
            ArticleNotFoundError: there is no such article.
        """
        self.article(article_id)
        last_version = self.next_version(article_id) - 1
        with self._database.write() as connection:
            stale = rows.delete_article(connection, article_id, last_version)
            file_rows.delete_files_of(connection, article_id)
            unlink(connection, article_id)
            rows.insert_journal(connection, stale)
        return stale

    def store_files(self, files: Sequence[tuple[str, IngestedFile]]) -> None:
        """Write each file by its key, so that the next run skips it while it is unchanged."""
        with self._database.write() as connection:
            for key, file in files:
                file_rows.replace_file(connection, key, file)

    def files(self) -> dict[str, IngestedFile]:
        """Return all ingested files and pages by key."""
        with self._database.read() as connection:
            return file_rows.select_files(connection)

    def forget_file(self, key: str) -> None:
        """Delete a file or page; its articles stay."""
        with self._database.write() as connection:
            file_rows.delete_file(connection, key)

    def store_outcomes(self, outcomes: Sequence[tuple[str, str, str]]) -> None:
        """Record the outcome of each source: (source, status, reason)."""
        at = datetime.now(UTC).isoformat(timespec="seconds")
        outcome_rows = [{"at": at, "source": s, "status": status, "reason": reason} for s, status, reason in outcomes]
        if outcome_rows:
            with self._database.write() as connection:
                connection.execute(sa.insert(schema.outcomes), outcome_rows)

    # The index fingerprint

    def fingerprint(self) -> str:
        """Return the fingerprint of the index, or "" for a library that nothing was written to."""
        with self._database.read() as connection:
            return read_value(connection, "fingerprint")

    def set_fingerprint(self, fingerprint: str) -> None:
        """Write the fingerprint of the index."""
        with self._database.write() as connection:
            connection.execute(
                sa.insert(schema.meta).prefix_with("OR REPLACE"), {"key": "fingerprint", "value": fingerprint}
            )


def _batches(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for first in range(0, len(ids), SQL_VARIABLES_MAX):
        yield ids[first : first + SQL_VARIABLES_MAX]
