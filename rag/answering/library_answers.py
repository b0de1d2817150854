"""Answers about the library itself, from its catalog: how many articles, which, from whom, by whom, and from when.

Only articles that the question asks for are counted and listed: of a publisher or an author whose name it has, of a
time, or with the words of its topic.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from rag.answering.frequent_names import frequent_names
from rag.answering.topics import blank_times, topic_words
from rag.library.catalog import Catalog
from rag.library.filtering import Mentions
from rag.records import Article, Filters, Window
from rag.rendering import source_name
from rag.retrieval.date_wishes import DateWish
from rag.text.names import find_acronyms
from rag.text.numbers import numbers
from rag.text.times import TimeSpan
from rag.text.windows import article_sentences
from rag.text.words import content_stems, words

LISTED_MAX = 20
"""The most articles that an answer lists; it says how many more there are."""

FEW = 5
"""Up to this number of articles, a question for dates, publishers or authors is answered for each article."""

SEVERAL = 5
"""How many articles "the latest headlines" are."""

NAMES_MAX = 8
"""The most names that an answer on what the library is about begins with."""

OPENING_CHARS = 2000
"""How far into an article its first sentence is looked for."""

_ABOUT_ALL = re.compile(
    r"(?<!these )(?<!those )\b(?:articles|documents|files|headlines|library|news|texts|you)\b", re.I
)
"""A question with such a word asks about all articles, and not only about those of the question before.

Of 12 questions that follow up on one about the library, by another author, 3 are answered right only with it, and none
only without it."""

EMPTY_LIBRARY = "The library is empty. Add articles on the page, or with `footnote ingest PATH_OR_URL`."

_SEVERAL_ASKED = re.compile(r"\b(?:articles|headlines|news|ones|pieces|reports|stories|texts|titles)\b", re.IGNORECASE)
"""A question with such a word wants several articles. Of 8 questions for the newest or oldest, by another author, 7 get
one or several as they ask, and 4 without it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryLine:
    """A line of an answer, and the sentence that opens the article that it names; None where it names none."""

    text: str
    opens: Window | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryAnswer:
    """An answer about the library, in lines.

    Attributes:
        n_articles: how many articles it is about.
        filters: the filters that were given, with those that the question names.
    """

    lines: tuple[LibraryLine, ...]
    n_articles: int
    filters: Filters


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedArticles:
    """The articles that a question asks about, in the order in which the library lists them: newest first.

    Attributes:
        scope: a phrase that names them, such as "from the Herald"; "" for the whole library.
        number: how many articles it wants to see.
    """

    catalog: Catalog
    filters: Filters
    mentions: Mentions
    scope: str
    number: int

    def newest(self, limit: int, *, oldest_first: bool = False) -> list[Article]:
        """Return at most `limit` of the articles, newest or oldest first."""
        return self.catalog.by_date(self.filters, limit, oldest_first=oldest_first, mentions=self.mentions)

    def count(self) -> int:
        """Return how many articles these are."""
        return self.catalog.count(self.filters, self.mentions)

    def closest(self) -> list[Article]:
        """Return up to `FEW` of the articles if the question is on a topic, those first that have it in their title."""
        if not self.mentions.words:
            return []
        topic = set(content_stems(" ".join(self.mentions.words)))
        found = self.newest(LISTED_MAX)
        titled = [article for article in found if topic <= set(content_stems(article.title))]
        return titled[:FEW] or (found if len(found) <= FEW else [])


def answer_about_library(ask: str, asked: AskedArticles) -> LibraryAnswer:
    """Return what the catalog says of the articles asked about.

    Args:
        ask: what is asked: count, list, newest, oldest, publishers, authors, dates or about.
        asked: the articles, as `read_asked` reads them from the question.
    """
    n_articles = asked.count()
    say = _ANSWERS.get(ask, _list)
    lines = say(asked, n_articles) if n_articles else [LibraryLine(text=_none_found(asked))]
    return LibraryAnswer(lines=tuple(lines), n_articles=n_articles, filters=asked.filters)


