"""Stories in the catalog: an article that is a copy of another belongs to the same story.

A story has the smallest id of its articles as its name, so that the order of ingestion doesn't matter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from rag.library import schema
from rag.library.copies import is_copy, pattern
from rag.library.minhash import SAME_STORY_MIN, SHARED_BANDS_MIN, bands, signature_resemblance
from rag.library.rows import select_current
from rag.records import Article


def link(connection: sa.Connection, article: Article, signature: bytes) -> None:
    """Add an article, with its signature, to the story of its copies, and join the stories that it connects."""
    unlink(connection, article.id)
    keys = bands(signature)
    joined = _stories_of_copies(connection, article, signature, keys)
    story = min({article.id, *joined})
    connection.execute(sa.insert(schema.stories), {"article_id": article.id, "story": story, "signature": signature})
    if keys:
        rows = [{"band": band, "article_id": article.id} for band in sorted(set(keys))]
        connection.execute(sa.insert(schema.story_bands), rows)
    if joined:
        _rename(connection, joined, story)


def unlink(connection: sa.Connection, article_id: str) -> None:
    """Remove an article from its story; the others stay together."""
    query = sa.select(schema.stories.c.story).where(schema.stories.c.article_id == article_id)
    story = connection.execute(query).scalar_one_or_none()
    if story is None:
        return
    connection.execute(sa.delete(schema.stories).where(schema.stories.c.article_id == article_id))
    connection.execute(sa.delete(schema.story_bands).where(schema.story_bands.c.article_id == article_id))
    left = sa.select(sa.func.min(schema.stories.c.article_id)).where(schema.stories.c.story == story)
    if story == article_id and (name := connection.execute(left).scalar()) is not None:
        _rename(connection, {story}, name)


def find_originals(articles: Sequence[Article], stories: Mapping[str, str]) -> dict[str, str]:
    """Return the id of the original for every article that is a copy.

    The original is the article of a story that was published first; where all are undated, it is the first one.

    Args:
        articles: in an order of preference, for undated ones.
        stories: the story by article id; articles that are not in it have no copies.
    """
    by_story: dict[str, list[Article]] = defaultdict(list)
    for article in articles:
        if article.id in stories:
            by_story[stories[article.id]].append(article)
    originals: dict[str, str] = {}
    for copies in by_story.values():
        original = min(copies, key=lambda article: article.published or "9999")
        originals |= {article.id: original.id for article in copies if article is not original}
    return originals


def _stories_of_copies(connection: sa.Connection, article: Article, signature: bytes, keys: list[int]) -> set[str]:
    """Return the stories that hold a copy of this article."""
    near = (
        sa.select(schema.story_bands.c.article_id)
        .where(schema.story_bands.c.band.in_(keys))
        .group_by(schema.story_bands.c.article_id)
        .having(sa.func.count() >= SHARED_BANDS_MIN)
    )
    texts = select_current().join(schema.stories, schema.stories.c.article_id == schema.articles.c.id)
    found = texts.where(schema.articles.c.id.in_(near)).with_only_columns(
        schema.stories.c.story, schema.stories.c.signature, schema.versions.c.text
    )
    joined: set[str] = set()
    for row in connection.execute(found):
        if (
            row.story not in joined
            and signature_resemblance(signature, row.signature) >= SAME_STORY_MIN
            and is_copy(pattern(article.text), pattern(row.text))
        ):
            joined.add(row.story)
    return joined


def _rename(connection: sa.Connection, stories: set[str], to: str) -> None:
    connection.execute(sa.update(schema.stories).where(schema.stories.c.story.in_(stories)).values(story=to))
