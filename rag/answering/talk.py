"""Talk: what is said to a greeting, to thanks or to "what can you do?", with questions that the library answers.

Nothing is searched for and no model is asked; only the catalog is looked at.
"""

from __future__ import annotations

from dataclasses import dataclass

from rag.answering.frequent_names import frequent_names
from rag.answering.library_answers import EMPTY_LIBRARY
from rag.library.catalog import Catalog
from rag.records import Filters

ARTICLES_READ = 20
"""How many of the newest articles are read for names."""

_PROMISE = "Every sentence comes with the exact words of an article, and what the articles don't say, I don't say."
_KINDS = "Ask me for a fact, a list, a reason, a comparison, a timeline, an overview or a summary."
_ADDING = "Add more articles on the page, or with `footnote ingest PATH_OR_URL`."
_LINES: dict[str, tuple[str, ...]] = {
    "greeting": ("Hello! I am Footnote, and answer questions about {articles}.",),
    "thanks": ("You're welcome. Ask me more about {articles} whenever you like.",),
    "identity": ("I am Footnote, and answer questions from {articles}.", _PROMISE),
    "help": ("I answer questions about {articles}. " + _KINDS, _PROMISE, _ADDING),
    "goodbye": ("Goodbye!",),
    "other": ("I keep to {articles}. " + _KINDS,),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkReply:
    """What is said, line by line, and questions that the library answers."""

    lines: tuple[str, ...]
    suggestions: tuple[str, ...] = ()


def reply_to_talk(ask: str, catalog: Catalog) -> TalkReply:
    """Return the reply to talk of a sort: greeting, thanks, identity, help, goodbye or other."""
    n_articles = catalog.count(Filters())
    lines = _LINES.get(ask, _LINES["other"])
    if n_articles == 0:
        return TalkReply(lines=(*(line for line in lines if "{" not in line and line != _ADDING), EMPTY_LIBRARY))
    articles = "the article" if n_articles == 1 else f"the {n_articles:,} articles"
    return TalkReply(
        lines=tuple(line.format(articles=f"{articles} in this library") for line in lines),
        suggestions=() if ask == "goodbye" else suggest_questions(catalog),
    )


def suggest_questions(catalog: Catalog) -> tuple[str, ...]:
    """Return three questions that the library answers: for a summary, an overview or a list, and a timeline."""
    newest = catalog.by_date(Filters(), ARTICLES_READ)
    if not newest:
        return ()
    named = frequent_names(newest)
    titled = next((article.title for article in newest if article.title), "")
    found = [
        f"Summarise “{titled}”." if titled else "Summarise the newest article.",
        *(f"What do the articles say about {name}?" for name in named[:1]),
        *(f"Give me a timeline of what happened with {name}." for name in (named[1:2] or named[:1])),
        "Which articles do you have?",
        "What is the newest article?",
    ]
    return tuple(found[:3])