def read_asked(
    question: str,
    wish: DateWish,
    filters: Filters,
    catalog: Catalog,
    previous: str = "",
    words_on_topic: Callable[[str], list[str]] = topic_words,
    previous_wish: DateWish = DateWish(),  # noqa: B008 - it is frozen
) -> AskedArticles:
    """Return the articles that a question asks about.

    Args:
        question: its publishers, authors and topic narrow down the articles.
        wish: the dates that it asks for.
        filters: the articles that may be used.
        catalog: the catalog of the library.
        previous: the question before it in the conversation; "which ones?" asks for the articles of that question.
        words_on_topic: returns the words of a question that the articles must have.
        previous_wish: the dates that the question before it asks for.
    """
    asked = _narrow(question, wish, filters, catalog, words_on_topic)
    if previous and not asked.scope and not _ABOUT_ALL.search(question):
        return replace(_narrow(previous, previous_wish, filters, catalog, words_on_topic), number=asked.number)
    return asked


def wants_several(question: str) -> bool:
    """Return whether a question asks for articles, and not for one article."""
    return _SEVERAL_ASKED.search(question) is not None


def opening_sentence(article: Article) -> Window:
    """Return the first sentence of an article, or all its text where no sentence is found."""
    found = article_sentences(article, 0, min(len(article.text), OPENING_CHARS))
    return found[0] if found else Window(article=article, start=0, end=len(article.text))


def named_publishers(question: str, publishers: Sequence[str], *, in_full: bool = False) -> list[str]:
    """Return the publishers that a question names, as the catalog writes them.

    A publisher is named by its whole name without "the", by its acronym in capitals, or by a capitalised word that no
    other publisher's name has: "the Courier" for the Tolme Courier. A name of a single word has to be capitalised, so
    that "at what time" doesn't name the Time, unless the question has no capitals at all. With
    `in_full` only whole names count, and those of a single word only in capitals, as in questions that may be about a
    namesake.
    """
    asked = f" {' '.join(words(question))} "
    capitals = {word.lower() for word in re.findall(r"(?<=\s)[A-Z][\w'’-]+", f" {question}")}
    within = {word.lower() for word in re.findall(r"(?<=\s)[A-Z][\w'’-]+", question)}
    acronyms = {word.lower() for word in re.findall(r"\b[A-Z]{2,}\b", question)}
    names = {publisher: _name_words(publisher) for publisher in publishers}
    n_names = Counter(word for name in names.values() for word in set(name))
    found = []
    for publisher, name in names.items():
        own = {word for word in name if len(word) > 3 and n_names[word] == 1}
        whole = bool(name) and f" {' '.join(name)} " in asked
        if len(name) == 1:
            is_named = whole and (name[0] in capitals or (question == question.lower() and not in_full))
        else:
            is_named = whole or bool(not in_full and (own & within or find_acronyms(publisher, "en") & acronyms))
        if is_named:
            found.append(publisher)
    return found


def named_authors(question: str, authors: Sequence[str]) -> list[str]:
    """Return the authors whose whole name a question has."""
    asked = f" {' '.join(words(question))} "
    return [author for author in authors if words(author) and f" {' '.join(words(author))} " in asked]


def _name_words(publisher: str) -> list[str]:
    """Return the words of a publisher's name, without "the", and without the ends of an address such as www.x.com."""
    bare = re.sub(r"^(?:https?://)?(?:www\.)?|\.(?:com|org|net|co\.uk|[a-z]{2})$", "", publisher.lower())
    return [word for word in words(bare) if word != "the"]


def _narrow(
    question: str,
    wish: DateWish,
    filters: Filters,
    catalog: Catalog,
    words_on_topic: Callable[[str], list[str]],
) -> AskedArticles:
    named = named_publishers(question, [name for name, _ in catalog.publishers(Filters())])
    publishers = _allowed(named, filters.publishers)
    asked = words_on_topic(question)
    authors = named_authors(question, [name for name, _ in catalog.authors(Filters())]) if asked else []
    names = {word for name in (*named, *authors) for word in words(name)}
    acronyms = {acronym for name in named for acronym in find_acronyms(name, "en")}
    topic = tuple(word for word in asked if word.lower() not in names | acronyms)
    number, written = _number_wanted(question)
    mentions = Mentions(words=tuple(word for word in topic if word != written), authors=tuple(authors))
    spans = [wish.window] if wish.window else list(wish.near)
    narrowed = _within(replace(filters, publishers=tuple(publishers) or filters.publishers), spans)
    return AskedArticles(
        catalog=catalog,
        filters=narrowed,
        mentions=mentions,
        scope=_scope(publishers, authors, mentions.words, narrowed if spans else Filters()),
        number=number,
    )


