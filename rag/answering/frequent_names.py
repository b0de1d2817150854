"""Names that many articles have, which say what a library is about."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from rag.records import Article
from rag.text.names import is_date_word, names
from rag.text.words import words

OPENING_CHARS = 600
"""How far into an article its names are read; the opening says who it is about."""

_RUN = re.compile(r"[^\W\d_][\w’'-]*(?: [^\W\d_][\w’'-]*)*")


def frequent_names(articles: Sequence[Article]) -> list[str]:
    """Return the names in titles and first sentences that most of the articles have, the most frequent first.

    A name of more than one word counts as one, and so does each name once an article. Names of days, months and of the
    articles' publishers don't count. Where several articles are given, a name must be in two of them.
    """
    counts: Counter[str] = Counter()
    for article in articles:
        counts.update(_names_of(article))
    least = 2 if len(articles) > 1 and max(counts.values(), default=0) > 1 else 1
    frequent = [name for name, n in counts.items() if n >= least]
    return sorted(frequent, key=lambda name: (-counts[name], -len(name), name))


def _names_of(article: Article) -> set[str]:
    """Return the names in the opening of an article, runs of name-like words as one."""
    text = f"{article.title}.\n{article.text[:OPENING_CHARS]}"
    own = {word for word in names(text, article.language) if not is_date_word(word)} - set(words(article.publisher))
    publisher = set(words(article.publisher))
    found: set[str] = set()
    for run in _RUN.finditer(text):
        name: list[str] = []
        for word in [*run.group().split(" "), ""]:
            if word in own and word.lower() not in publisher:
                name.append(word)
            elif name:
                found.add(re.sub(r"['’]s?$", "", " ".join(name)))
                name = []
    return found
