"""The catalog on a real SQLite file: versions, lexical search, files, removal, reopening."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.errors import ArticleNotFoundError, LibraryError
from rag.library.catalog import Catalog
from rag.library.filtering import Mentions
from rag.library.records import IngestedFile, NewVersion, content_hash
from rag.records import Article, Filters
from rag.text.times import TimeSpan, parse_published
from tests.rag.build import article, whole_chunk


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    opened = Catalog(tmp_path / "home" / "catalog.sqlite3")
    yield opened
    opened.close()


def store(catalog: Catalog, *articles: Article) -> list[str]:
    return catalog.store(
        [NewVersion(article=each, content_hash=content_hash(each), chunks=[whole_chunk(each)]) for each in articles]
    )


def search(catalog: Catalog, words: Sequence[str], top_k: int) -> list[str]:
    """Ids of the chunks found; the articles found must be theirs."""
    found = [id_ for id_, _ in catalog.search_chunks(words, top_k)]
    articles = {id_ for id_, _ in catalog.search_articles(words, 1000)}
    assert set(catalog.articles_of(found).values()) <= articles
    return found


def sources(catalog: Catalog, words: Sequence[str]) -> list[str]:
    """Sources of the articles that hold any of the words, best first."""
    ids = search(catalog, words, 10)
    found = catalog.chunks(ids)
    return [found[id_][1].source for id_ in ids]


def test_an_article_comes_back_as_it_was_stored(catalog: Catalog) -> None:
    stored = article(
        "Ünïcode\n\nand “quotes”.",
        publisher="P",
        authors=("A", "B"),
        url="https://x",
        published="2024-07",
        language="en",
    )
    store(catalog, stored)
    assert catalog.article(stored.id) == stored
    assert catalog.articles() == [stored]
    assert catalog.counts() == (1, 1)


def test_an_old_version_stays_readable_and_only_the_new_one_is_found(catalog: Catalog) -> None:
    old, new = article("The old words."), article("Some fresh words.", version=2)
    store(catalog, old)
    assert store(catalog, new) == [whole_chunk(old).id]
    assert catalog.article(old.id) == new
    assert catalog.article(old.id, 1) == old
    assert search(catalog, ["old"], 10) == []
    assert catalog.search_articles(["old"], 10) == []
    assert search(catalog, ["fresh"], 10) == [whole_chunk(new).id]
    assert catalog.next_version(old.id) == 3


@pytest.mark.parametrize("version", [0, 2, -1])
def test_a_version_that_is_not_there_is_named(catalog: Catalog, version: int) -> None:
    store(catalog, article())
    with pytest.raises(ArticleNotFoundError, match=f"'{article().id}' in version {version}"):
        catalog.article(article().id, version)


def test_an_unknown_article_is_named_with_what_to_do(catalog: Catalog) -> None:
    with pytest.raises(ArticleNotFoundError, match=r"'nothing'.*footnote articles"):
        catalog.article("nothing")
    with pytest.raises(ArticleNotFoundError):
        catalog.remove("nothing")


def test_articles_are_ordered_by_source(catalog: Catalog) -> None:
    store(catalog, article(id="1", source="b"), article(id="2", source="a"), article(id="3", source="a"))
    assert [each.id for each in catalog.articles()] == ["2", "3", "1"]


@pytest.mark.parametrize(
    "word",
    ['"', '"Astana', "Astana*", "*", "AND", "OR", "NOT", "NEAR", "NEAR(a b)", "title:Astana", "^Astana", "-Astana",
     "{}", "(", "\x00", "Ast\x00ana", "'; DROP TABLE chunks; --", "a\nb", " ", "", "\\", "+", "😀", "\u202e"],
)  # fmt: skip
def test_no_character_of_a_question_has_a_meaning_for_the_index(catalog: Catalog, word: str) -> None:
    store(catalog, article("Xi arrived in Astana."), article("Nothing here.", id="other"))
    assert set(search(catalog, [word], 10)) <= {whole_chunk(article("Xi arrived in Astana.")).id}
    assert sources(catalog, [word, "arrived"]) == ["news/a.txt"]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=12), max_size=6))
def test_any_words_can_be_searched_for(catalog: Catalog, words: list[str]) -> None:
    assert search(catalog, words, 5) == []


def test_operators_are_found_as_words(catalog: Catalog) -> None:
    store(catalog, article("This or that, near and not far."))
    for word in ("OR", "NEAR", "NOT", "AND"):
        assert len(search(catalog, [word], 10)) == 1


def test_lexical_search_puts_the_better_match_first_and_ties_by_id(catalog: Catalog) -> None:
    texts = {"c": "Trade grew.", "b": "Trade grew.", "a": "Trade and gas and oil and rail and road and port grew."}
    store(catalog, *(article(text, id=id_, source=id_) for id_, text in texts.items()))
    assert sources(catalog, ["trade"]) == ["b", "c", "a"]
    assert len(search(catalog, ["trade"], 2)) == 2


def test_lexical_search_knows_endings_accents_and_titles(catalog: Catalog) -> None:
    store(catalog, article("Leaders met in Bogotá.", title="Coffee"))
    for word in ("leader", "meeting leaders", "BOGOTA", "coffees"):
        assert len(search(catalog, [word], 10)) == (0 if word == "meeting leaders" else 1), word


def test_no_words_find_nothing(catalog: Catalog) -> None:
    store(catalog, article())
    assert search(catalog, [], 10) == []


def test_a_removed_article_is_gone_in_all_its_versions(catalog: Catalog) -> None:
    other = article("Other words.", id="other")
    store(catalog, article("Old words."), other)
    store(catalog, article("New words.", version=2))
    catalog.store_files(
        [
            ("/a.txt", IngestedFile(fingerprint="f", article_ids=(article().id, "other"))),
            ("/b.txt", IngestedFile(fingerprint="f", article_ids=("other",))),
        ]
    )

    assert catalog.remove(article().id) == [whole_chunk(article("New words.", version=2)).id]

    for version in (None, 1, 2):
        with pytest.raises(ArticleNotFoundError):
            catalog.article(article().id, version)
    assert catalog.articles() == [other]
    assert sources(catalog, ["words"]) == [other.source]
    assert catalog.content_hash(article().id) is None
    assert catalog.file("/a.txt") is None
    assert catalog.file("/b.txt") is not None


def test_versions_count_on_after_a_removal_so_that_no_old_citation_points_into_new_text(catalog: Catalog) -> None:
    store(catalog, article("Old words."), article(id="other"))
    store(catalog, article("Newer words.", version=2))
    catalog.remove(article().id)
    assert catalog.next_version(article().id) == 3
    assert catalog.next_version("other") == 2
    assert catalog.next_version("new") == 1


def test_a_file_is_known_by_its_hash(catalog: Catalog) -> None:
    assert catalog.file("/a.txt") is None
    for fingerprint in ("f1", "f2"):
        catalog.store_files([("/a.txt", IngestedFile(fingerprint=fingerprint, article_ids=("1", "2")))])
    assert catalog.file("/a.txt") == IngestedFile(fingerprint="f2", article_ids=("1", "2"))


def test_the_content_hash_tells_text_and_metadata_but_not_versions(catalog: Catalog) -> None:
    first = article("Text.", title="Title")
    assert content_hash(first) == content_hash(article("Text.", title="Title", version=7))
    others = [
        article("Text!", title="Title"),
        article("Text.", title="Other"),
        article("Text.", title="Title", published="2024"),
        article("Text.", title="Title", authors=("A",)),
        article("Text.Title", title=""),
    ]
    assert len({content_hash(each) for each in [first, *others]}) == 6
    store(catalog, first)
    assert catalog.content_hash(first.id) == content_hash(first)


def test_everything_is_there_after_reopening(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite3"
    first = Catalog(path)
    store(first, article("Old words."))
    store(first, article("New words.", version=2))
    first.set_fingerprint("made so")
    first.journal(["x"])
    first.close()
    second = Catalog(path)
    assert second.article(article().id, 1).text == "Old words."
    assert search(second, ["new"], 10) == [whole_chunk(article("New words.", version=2)).id]
    assert second.fingerprint() == "made so"
    assert "x" in second.journaled()
    second.close()


def test_chunks_of_many_ids_are_found_and_unknown_ids_left_out(catalog: Catalog) -> None:
    articles = [article(f"Text {number}.", id=f"{number:04}") for number in range(1000)]
    store(catalog, *articles)
    ids = [whole_chunk(each).id for each in articles]
    found = catalog.chunks([*ids, "unknown"])
    assert set(found) == set(ids)
    assert all(chunk.text == of.text for chunk, of in found.values())
    assert catalog.chunk_ids() == ids


def test_a_reader_never_sees_chunks_of_one_version_in_the_text_of_another(catalog: Catalog) -> None:
    store(catalog, article("Version 1."))
    failures: list[BaseException] = []
    done = threading.Event()

    def read() -> None:
        try:
            while not done.is_set():
                ids = [f"{article().id}:{version}:0-{len(f'Version {version}.')}" for version in range(1, 60)]
                for chunk, of in catalog.chunks(ids).values():
                    assert of.text == chunk.text == f"Version {chunk.version}."
        except BaseException as exc:
            failures.append(exc)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for version in range(2, 60):
        store(catalog, article(f"Version {version}.", version=version))
    done.set()
    for reader in readers:
        reader.join()
    assert failures == []


def test_a_failed_store_changes_nothing(catalog: Catalog) -> None:
    store(catalog, article("First words."))
    with pytest.raises(LibraryError):
        store(catalog, article("Other words.", id="other"), article("Same version again."))
    assert [each.text for each in catalog.articles()] == ["First words."]
    assert search(catalog, ["other"], 10) == []
    assert len(search(catalog, ["first"], 10)) == 1


@pytest.fixture
def dated(catalog: Catalog) -> Catalog:
    """Three articles of two publishers, one of them in an old version, too."""
    store(
        catalog,
        article("Ferries stop.", id="a", published="2024-05-02", publisher="Post", authors=("Ana Rao", "Ole Brandt")),
        article("A ferry sank.", id="b", published="2024-06-01", publisher="Courier", authors=("Ole Brandt",)),
        article('The "ferry" -NOT sunk.', id="c", title="Undated", publisher="Post"),
    )
    store(catalog, article("The ferries sail.", id="a", version=2, published="2024-05-03", publisher="Post"))
    return catalog


def test_articles_come_newest_or_oldest_first_and_undated_ones_last(dated: Catalog) -> None:
    assert [each.id for each in dated.by_date(Filters(), 9)] == ["b", "a", "c"]
    assert [each.id for each in dated.by_date(Filters(), 2, oldest_first=True)] == ["a", "b"]
    assert [each.id for each in dated.by_date(Filters(), 9, oldest_first=True)] == ["a", "b", "c"]
    assert dated.by_date(Filters(), 0) == []


@pytest.mark.parametrize(
    ("mentions", "found"),
    [
        (Mentions(words=("ferries",)), ["b", "a", "c"]),
        (Mentions(words=("ferry", "sank")), ["b"]),
        (Mentions(words=("undated",)), ["c"]),
        (Mentions(words=("ferry", "train")), []),
        (Mentions(words=('"ferry" NOT', "sunk*")), ["c"]),
        (Mentions(authors=("ole brandt",)), ["b"]),
        (Mentions(authors=("Ole",)), []),
        (Mentions(words=("ferry",), authors=("Ole Brandt",)), ["b"]),
    ],
)
def test_articles_are_narrowed_by_words_and_authors(dated: Catalog, mentions: Mentions, found: list[str]) -> None:
    assert [each.id for each in dated.by_date(Filters(), 9, mentions=mentions)] == found
    assert dated.count(Filters(), mentions) == len(found)


@pytest.mark.parametrize("name", ["Écho du Nord", "écho du nord", "ÉCHO DU NORD"])
def test_publishers_and_authors_are_compared_without_regard_to_case_in_any_alphabet(
    catalog: Catalog, name: str
) -> None:
    store(
        catalog,
        article("Il pleut.", id="a", publisher="Écho du Nord", authors=("Émile Žak",)),
        article("Идёт дождь.", id="b", publisher="Правда"),
    )
    assert [each.id for each in catalog.by_date(Filters(publishers=(name,)), 9)] == ["a"]
    assert [each.id for each in catalog.by_date(Filters(publishers=("ПРАВДА",)), 9)] == ["b"]
    assert catalog.count(Filters(), Mentions(authors=("ÉMILE ŽAK",))) == 1
    assert catalog.count(Filters(publishers=("Echo du Nord",))) == 0


PUBLISHED = [
    *("", "2023", "2024", "2025", "2023-12", "2024-02", "2024-07", "2024-12", "2025-01"),
    *("2023-12-31", "2024-01-01", "2024-02-29", "2024-07-03", "2024-07-03T23:59:00+02:00", "2024-12-31", "2025-01-01"),
]


@pytest.fixture(scope="module")
def every_precision(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalog]:
    """One article for each date of `PUBLISHED`, with its place there as id."""
    opened = Catalog(tmp_path_factory.mktemp("dates") / "catalog.sqlite3")
    store(
        opened, *(article(f"Number {n}.", id=f"{n:02}", published=published) for n, published in enumerate(PUBLISHED))
    )
    yield opened
    opened.close()


days = st.none() | st.dates(date(2023, 11, 1), date(2025, 2, 28))


@given(first=days, last=days)
def test_an_article_is_allowed_if_a_day_on_which_it_may_be_published_is(
    every_precision: Catalog, first: date | None, last: date | None
) -> None:
    filters = Filters(published_from=first, published_to=last)
    wanted = TimeSpan(first=first or date.min, last=last or date.max)
    spans = {f"{n:02}": parse_published(published) for n, published in enumerate(PUBLISHED)}
    expected = [id_ for id_, span in spans.items() if not filters or (span is not None and _overlaps(span, wanted))]
    allowed, chunks = every_precision.allowed(filters)
    assert sorted(allowed) == expected
    assert set(every_precision.articles_of(chunks).values()) == set(expected)
    assert every_precision.count(filters) == len(expected)
    assert sorted(each.id for each in every_precision.by_date(filters, 99)) == expected
    assert {id_ for id_, _ in every_precision.search_articles(["number"], 99, allowed)} == set(expected)
    assert {id_ for id_, _ in every_precision.search_chunks(["number"], 99, allowed)} == set(chunks)


def _overlaps(span: TimeSpan, wanted: TimeSpan) -> bool:
    return wanted.first <= span.last and span.first <= wanted.last


def test_publishers_and_authors_of_current_versions_are_counted(dated: Catalog) -> None:
    assert dated.publishers(Filters()) == [("Post", 2), ("Courier", 1)]
    assert dated.authors(Filters()) == [("Ole Brandt", 1)]
    assert dated.publishers(Filters(publishers=("post",)), Mentions(words=("undated",))) == [("Post", 1)]
    assert dated.authors(Filters(publishers=("post",))) == []


def test_the_range_of_dates_counts_the_undated(dated: Catalog) -> None:
    assert dated.date_range(Filters()) == ("2024-05-03", "2024-06-01", 1)
    assert dated.date_range(Filters(), Mentions(words=("undated",))) == ("", "", 1)
    assert dated.date_range(Filters(articles=("none",))) == ("", "", 0)