def _allowed(named: Sequence[str], publishers: Sequence[str]) -> Sequence[str]:
    """Return the publishers that a question names, as far as the filter allows them; all that it allows for none."""
    allowed = {name.casefold() for name in publishers}
    return [name for name in named if not allowed or name.casefold() in allowed] or (publishers if named else [])


def _number_wanted(question: str) -> tuple[int, str]:
    """Return how many articles a question wants to see, and the number as it is written there; "" where it isn't."""
    for written, value in numbers(blank_times(question)):
        if 2 <= value <= LISTED_MAX and value == int(value):
            return int(value), written
    return (SEVERAL if wants_several(question) else 1), ""


def _within(filters: Filters, spans: Sequence[TimeSpan]) -> Filters:
    """Return the filters, narrowed to the days from the first to the last of the spans."""
    if not spans:
        return filters
    first, last = min(span.first for span in spans), max(span.last for span in spans)
    starts = [day for day in (filters.published_from, first) if day and day != date.min]
    ends = [day for day in (filters.published_to, last) if day and day != date.max]
    return replace(
        filters,
        published_from=max(starts) if starts else None,
        published_to=min(ends) if ends else None,
    )


def _scope(publishers: Sequence[str], authors: Sequence[str], topic: Sequence[str], dated: Filters) -> str:
    parts = []
    if publishers:
        parts.append(f"from {_joined(publishers)}")
    if authors:
        parts.append(f"by {_joined(authors)}")
    if dated.published_from and dated.published_to:
        same = dated.published_from == dated.published_to
        span = f"on {dated.published_from}" if same else f"from {dated.published_from} to {dated.published_to}"
        parts.append(f"published {span}")
    elif dated.published_from:
        parts.append(f"published from {dated.published_from} on")
    elif dated.published_to:
        parts.append(f"published up to {dated.published_to}")
    if topic:
        parts.append(f"with the word{'s' if len(topic) > 1 else ''} {_joined([f'“{word}”' for word in topic])}")
    return " ".join(parts)


def _joined(names: Sequence[str]) -> str:
    return " and ".join(names) if len(names) < 3 else f"{', '.join(names[:-1])} and {names[-1]}"


def say_articles(n: int) -> str:
    """Return a number of articles as a phrase, such as "1,200 articles"."""
    return f"{n:,} article{'' if n == 1 else 's'}"


def say_counted(asked: AskedArticles, n_articles: int) -> str:
    """Return the number of articles as a sentence without its end: "The library has 3 articles from the Herald"."""
    return f"The library has {say_articles(n_articles)}{f' {asked.scope}' if asked.scope else ''}"


def _none_found(asked: AskedArticles) -> str:
    if asked.catalog.count(Filters()) == 0:
        return EMPTY_LIBRARY
    return f"The library has no article {asked.scope or 'that the filters allow'}."


def _count(asked: AskedArticles, n_articles: int) -> list[LibraryLine]:
    if asked.scope and n_articles <= FEW:
        return _list(asked, n_articles)
    return [LibraryLine(text=f"{say_counted(asked, n_articles)}.")]


def _list(asked: AskedArticles, n_articles: int) -> list[LibraryLine]:
    lines = [LibraryLine(text=f"{say_counted(asked, n_articles)}{', newest first' if n_articles > 1 else ''}:")]
    lines += [_line(article) for article in asked.newest(LISTED_MAX)]
    if n_articles > LISTED_MAX:
        lines.append(LibraryLine(text=f"And {say_articles(n_articles - LISTED_MAX)} more."))
    return lines


def _about(asked: AskedArticles, n_articles: int) -> list[LibraryLine]:
    """Return the titles, under the names that several articles have."""
    counted, *titles = _list(asked, n_articles)
    named = frequent_names(asked.newest(LISTED_MAX))[:NAMES_MAX] if n_articles > 1 else []
    often = [LibraryLine(text=f"Names that come up often: {_joined(named)}.")] if named else []
    return [*often, counted, *titles]


