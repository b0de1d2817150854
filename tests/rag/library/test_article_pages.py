"""Pages of articles: searched in all that names them, sorted, and without their texts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.library.article_pages import ArticleOrder
from rag.library.catalog import Catalog
from rag.records import Filters
from tests.rag.build import article
from tests.rag.library.test_catalog import store


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    catalog = Catalog(tmp_path / "catalog.sqlite3")
    store(
        catalog,
        article(id="a", publisher="Élan", authors=("Zoé Ö", "Bo"), title="Bees", published="2024-01", source="x/3.md"),
        article("Dogs bark.", id="b", title="ants", published="2024-02-01", source="x/2.md"),
        article("Cats sleep.", id="c", title="", source="x/1.md"),
    )
    yield catalog
    catalog.close()


def ids(
    catalog: Catalog, search: str = "", order: ArticleOrder = "newest", filters: Filters | None = None
) -> list[str]:
    return [each.id for each in catalog.page(filters or Filters(), search, order=order).articles]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("newest", ["b", "a", "c"]),
        ("oldest", ["a", "b", "c"]),
        ("title", ["b", "a", "c"]),
        ("source", ["c", "b", "a"]),
    ],
)
def test_articles_are_sorted_and_those_that_lack_a_value_come_last(
    catalog: Catalog, order: ArticleOrder, expected: list[str]
) -> None:
    assert ids(catalog, order=order) == expected


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("élan", ["a"]),
        ("ZOÉ bees", ["a"]),
        ("dog barking", ["b"]),
        ("1.md", ["c"]),
        ("dogs bees", []),
        ("?!", []),
        ('"', []),
        ("* AND (", []),
    ],
)
def test_every_word_of_a_search_counts_and_none_is_an_operator(
    catalog: Catalog, search: str, expected: list[str]
) -> None:
    assert ids(catalog, search) == expected


def test_a_page_has_no_texts_and_the_number_of_all_articles(catalog: Catalog) -> None:
    page = catalog.page(Filters(), limit=1, offset=1)

    assert [(each.id, each.text) for each in page.articles] == [("a", "")] and page.total == 3
    assert ids(catalog, filters=Filters(publishers=("ÉLAN",))) == ["a"]
