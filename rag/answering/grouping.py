"""Grouping: sorts articles into groups that have a name or a word in common, which is the group's label."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rag.answering.frequent_names import OPENING_CHARS, frequent_names
from rag.records import Article
from rag.text.words import content_words

LABEL_NAMES = 3
"""The most names or words of a label."""

WORD_CHARS_MIN = 4
"""A word that labels a group has this number of letters."""


WORD_ARTICLES_MIN = 3
"""A word labels a group of at least this number of articles, set by hand, since any two have some word in common."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Articles on the same, and the names or words that they have in common.

    Attributes:
        label: none for the rest, which has nothing in common.
    """

    label: tuple[str, ...]
    articles: Sequence[Article]


def group_articles(articles: Sequence[Article]) -> list[Group]:
    """Return the articles in groups, the largest first, and last those that are left over.

    A group is made of all articles, not yet in another one, whose title or opening has one name. The most frequent
    names come first. Then the same is done with words that at most half of the articles have, and none of another
    group. What all articles have is no label. The order within a group is that of the articles.
    """
    left = list(articles)
    groups: list[Group] = []

    def take(term: str, found: Sequence[Article]) -> None:
        groups.append(Group(label=_label(term, found, articles), articles=found))
        left[:] = [article for article in left if article not in found]

    for name in frequent_names(articles):
        found = [article for article in left if _has(article, name)]
        if 1 < len(found) < len(articles):
            take(name, found)
    for word in _frequent_words(left):
        found = [article for article in articles if _has(article, word)]
        if WORD_ARTICLES_MIN <= len(found) <= len(articles) / 2 and all(article in left for article in found):
            take(word, found)
    groups.sort(key=lambda group: -len(group.articles))
    return [*groups, Group(label=(), articles=left)] if left else groups


def _frequent_words(articles: Sequence[Article]) -> list[str]:
    """Return the content words in titles and openings, those that most articles have first."""
    counts: Counter[str] = Counter()
    for article in articles:
        opening = set(content_words(_opening(article), article.language))
        counts.update(word for word in opening if len(word) >= WORD_CHARS_MIN and word.isalpha())
    return sorted(counts, key=lambda word: (-counts[word], word))


def _label(term: str, found: Sequence[Article], articles: Sequence[Article]) -> tuple[str, ...]:
    """Return the term, and the names that all articles of a group have and no other article has."""
    others = [article for article in articles if article not in found]
    shared = [
        name
        for name in frequent_names(found)
        if name not in term
        and term not in name
        and all(_has(article, name) for article in found)
        and not any(_has(article, name) for article in others)
    ]
    return (term, *shared)[:LABEL_NAMES]


def _has(article: Article, term: str) -> bool:
    """Return whether a term is in an article's title or opening; a name only as it is written, with its capitals."""
    text = _opening(article)
    return re.search(rf"(?<!\w){re.escape(term)}(?!\w)", text if term != term.lower() else text.lower()) is not None


def _opening(article: Article) -> str:
    return f"{article.title}.\n{article.text[:OPENING_CHARS]}"
