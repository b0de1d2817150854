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
"""Set by hand: an article is meant if its title has this share of the topic's words, or they have this share of it."""

SUMMARIZED_MAX = 20
"""The articles that a summary names; it says how many it leaves out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The articles to summarise, newest first and one a story.

    Attributes:
        articles: none where the question is on a topic that no title names, or no article is allowed.
        n_left_out: how many more there are.
        is_held: whether an article has a word of the topic.
    """

    articles: Sequence[Article]
    n_left_out: int = 0
    is_held: bool = True


def choose_articles(collaborators: Collaborators, request: Request) -> Choice:
    """Return the articles that a summary is about.

    They are those that the filters allow: the newest or the oldest one, those with a title that the question names, or
    all where the question is on no topic.
    """
    catalog, filters = collaborators.library.catalog, request.filters
    if request.ask in ("newest", "oldest"):
        return Choice(articles=catalog.by_date(filters, limit=1, oldest_first=request.ask == "oldest"))
    if request.topic and not filters.articles:
        return _titled(collaborators, request.topic, filters)
    found = catalog.by_date(filters, limit=4 * SUMMARIZED_MAX)
    stories = catalog.stories_of([article.id for article in found])
    firsts = {stories.get(article.id, article.id): article for article in reversed(found)}
    kept = [article for article in found if firsts[stories.get(article.id, article.id)] is article]
    n_copies = len(found) - len(kept)
    n_left_out = max(0, catalog.count(filters) - n_copies - SUMMARIZED_MAX)
    return Choice(articles=kept[:SUMMARIZED_MAX], n_left_out=n_left_out)


def _titled(collaborators: Collaborators, topic: str, filters: Filters) -> Choice:
    """Return the articles whose title the topic names; none where no title is near enough."""
    catalog = collaborators.library.catalog
    allowed = catalog.allowed(filters)[0] if filters else None
    found = [catalog.article(id_) for id_, _ in catalog.search_articles(topic.lower().split(), TITLES_READ, allowed)]
    stems = set(content_stems(topic))
    shares = [_title_share(stems, article) for article in found]
    most = max(shares, default=0.0)
    named = [article for article, share in zip(found, shares, strict=True) if share == most > TITLE_SHARE_MIN]
    return Choice(articles=named, is_held=bool(found))


def _title_share(topic: set[str], article: Article) -> float:
    """Return the share of the topic's words in the title, or of the title's in the topic, whichever is larger."""
    title = set(content_stems(article.title))
    return len(topic & title) / min(len(topic), len(title)) if title and topic else 0.0
