"""Retrieval over a real index: fusion, dense and lexical parts, the cap by article, reranking."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.library.library import Library
from rag.records import Filters
from rag.retrieval.hybrid import HybridSearch, fuse, scale, spread
from rag.settings import load_settings
from rag.wiring import build_library
from tests.fakes import BagOfWordsEmbeddings, OverlapReranker
from tests.rag.build import add, publish
from tests.rag.build import passage as build_passage

scores = st.dictionaries(st.sampled_from("abcdefgh"), st.floats(0, 1), max_size=8)
ARTICLE_OF = dict(zip("abcdefgh", "AABBCCDD", strict=True))


@given(scores, scores, st.dictionaries(st.sampled_from("ABCD"), st.floats(0, 1)))
def test_fusion_gives_each_chunk_once_with_the_weighted_sum_of_its_scores(
    dense: dict[str, float], lexical: dict[str, float], articles: dict[str, float]
) -> None:
    fused = fuse(dense, lexical, articles, ARTICLE_OF)
    assert sorted(id_ for id_, _ in fused) == sorted({*dense, *lexical})
    for id_, score in fused:
        expected = 0.4 * dense.get(id_, 0) + 0.1 * lexical.get(id_, 0) + 0.5 * articles.get(ARTICLE_OF[id_], 0)
        assert score == pytest.approx(expected)
    assert fused == sorted(fused, key=lambda pair: (-pair[1], pair[0]))


def test_equal_fused_scores_are_ordered_by_id() -> None:
    assert [id_ for id_, _ in fuse({"b": 1.0, "a": 1.0}, {}, {}, ARTICLE_OF)] == ["a", "b"]


def test_scaled_scores_reach_from_zero_to_one() -> None:
    assert scale([("a", 7.0), ("b", 3.0), ("c", 5.0)]) == {"a": 1.0, "b": 0.0, "c": 0.5}
    assert scale([("a", 7.0), ("b", 7.0)]) == {"a": 1.0, "b": 1.0}
    assert scale([]) == {}


def test_the_whole_article_counts_where_a_chunk_holds_only_part_of_the_question(library: Library) -> None:
    filler = " ".join(f"Sentence number {n} tells of weather and roads." for n in range(60))
    add(
        library,
        right=f"The summit took place in Astana. {filler} The final vote was close.",
        other=f"A council met in Oslo. {filler} The final vote was close.",
    )
    found = HybridSearch(library).search("Astana summit final vote", 4)
    first = [passage.article.source for passage in found if "final vote" in passage.chunk.text]
    assert first[0] == "news/right.txt"


def test_an_empty_library_gives_no_passages(library: Library) -> None:
    assert HybridSearch(library).search("Who met in Astana?", 5) == []


def test_passages_are_exact_and_ranked_from_one(library: Library) -> None:
    add(library, astana="Leaders met in Astana.", trade="Trade with Kyrgyzstan grew.", gas="Gas flows to China.")
    found = HybridSearch(library).search("Who met in Astana?", 2)
    assert [passage.rank for passage in found] == [1, 2]
    assert found[0].article.source == "news/astana.txt"
    assert (found[0].dense_rank, found[0].lexical_rank) == (1, 1)
    assert found[0].score > found[1].score
    for passage in found:
        assert passage.article.text[passage.chunk.start : passage.chunk.end] == passage.chunk.text


@pytest.mark.parametrize("question", ['"', "AND OR NOT", "***", "?", "NEAR(x, 2)", "\x00", "a" * 2000])
def test_hostile_questions_are_only_words(library: Library, question: str) -> None:
    add(library, a="Leaders met in Astana.")
    assert len(HybridSearch(library).search(question, 5)) == 1


def test_function_words_alone_are_still_searched_for(library: Library) -> None:
    add(library, a="To be or not to be.", b="Trade grew.")
    assert HybridSearch(library).lexical("Who is to be?", 5) != []


def test_no_article_takes_more_passages_than_the_settings_allow() -> None:
    settings = load_settings(chunk_tokens=32, passages_per_article=2)
    library = build_library(settings, embeddings=BagOfWordsEmbeddings())
    paragraph = "Leaders met in Astana for the summit and talked about trade and gas and borders all day long."
    add(library, long="\n\n".join([paragraph] * 6), short="Somebody else met in Astana.")
    assert library.catalog.counts()[1] >= 7
    found = HybridSearch(library).search("Which leaders met in Astana for the summit?", 5)
    assert sorted(passage.article.source for passage in found) == ["news/long.txt"] * 2 + ["news/short.txt"]
    assert [passage.rank for passage in found] == [1, 2, 3]
    library.close()


def test_further_passages_of_an_article_make_room_for_others_that_fit_nearly_as_well() -> None:
    scored = [("one", 0.9), ("one", 0.88), ("near", 0.82), ("one", 0.81), ("far", 0.3)]
    passages = [replace(build_passage("Told.", id=name), score=score) for name, score in scored]
    kept = spread(passages, 4, 3, {name: name for name, _ in scored})
    assert [item.article.id for item in kept] == ["one", "near", "one", "one"]
    assert [item.rank for item in kept] == [1, 2, 3, 4]
    assert [item.score for item in kept] == sorted((item.score for item in kept), reverse=True)


def test_what_the_reranker_does_not_read_stays_below_what_it_read() -> None:
    class Doubting(OverlapReranker):
        def score(self, question: str, texts: Sequence[str]) -> list[float]:
            return [0.2 for _ in texts]

    library = build_library(load_settings(rerank=2), embeddings=BagOfWordsEmbeddings())
    add(library, **{f"n{number}": f"Leaders met in Astana{' again' * number}." for number in range(5)})
    read = [passage.article.id for passage in HybridSearch(library).search("Leaders met in Astana", 5)][:2]
    found = HybridSearch(library, Doubting()).search("Leaders met in Astana", 5)
    assert {passage.article.id for passage in found[:2]} == set(read)
    assert all(passage.score < 0.2 for passage in found[2:])
    library.close()


def test_the_reranker_decides_the_order(library: Library) -> None:
    class Shortest(OverlapReranker):
        def score(self, question: str, texts: Sequence[str]) -> list[float]:
            return [1 / len(text) for text in texts]

    add(library, a="Leaders met in Astana at the summit.", b="Gas.", c="Leaders met in Astana.")
    question = "Which leaders met in Astana at the summit?"
    assert HybridSearch(library).search(question, 3)[0].article.source == "news/a.txt"
    found = HybridSearch(library, Shortest()).search(question, 3)
    assert [passage.article.source for passage in found] == ["news/b.txt", "news/c.txt", "news/a.txt"]
    assert [passage.rank for passage in found] == [1, 2, 3]
    assert found[0].score == pytest.approx(1 / len("Gas."))


def test_equal_reranker_scores_are_ordered_by_id(library: Library) -> None:
    add(library, **{name: "Leaders met in Astana." for name in "dcba"})
    found = HybridSearch(library, OverlapReranker()).search("Leaders in Astana", 4)
    ids = [passage.chunk.id for passage in found]
    assert ids == sorted(ids) and len(ids) == 4


def test_the_same_search_gives_the_same_passages(library: Library) -> None:
    add(library, **{f"n{number}": f"Leaders met in Astana {number}." for number in range(30)})
    search = HybridSearch(library)
    assert search.search("Leaders in Astana", 20) == search.search("Leaders in Astana", 20)


def test_a_passage_says_why_it_was_found(library: Library) -> None:
    add(library, astana="Leaders met in Astana.", trade="Trade with Kyrgyzstan grew.")
    found = HybridSearch(library).search("Which leaders were meeting in Astana?", 2)
    assert found[0].matched_words == ("leaders", "astana")
    assert (found[0].dense_rank, found[0].lexical_rank, found[0].article_rank) == (1, 1, 1)
    assert found[1].matched_words == ()
    assert found[1].lexical_rank is None


DATED = {"a": ("Post", "2024-05-02"), "b": ("Post", "2024"), "c": ("Courier", "2024-07"), "d": ("", "")}


@pytest.fixture(scope="module")
def dated(made_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """A library of articles on the same things, of two publishers, with dates of several precisions."""
    home = tmp_path_factory.mktemp("dated") / "home"
    shutil.copytree(made_home, home)
    library = build_library(load_settings(home=home), embeddings=BagOfWordsEmbeddings())
    for name, (publisher, published) in DATED.items():
        publish(library, name, f"Leaders met in Astana. Report {name} says more.", publisher, published)
    yield library
    library.close()


days = st.none() | st.dates(date(2023, 12, 1), date(2025, 1, 31))
publishers = st.lists(st.sampled_from(["POST", "courier", "Nobody"]), max_size=2).map(tuple)


@settings(max_examples=30)
@given(st.builds(Filters, publishers=publishers, published_from=days, published_to=days))
def test_all_passages_and_only_those_of_allowed_articles_are_found(dated: Library, filters: Filters) -> None:
    allowed = {article.id for article in dated.catalog.by_date(filters, 9)}
    found = HybridSearch(dated).search("Who met in Astana?", 9, filters)
    assert {passage.article.id for passage in found} == allowed
    assert [passage.rank for passage in found] == list(range(1, len(found) + 1))


def test_a_filter_does_not_change_the_order_of_what_it_allows(dated: Library) -> None:
    search = HybridSearch(dated)
    every = [passage.article.source for passage in search.search("What does report c say?", 9)]
    post = [
        passage.article.source for passage in search.search("What does report c say?", 9, Filters(publishers=("Post",)))
    ]
    assert every[0] == "news/c.txt" and sorted(post) == ["news/a.txt", "news/b.txt"]


def test_a_chunk_without_a_vector_is_still_found_by_its_words_under_a_filter(library: Library) -> None:
    publish(library, "a", "Leaders met in Astana.", "Post")
    publish(library, "b", "Gas flows to China.", "Post")
    library.vectors.delete(library.catalog.chunk_ids()[:1])
    found = HybridSearch(library).search("Who met in Astana?", 5, Filters(publishers=("Post",)))
    assert [passage.article.source for passage in found] == ["news/a.txt", "news/b.txt"]