def _newest(asked: AskedArticles, n_articles: int) -> list[LibraryLine]:
    return _ends(asked, "newest", asked.newest(asked.number))


def _oldest(asked: AskedArticles, n_articles: int) -> list[LibraryLine]:
    return _ends(asked, "oldest", asked.newest(asked.number, oldest_first=True))


def _ends(asked: AskedArticles, which: str, found: Sequence[Article]) -> list[LibraryLine]:
    """Return the newest or the oldest articles under a heading."""
    named = f"The {which} article" if len(found) == 1 else f"The {len(found)} {which} articles"
    heading = f"{named}{f' {asked.scope}' if asked.scope else ''}:"
    return [LibraryLine(text=heading), *(_line(article) for article in found)]


def _publishers(asked: AskedArticles, n_articles: int) -> list[LibraryLine]:
    closest = asked.closest()
    if closest:
        return [_line(article, article.publisher or "no publisher is named") for article in closest]
    if asked.filters.publishers:
        return _list(asked, n_articles)
    return _tallied(asked, n_articles, asked.catalog.publishers(asked.filters, asked.mentions), "publisher")


def _authors(asked: AskedArticles, n_articles: int) -> list[LibraryLine]:
    closest = asked.closest() or (asked.newest(FEW) if asked.scope and n_articles <= FEW else [])
    if closest:
        return [_line(article, _written_by(article)) for article in closest]
    found = asked.catalog.authors(asked.filters, asked.mentions)
    if not found:
        return [LibraryLine(text=f"{say_counted(asked, n_articles)}. No author is named.")]
    return _tallied(asked, n_articles, found, "author")


def _tallied(asked: AskedArticles, n_articles: int, found: Sequence[tuple[str, int]], noun: str) -> list[LibraryLine]:
    """Return names with their numbers of articles, most first."""
    named = [(name, n) for name, n in found if name]
    ending = "" if len(named) == 1 else "s"
    lines = [LibraryLine(text=f"{say_counted(asked, n_articles)}, of {len(named):,} {noun}{ending}:")]
    lines += [LibraryLine(text=f"{name}: {say_articles(n)}") for name, n in named[:LISTED_MAX]]
    if len(named) > LISTED_MAX:
        lines.append(LibraryLine(text=f"And {len(named) - LISTED_MAX:,} more."))
    n_unnamed = sum(n for name, n in found if not name)
    if n_unnamed:
        lines.append(LibraryLine(text=f"Without a {noun}: {say_articles(n_unnamed)}"))
    return lines


def _dates(asked: AskedArticles, n_articles: int) -> list[LibraryLine]:
    closest = asked.closest()
    if closest:
        return [_line(article, _published(article)) for article in closest]
    first, last, n_undated = asked.catalog.date_range(asked.filters, asked.mentions)
    if not first:
        return [LibraryLine(text=f"{say_counted(asked, n_articles)}. No date of publication is known.")]
    span = f"published on {first[:10]}" if first[:10] == last[:10] else f"published from {first[:10]} to {last[:10]}"
    undated = f" The date of {say_articles(n_undated)} is unknown." if n_undated else ""
    return [LibraryLine(text=f"{say_counted(asked, n_articles)}, {span}.{undated}")]


def _written_by(article: Article) -> str:
    return f"by {_joined(article.authors)}" if article.authors else "no author is named"


def _published(article: Article) -> str:
    return f"published {article.published[:10]}" if article.published else "no date of publication is known"


def _line(article: Article, *details: str) -> LibraryLine:
    """Return a line with an article's title and details, by default its publisher and date."""
    shown = details or tuple(part for part in (article.publisher, article.published[:10]) if part)
    title = article.title or source_name(article.source)
    return LibraryLine(text=", ".join((f"“{title}”", *shown)), opens=opening_sentence(article))


_ANSWERS: dict[str, Callable[[AskedArticles, int], list[LibraryLine]]] = {
    "count": _count,
    "list": _list,
    "newest": _newest,
    "oldest": _oldest,
    "publishers": _publishers,
    "authors": _authors,
    "dates": _dates,
    "about": _about,
}
