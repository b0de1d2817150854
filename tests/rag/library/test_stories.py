"""Stories: which texts are copies, how copies are linked and unlinked, and that a story is one voice in a search."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ingest
from rag.library.library import Library
from rag.library.stories import (
    MIN_PHRASES,
    SAME_STORY_MIN,
    bands,
    find_originals,
    resemblance,
    shingles,
    signature,
    signature_resemblance,
)
from rag.retrieval.hybrid import HybridSearch
from rag.settings import load_settings
from rag.wiring import build_library
from tests.fakes import BagOfWordsEmbeddings
from tests.rag.build import add, article

SAMPLES = [Path(source).read_text(encoding="utf-8") for source in ingest.sample_sources()]


def numbered(n_sentences: int, subject: str = "railway") -> str:
    """Sentences that are the same for the same subject, and of other words for another."""
    return " ".join(
        f"The {subject} {n} and the harbour {subject[::-1]}{n * 7} are {subject}{n % 3} told."
        for n in range(n_sentences)
    )


def test_phrases_are_runs_of_five_words_whatever_the_marks_between() -> None:
    assert shingles("One, two THREE – four; five six!") == {"one two three four five", "two three four five six"}
    assert shingles("One two") == {"one two"}
    assert shingles(" … ") == frozenset()


def test_resemblance_is_the_share_of_common_phrases() -> None:
    assert resemblance("a b c d e f", "a b c d e g") == pytest.approx(1 / 3)
    assert resemblance("a b c", "") == 0.0


@given(st.integers(0, 40))
def test_a_signature_tells_the_resemblance_of_the_texts(n_dropped: int) -> None:
    whole, part = numbered(80), numbered(80 - n_dropped)
    estimate = signature_resemblance(signature(whole), signature(part))
    assert estimate == pytest.approx(resemblance(whole, part), abs=0.18)  # four standard errors


def test_signatures_are_what_they_were_since_they_are_stored() -> None:
    assert signature(numbered(80))[:12].hex() == "33004e0118514c01f28f3601"
    assert bands(signature(numbered(80)))[:2] == [9156580631935138103, 8858526375741049635]


def test_copies_share_a_band_and_different_articles_resemble_each_other_little() -> None:
    signatures = [signature(sample) for sample in SAMPLES]
    for one in range(len(SAMPLES)):
        for two in range(one):
            assert signature_resemblance(signatures[one], signatures[two]) < SAME_STORY_MIN / 2
        copy = signature(SAMPLES[one][: len(SAMPLES[one]) * 6 // 10])
        assert signature_resemblance(signatures[one], copy) >= SAME_STORY_MIN
        assert set(bands(signatures[one])) & set(bands(copy))


def test_a_short_text_has_no_signature_and_so_no_copies() -> None:
    assert signature(" ".join(f"word{n}" for n in range(MIN_PHRASES + 3))) == b""
    assert signature(" ".join(f"word{n}" for n in range(MIN_PHRASES + 4))) != b""
    assert bands(b"") == [] and signature_resemblance(b"", b"") == 0.0


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
        "a": numbered(40),
        "b": numbered(40) + " Our correspondent has contributed to this report.",
        "c": numbered(38),
        "other": numbered(40, subject="election"),
    }
    ids: dict[str, str] = {}
    for name in order:
        ids |= add(library, **{name: texts[name]})
    assert groups(library, ids) == {frozenset("abc")}
    assert set(library.catalog.stories().values()) == {min(ids[name] for name in "abc")}
    assert library.catalog.stories_of([ids["other"], ids["a"]])[ids["other"]] == ids["other"]


def test_a_copy_that_is_changed_or_removed_leaves_its_story_and_the_rest_stay_together(library: Library) -> None:
    ids = add(library, **{name: numbered(40) + f" Printed by {name}." for name in "abc"})
    first = next(name for name in "abc" if ids[name] == min(ids.values()))
    rest = frozenset("abc") - {first}
    add(library, **{first: "Something else entirely. " + numbered(40, subject="weather")})
    assert groups(library, ids) == {rest}
    ingest.remove(ids[min(rest)], library=library)
    assert groups(library, ids) == set()
    assert library.catalog.stories_of([ids[max(rest)]]) == {ids[max(rest)]: ids[max(rest)]}


def test_a_rebuild_links_copies_anew(library: Library) -> None:
    ids = add(library, a=numbered(40) + " One.", b=numbered(40) + " Two.")
    before = library.catalog.stories()
    assert groups(library, ids) == {frozenset("ab")}
    ingest.rebuild(library=library)
    assert library.catalog.stories() == before


def test_copies_do_not_fill_the_passages() -> None:
    library = build_library(load_settings(chunk_tokens=64, passages_per_article=2), embeddings=BagOfWordsEmbeddings())
    told = numbered(40)
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
