"""Summaries: of one article, of those of a publisher or a time, of a topic, and of the whole library."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.indexing.writing import Indexer
from ingest.records import Document
from rag.answering.choosing import SUMMARIZED_MAX
from rag.chatbot import Chatbot
from rag.library.library import Library
from rag.records import Answer, Filters, Turn
from rag.rendering import render_words
from rag.settings import load_settings
from rag.wiring import build_chatbot, build_library
from tests.fakes import BagOfWordsEmbeddings, ScriptedChecker
from tests.rag.build import publish
from tests.rag.texts import numbered_sentences
from tests.rag.town import TOWN, assert_exact, cited

BRIDGE = "Summarise “Old bridge closes”."
ALL = "Summarise all articles."
HEADING = re.compile(r" \(\d+ articles?\):$")
"""What a group of articles has in common, and how many they are."""


def labels(answer: Answer) -> list[str]:
    """The labels of lines, without the headings of groups."""
    return [label for label in _labels(answer) if not HEADING.search(label)]


def headings(answer: Answer) -> list[str]:
    """The headings of groups of articles."""
    return [label for label in _labels(answer) if HEADING.search(label)]


def _labels(answer: Answer) -> list[str]:
    return [segment.text for segment in answer.segments if segment.claim is None]


@pytest.mark.parametrize(
    ("question", "article"),
    [
        (BRIDGE, "bridge"),
        ('Give me a summary of the article "Girl wins the open".', "chess"),
        ("Summarise the newest article.", "opening"),
        ("Summarise the oldest article.", "plan"),
        ("Summarise the article about the girl who wins the open.", "chess"),
    ],
)
def test_one_article_is_summarised_under_its_name(quoting: Chatbot, question: str, article: str) -> None:
    answer = quoting.ask(question)
    assert (answer.kind, answer.verdict) == ("summary", "answered")
    assert set(cited(answer)) == {article} and 2 <= len(answer.claims) <= 6
    (label,) = labels(answer)
    assert label.startswith(next(title for name, title, *_ in TOWN if name == article))
    assert_exact(answer, quoting)


@pytest.mark.parametrize(
    ("question", "article", "place"),
    [
        ("Summarise the first article.", "opening", "the newest of 6 articles"),
        ("What is the third article about?", "chess", "article 3 of 6, newest first"),
        ("Summarise the second newest article in three sentences.", "bridge", "article 2 of 6, newest first"),
        ("Summarise the 2nd oldest article.", "works", "article 2 of 6, oldest first"),
        ("Summarise article 4 in two sentences.", "works", "article 4 of 6, newest first"),
        ("Summarise the oldest article about the tunnel.", "plan", "the oldest of 3 articles with the word “tunnel”"),
        (
            "Summarise the second article from the Tolme Courier.",
            "plan",
            "article 2 of 2 from Tolme Courier, newest first",
        ),
    ],
)
def test_an_article_is_summarised_by_its_place_in_the_list_and_its_place_is_said(
    quoting: Chatbot, question: str, article: str, place: str
) -> None:
    answer = quoting.ask(question)
    assert (answer.kind, answer.verdict, set(cited(answer))) == ("summary", "answered", {article})
    (label,) = labels(answer)
    assert label.endswith(f" ({place}):")
    assert_exact(answer, quoting)


@pytest.mark.parametrize(
    ("question", "articles", "heading"),
    [
        ("Summarise the first two articles.", {"opening", "bridge"}, "Articles 1 to 2 of 6, newest first:"),
        ("Summarise the three oldest articles.", {"plan", "works", "chess"}, "Articles 1 to 3 of 6, oldest first:"),
    ],
)
def test_several_articles_are_summarised_by_their_places(
    quoting: Chatbot, question: str, articles: set[str], heading: str
) -> None:
    answer = quoting.ask(question)
    assert labels(answer)[0] == heading
    assert set(cited(answer)) == articles
    assert_exact(answer, quoting)


def test_a_place_behind_the_last_article_says_how_many_there_are(quoting: Chatbot) -> None:
    answer = quoting.ask("Summarise the ninth article.")
    assert (answer.verdict, answer.reason, answer.claims) == ("abstained", "The library has 6 articles.", ())


@pytest.mark.parametrize(
    ("listed", "question", "article"),
    [
        ("Which articles are from Lund Valley News?", "Summarise the second one.", "works"),
        ("Which articles do you have?", "Summarise the second one.", "bridge"),
        ("Which articles were published in 2021?", "Summarise the first one.", "plan"),
        ("Who won the open?", "Summarise the first article.", "opening"),
    ],
)
def test_after_a_list_of_articles_a_place_is_one_in_that_list(
    quoting: Chatbot, listed: str, question: str, article: str
) -> None:
    history = [Turn(question=listed, answer=quoting.ask(listed).text)]
    assert set(cited(quoting.ask(question, history))) == {article}


@pytest.mark.parametrize(
    "question", ["Summarise the article from the Herald.", "Sum up the article from the Harbour Herald"]
)
def test_the_article_of_a_publisher_is_found_by_its_short_name(quoting: Chatbot, question: str) -> None:
    answer = quoting.ask(question)
    assert answer.filters == Filters(publishers=("The Harbour Herald",))
    assert set(cited(answer)) == {"bridge"}


def test_a_word_of_a_publishers_name_that_articles_are_about_is_a_topic(library: Library) -> None:
    publish(library, "own", "The Velden Post has moved.", "Velden Post", "2024-05-01", "A move")
    for n in range(2):
        publish(library, f"other{n}", f"Velden has tunnel number {n}.", "Mail", f"2024-05-0{n + 2}", f"Velden {n}")
    settings = library.settings.model_copy(update={"llm": "none"})
    bot = build_chatbot(settings, library=library, checker=ScriptedChecker())
    answer = bot.ask("Summarise the articles about Velden.", kind="summary")
    assert answer.filters == Filters() and {"other0", "other1"} <= set(cited(answer))


def test_the_article_of_a_publisher_that_the_library_lacks_is_no_other_one(quoting: Chatbot) -> None:
    answer = quoting.ask("Summarise the article from Reuters.")
    assert (answer.verdict, answer.claims) == ("abstained", ()) and "Reuters" in answer.reason


def test_the_article_of_a_quoted_title_is_the_filter_that_the_answer_shows(
    quoting: Chatbot, ids: dict[str, str]
) -> None:
    assert quoting.ask(BRIDGE).filters == Filters(articles=(ids["bridge"],))


@pytest.mark.parametrize(
    ("question", "articles"),
    [
        ("Summarise the articles of the Tolme Courier.", {"plan", "opening"}),
        ("Summarise the articles published in March 2021.", {"plan"}),
        ("Summarise the articles of June 2022.", {"works"}),
        ("Summarise the articles about the tunnel.", {"plan", "works", "opening"}),
        (ALL, {"plan", "works", "opening", "bridge", "chess", "soup"}),
    ],
)
def test_each_of_many_articles_is_named_once_with_its_own_sentences(
    quoting: Chatbot, question: str, articles: set[str]
) -> None:
    answer = quoting.ask(question)
    assert (answer.kind, answer.verdict) == ("summary", "answered")
    assert set(cited(answer)) == articles
    assert len(labels(answer)) == len(set(labels(answer))) == len(articles)
    assert_exact(answer, quoting)


def test_a_summary_uses_only_the_articles_that_the_caller_allows(quoting: Chatbot, ids: dict[str, str]) -> None:
    chosen = quoting.ask(ALL, filters=Filters(articles=(ids["soup"], ids["plan"])))
    published = quoting.ask(ALL, filters=Filters(publishers=("TIME",)))
    assert set(cited(chosen)) == {"soup", "plan"}
    assert set(cited(published)) == {"soup"}


def test_nothing_is_summarised_of_a_publisher_or_a_time_without_articles(quoting: Chatbot) -> None:
    nobody = quoting.ask(ALL, filters=Filters(publishers=("Nobody",)))
    month = quoting.ask("Summarise the articles published in March 1999.")
    for answer in (nobody, month):
        assert (answer.kind, answer.verdict, answer.claims, answer.citations) == ("summary", "abstained", (), ())
    assert "March 1999" in month.reason


def test_a_topic_that_no_article_has_gives_an_abstention_with_the_nearest_sentence(quoting: Chatbot) -> None:
    answer = quoting.ask("Summarise the articles about penguins.")
    assert (answer.kind, answer.verdict, answer.claims, answer.citations) == ("summary", "abstained", (), ())
    assert answer.nearest and answer.reason
    assert_exact(answer, quoting)


@pytest.mark.parametrize("question", ["Summarise the articles of the Tolme Courier.", "Summarise “Leek soup”."])
def test_shorter_and_more_continue_a_summary(quoting: Chatbot, question: str) -> None:
    shown = quoting.ask(question)
    history = [Turn(question=question, answer=render_words(shown.segments))]
    shorter, more = quoting.ask("shorter please", history), quoting.ask("tell me more", history)
    said = {claim.text for claim in shown.claims}
    assert shorter.kind == more.kind == "summary"
    assert {claim.text for claim in shorter.claims} <= said and len(shorter.claims) <= 2
    assert not {claim.text for claim in more.claims} & said
    if not more.claims:  # the soup has two sentences
        assert more.verdict == "abstained" and "more" in more.reason


def test_a_text_that_is_too_short_for_a_summary_is_quoted(quoting: Chatbot, ids: dict[str, str]) -> None:
    answer = quoting.ask("Summarise it.", kind="summary", filters=Filters(articles=(ids["soup"],)))
    assert [claim.text for claim in answer.claims] == [
        "The soup of Tarn needs leeks and cream.",
        "Cooks stir the soup with a wooden spoon.",
    ]


def test_more_than_a_few_articles_are_grouped_by_what_they_have_in_common(quoting: Chatbot) -> None:
    assert headings(quoting.ask(ALL)) == ["Velden (4 articles):", "Tarn (2 articles):"]
    assert headings(quoting.ask("Summarise the articles of the Tolme Courier.")) == []


N_REPORTS = SUMMARIZED_MAX + 3


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chatbot]:
    """A chatbot on more reports than a summary names; the newest two are copies of one story."""
    settings = load_settings(home=tmp_path_factory.mktemp("many") / "home", llm="none")
    library = build_library(settings, embeddings=BagOfWordsEmbeddings())
    texts = [f"Report {n} counts {n * 7} ships in harbour number {n} today." for n in range(N_REPORTS)]
    texts += [numbered_sentences(40), f"{numbered_sentences(40)} The editor added this."]
    with library.writing():
        indexer = Indexer(library)
        for n, text in enumerate(texts):
            published = f"2024-{1 + n // 28:02d}-{1 + n % 28:02d}"
            source = Path("news", f"{n}.txt").as_posix()
            indexer.add(Document(source=source, key=source, text=text, title=f"No. {n}", published=published))
        indexer.flush()
    with build_chatbot(settings, library=library, checker=ScriptedChecker()) as bot:
        yield bot


def test_of_more_articles_than_it_names_a_summary_says_how_many_it_leaves_out(many: Chatbot) -> None:
    answer = many.ask(ALL)
    *named, left_out = labels(answer)
    n_stories = N_REPORTS + 1
    assert len(many.articles()) == n_stories + 1
    assert len(named) == len(set(named)) == SUMMARIZED_MAX
    assert left_out == f"{n_stories - SUMMARIZED_MAX} more articles are left out."
    assert sum(f"No. {n}" in label for label in named for n in (N_REPORTS, N_REPORTS + 1)) == 1  # one of two copies
    assert_exact(answer, many)


@pytest.mark.parametrize("n_left_out", [0, 1])
def test_a_summary_of_just_enough_articles_leaves_out_none_or_one(many: Chatbot, n_left_out: int) -> None:
    reports = [article for article in many.articles() if article.text.startswith("Report")]
    allowed = Filters(articles=tuple(article.id for article in reports[: SUMMARIZED_MAX + n_left_out]))
    answer = many.ask(ALL, filters=allowed)
    assert len({citation.article_id for citation in answer.citations}) == SUMMARIZED_MAX
    assert ("1 more article is left out." in answer.text) == bool(n_left_out)
