"""Choosing the articles that a summary is about: by title, by place in the list, by filter, or the whole library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.answering.collaborators import Collaborators
from rag.answering.library_answers import AskedArticles, read_asked, say_articles, say_counted
from rag.answering.places import PLACED, Place, blank_numbers, read_place
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
        place: a phrase on the place of the articles, such as "article 2 of 6, newest first"; "" for none.
        reason: why there is no article at the place that the question names; "" elsewhere.
    """

    articles: Sequence[Article]
    n_left_out: int = 0
    is_held: bool = True
    place: str = ""
    reason: str = ""


def choose_articles(collaborators: Collaborators, request: Request) -> Choice:
    """Return the articles that a summary is about.

    They are those that the filters allow: those at the place that the question names, those with a title that it names,
    or all where it is on no topic.
    """
    catalog, filters = collaborators.library.catalog, request.filters
    if not request.ask and request.topic and not collaborators.topic_words(blank_numbers(request.question)):
        request = replace(request, ask="place")  # of a topic, there are only numbers: "the 14th article"
    placed = _placed(collaborators, request) if request.ask in PLACED else None
    if placed is not None:
        return placed
    if request.topic and not filters.articles:
        return _titled(collaborators, request.topic, filters)
    found = catalog.by_date(filters, limit=4 * SUMMARIZED_MAX)
    stories = catalog.stories_of([article.id for article in found])
    firsts = {stories.get(article.id, article.id): article for article in reversed(found)}
    kept = [article for article in found if firsts[stories.get(article.id, article.id)] is article]
    n_copies = len(found) - len(kept)
    n_left_out = max(0, catalog.count(filters) - n_copies - SUMMARIZED_MAX)
    return Choice(articles=kept[:SUMMARIZED_MAX], n_left_out=n_left_out)


def _placed(collaborators: Collaborators, request: Request) -> Choice | None:
    """Return the articles at the place that a question names; None where no article is on the question's topic.

    Places are counted as the library lists its articles. After a question about the library, these are the articles
    that it asked about: "Which articles are from the Herald?", "Summarise the second one."
    """
    asked, previous_ask = _read_list(collaborators, request)
    n_listed = asked.count()
    if not n_listed:
        return None
    oldest_first = "oldest" in (request.ask, previous_ask if request.ask == "place" else "")
    place = read_place(request.question, request.ask)
    if place.first > n_listed:
        return Choice(articles=(), reason=f"{say_counted(asked, n_listed)}.")
    found = asked.newest(min(place.last, place.first + SUMMARIZED_MAX - 1), oldest_first=oldest_first)
    scope = asked.scope or ("that the filters allow" if request.filters else "")
    return Choice(
        articles=found[place.first - 1 :],
        n_left_out=max(0, min(place.last, n_listed) - len(found)),
        place=_say_place(place, n_listed, scope, oldest_first=oldest_first),
    )


def _read_list(collaborators: Collaborators, request: Request) -> tuple[AskedArticles, str]:
    """Return the articles among which a place is counted, and what the question before asked of them; or ""."""
    previous = request.history[-1].question if request.history else ""
    guess = collaborators.classify(previous, "") if previous else None
    if guess is None or not (guess.kind == "library" or (guess.kind == "summary" and guess.ask in PLACED)):
        previous = ""
    asked = read_asked(
        blank_numbers(request.question),
        request.wish,
        request.filters,
        collaborators.library.catalog,
        previous,
        collaborators.topic_words,
        request.previous_wish,
    )
    return asked, guess.ask if guess and previous else ""


def _say_place(place: Place, n_listed: int, scope: str, *, oldest_first: bool) -> str:
    """Return a phrase on a place: "the newest of 6 articles", "article 2 of 6 from the Herald, newest first"."""
    order = "oldest" if oldest_first else "newest"
    behind = f" {scope}" if scope else ""
    if n_listed == 1:
        return f"the only article{behind}"
    last = min(place.last, n_listed)
    if place.first < last:
        return f"articles {place.first} to {last} of {n_listed:,}{behind}, {order} first"
    if place.first == 1:
        return f"the {order} of {say_articles(n_listed)}{behind}"
    return f"article {place.first} of {n_listed:,}{behind}, {order} first"


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
