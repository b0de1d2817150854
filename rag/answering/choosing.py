"""Choosing the articles that a summary is about: by title, by place in time, by filter, or the whole library."""

from __future__ import annotations

from rag.answering.collaborators import Collaborators
from rag.answering.requests import Request
from rag.records import Article
from rag.text.words import content_stems

TITLES_READ = 20
TITLE_SHARE_MIN = 0.5
"""An article is meant if its title holds this share of the question's words on a topic, or they this share of it."""

SUMMARIZED_MAX = 20
"""The articles that a summary names; it says how many it leaves out."""


def choose_articles(collaborators: Collaborators, request: Request) -> tuple[list[Article], int]:
    """Return the articles to summarise, newest first and one a story, and how many are left out."""
    catalog = collaborators.library.catalog
    if request.ask in ("newest", "oldest"):
        found = catalog.by_date(request.filters, limit=1, oldest_first=request.ask == "oldest")
        return found, 0
    topic = set(content_stems(request.topic))
    if topic and not request.filters.articles:
        titled = _titled(collaborators, request.topic, topic)
        if titled:
            return titled, 0
    found = catalog.by_date(request.filters, limit=4 * SUMMARIZED_MAX)
    stories = catalog.stories_of([article.id for article in found])
    voices = {stories.get(article.id, article.id): article for article in reversed(found)}
    kept = [article for article in found if voices[stories.get(article.id, article.id)] is article]
    return kept[:SUMMARIZED_MAX], catalog.count(request.filters) - len(kept[:SUMMARIZED_MAX]) - (len(found) - len(kept))


def _titled(collaborators: Collaborators, topic: str, stems: set[str]) -> list[Article]:
    """Return the article whose title the topic names; none where no title is near enough."""
    catalog = collaborators.library.catalog
    candidates = [catalog.article(id_) for id_, _ in catalog.search_articles(topic.lower().split(), TITLES_READ)]
    best: list[Article] = []
    most = TITLE_SHARE_MIN
    for article in candidates:
        title = set(content_stems(article.title))
        share = len(stems & title) / min(len(stems), len(title)) if title else 0.0
        if share > most:
            best, most = [article], share
    return best
