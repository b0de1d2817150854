"""Stories: how copies are linked and unlinked, and that a story is one voice in a search."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

import ingest
from rag.library.library import Library
from rag.library.story_links import find_originals
from rag.retrieval.hybrid import HybridSearch
from rag.settings import load_settings
from rag.wiring import build_library
from tests.fakes import BagOfWordsEmbeddings
from tests.rag.build import add, article
from tests.rag.texts import numbered_sentences


def groups(library: Library, ids: dict[str, str]) -> set[frozenset[str]]:
    """The names of the articles of each story with copies."""
    names = {article_id: name for name, article_id in ids.items()}
    told: dict[str, set[str]] = {}
    for article_id, story in library.catalog.stories().items():
        told.setdefault(story, set()).add(names[article_id])
    return {frozenset(group) for group in told.values()}


@pytest.mark.parametrize("order", [("a", "b", "c", "other"), ("c", "other", "a", "b"), ("b", "c", "other", "a")])
def test_copies_are_one_story_in_whatever_order_they_come(library: Library, order: Sequence[str]) -> None:
    texts = {
        "a": numbered_sentences(40),
        "b": numbered_sentences(40) + " Our correspondent has contributed to this report.",
        "c": numbered_sentences(38),
        "other": numbered_sentences(40, subject="election"),
    }
    ids: dict[str, str] = {}
    for name in order:
        ids |= add(library, **{name: texts[name]})
    assert groups(library, ids) == {frozenset("abc")}
    assert set(library.catalog.stories().values()) == {min(ids[name] for name in "abc")}
    assert library.catalog.stories_of([ids["other"], ids["a"]])[ids["other"]] == ids["other"]


def test_a_copy_that_is_changed_or_removed_leaves_its_story_and_the_rest_stay_together(library: Library) -> None:
    ids = add(library, **{name: numbered_sentences(40) + f" Printed by {name}." for name in "abc"})
    first = next(name for name in "abc" if ids[name] == min(ids.values()))
    rest = frozenset("abc") - {first}
    add(library, **{first: "Something else entirely. " + numbered_sentences(40, subject="weather")})
    assert groups(library, ids) == {rest}
    ingest.remove(ids[min(rest)], library=library)
    assert groups(library, ids) == set()
    assert library.catalog.stories_of([ids[max(rest)]]) == {ids[max(rest)]: ids[max(rest)]}


def test_a_rebuild_links_copies_anew(library: Library) -> None:
    ids = add(library, a=numbered_sentences(40) + " One.", b=numbered_sentences(40) + " Two.")
    before = library.catalog.stories()
    assert groups(library, ids) == {frozenset("ab")}
    ingest.rebuild(library=library)
    assert library.catalog.stories() == before


def test_copies_do_not_fill_the_passages() -> None:
    library = build_library(load_settings(chunk_tokens=64, passages_per_article=2), embeddings=BagOfWordsEmbeddings())
    told = numbered_sentences(40)
    ids = add(library, **{f"copy{n}": told + f" Printed by number {n}." for n in range(5)})
    ids |= add(library, own="Another report says that the harbour and the railway were opened by the minister.")
    passages = HybridSearch(library).search("What is told of the railway and the harbour?", 8)
    assert [p.article.id for p in passages].count(ids["own"]) == 1
    assert len(passages) == 3  # two of the story, however many copies tell it
    assert len({p.chunk.text for p in passages}) == 3
    assert [p.rank for p in passages] == [1, 2, 3]
    library.close()


def test_the_original_is_the_copy_that_was_published_first() -> None:
    early = article(id="b" * 16, published="2024-07-02")
    late, undated, alone = article(id="a" * 16, published="2024-07-03"), article(id="c" * 16), article(id="d" * 16)
    stories = {each.id: "a" * 16 for each in (early, late, undated)}
    assert find_originals([late, undated, alone, early], stories) == {late.id: early.id, undated.id: early.id}
