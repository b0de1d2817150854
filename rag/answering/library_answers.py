"""Answers about the library itself, from its catalog: how many articles, which, from whom, by whom, and from when."""

from __future__ import annotations

from dataclasses import dataclass

from rag.library.catalog import Catalog
from rag.records import Filters, Window
from rag.retrieval.date_wishes import DateWish


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryLine:
    """A line of an answer, and the sentence that opens the article that it names; None where it names none."""

    text: str
    opens: Window | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryAnswer:
    """An answer about the library in lines, and the filters that were read from the question.

    Attributes:
        n_articles: how many articles it is about.
    """

    lines: tuple[LibraryLine, ...]
    n_articles: int
    filters: Filters = Filters()


def answer_about_library(
    question: str, ask: str, topic: str, wish: DateWish, filters: Filters, catalog: Catalog
) -> LibraryAnswer:
    """Return what the catalog says.

    Args:
        question: the question, in which publishers and authors of the library are looked for.
        ask: what it asks: count, list, newest, oldest, publishers, authors, dates or about.
        topic: the words that the articles must have; "" for none.
        wish: the dates that it asks for.
        filters: the articles that may be used.
        catalog: the catalog of the library.
    """
    raise NotImplementedError
