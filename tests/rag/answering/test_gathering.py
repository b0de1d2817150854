"""Gathering: sentences are quoted so that each can be read on its own."""

from __future__ import annotations

from itertools import pairwise

from rag.answering.gathering import in_article_order, in_context
from rag.records import Window
from rag.text.windows import SENTENCES_MAX, article_sentences
from tests.rag.build import article

STRIKE = article(
    "The strike at Kaldrun is over. It began on 5 September. They asked for a bonus. It was paid. "
    "Deliveries are late.\n\nIt rained on Thursday.",
    id="strike",
)
FLOOD = article("A flood hit Velden. The bridge fell.", id="flood")
OVER, BEGAN, ASKED, PAID, LATE, RAINED = article_sentences(STRIKE, 0, len(STRIKE.text))
FLOODED, FELL = article_sentences(FLOOD, 0, len(FLOOD.text))


def quotes(windows: list[Window]) -> list[str]:
    return [window.quote for window in windows]


def test_a_sentence_that_refers_back_is_quoted_with_the_one_before_it() -> None:
    assert quotes(in_context([FELL, BEGAN])) == [
        "The bridge fell.",
        "The strike at Kaldrun is over. It began on 5 September.",
    ]


def test_the_second_word_may_refer_back_too() -> None:
    bid = article(
        "The analyst Nils Aas advises to sell. In his view the boom has peaked. Others in his firm buy.", id="b"
    )
    advises, view, _ = article_sentences(bid, 0, len(bid.text))
    assert quotes(in_context([view])) == [f"{advises.quote} {view.quote}"]


def test_a_quote_has_at_most_three_sentences_and_keeps_to_its_paragraph() -> None:
    assert quotes(in_context([PAID, RAINED])) == [
        "It began on 5 September. They asked for a bonus. It was paid.",
        "It rained on Thursday.",
    ]


def test_quotes_that_overlap_are_joined_and_no_sentence_is_quoted_twice() -> None:
    assert quotes(in_context([BEGAN, FLOODED, OVER])) == [
        "The strike at Kaldrun is over. It began on 5 September.",
        "A flood hit Velden.",
    ]
    every = in_context([BEGAN, PAID, ASKED, OVER, LATE])
    spans = sorted((window.start, window.end) for window in every)
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
    assert all(len(article_sentences(STRIKE, start, end)) <= SENTENCES_MAX for start, end in spans)
    for sentence in (OVER, BEGAN, ASKED, PAID, LATE):
        assert any(start <= sentence.start and sentence.end <= end for start, end in spans)


def test_in_a_language_without_a_table_sentences_stay_alone() -> None:
    german = article("Der Streik ist vorbei. One Tag war lang.", language="de")
    sentences = article_sentences(german, 0, len(german.text))
    assert in_context(sentences[1:]) == sentences[1:]


def test_the_sentences_of_an_article_follow_each_other_and_the_best_article_comes_first() -> None:
    assert in_article_order([LATE, FELL, OVER, FLOODED]) == [OVER, LATE, FLOODED, FELL]
    assert in_article_order([]) == [] == in_context([])
