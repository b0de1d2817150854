"""Choosing the articles that a summary is about: by title, by place in time, by filter, or the whole library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.answering.collaborators import Collaborators
from rag.answering.requests import Request
from rag.records import Article, Filters
from rag.text.words import content_stems

TITLES_READ = 20
TITLE_SHARE_MIN = 0.5
"""An article is meant if its title holds this share of the question's words on a topic, or they this share of it."""

RELEVANT_SHARE = 0.5
"""Articles are on a topic if their BM25 is at least this share of the best one's."""

SUMMARIZED_MAX = 20
"""The articles that a summary names; it says how many it leaves out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The articles to summarise.

    Attributes:
        articles: one a story; newest first, or those first that match the topic best.
        n_left_out: how many more there are.
        by_topic: whether they were found by words on a topic, so that they may be on something else.
    """

    articles: Sequence[Article]
    n_left_out: int = 0
    by_topic: bool = False


def choose_articles(collaborators: Collaborators, request: Request) -> Choice:
    """Return the articles that a summary is about.

    They are those that the filters allow: the newest or the oldest one, the one with a title that the question names,
    those on its topic, or all.
    """
    catalog, filters = collaborators.library.catalog, request.filters
    if request.ask in ("newest", "oldest"):
        return Choice(articles=catalog.by_date(filters, limit=1, oldest_first=request.ask == "oldest"))
    if request.topic and not filters.articles:
        return _on_topic(collaborators, request.topic, filters)
    found = catalog.by_date(filters, limit=4 * SUMMARIZED_MAX)
    stories = catalog.stories_of([article.id for article in found])
    firsts = {stories.get(article.id, article.id): article for article in reversed(found)}
    kept = [article for article in found if firsts[stories.get(article.id, article.id)] is article]
    n_copies = len(found) - len(kept)
    n_left_out = max(0, catalog.count(filters) - n_copies - SUMMARIZED_MAX)
    return Choice(articles=kept[:SUMMARIZED_MAX], n_left_out=n_left_out)


def _on_topic(collaborators: Collaborators, topic: str, filters: Filters) -> Choice:
    """Return the articles whose title the topic names, or else those that match the topic about as well as the best."""
    catalog = collaborators.library.catalog
    allowed = catalog.allowed(filters)[0] if filters else None
    scored = catalog.search_articles(topic.lower().split(), TITLES_READ, allowed)
    articles = [catalog.article(id_) for id_, _ in scored]
    stems = set(content_stems(topic))
    shares = [_title_share(stems, article) for article in articles]
    most = max(shares, default=0.0)
    if most > TITLE_SHARE_MIN:
        return Choice(articles=[article for article, share in zip(articles, shares, strict=True) if share == most])
    best = scored[0][1] if scored else 0.0
    kept = [article for article, (_, score) in zip(articles, scored, strict=True) if score >= RELEVANT_SHARE * best]
    return Choice(articles=kept, by_topic=True)


def _title_share(topic: set[str], article: Article) -> float:
    """Return the share of the topic's words in the title, or of the title's in the topic, whichever is larger."""
    title = set(content_stems(article.title))
    return len(topic & title) / min(len(topic), len(title)) if title and topic else 0.0
