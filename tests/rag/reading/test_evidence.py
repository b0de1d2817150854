"""Choosing evidence: exact offsets, the budget, the right sentence first, and nothing that is no sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.reading.evidence import LINE_CHARS, EvidenceChooser
from rag.records import Chunk, Passage
from rag.text.windows import SENTENCES_MAX, inner_windows, render_window
from tests.fakes import BagOfWordsEmbeddings, OverlapReranker
from tests.rag.build import article, passage

CHOOSER = EvidenceChooser(BagOfWordsEmbeddings())
QUESTION = "How many dialogue partners does the organization have?"
WORDS = st.lists(
    st.sampled_from("organization partners dialogue leaders Astana trade gas 14 it the".split()),
    min_size=1,
    max_size=12,
)
SENTENCE = st.builds(lambda words, end: " ".join(words) + end, WORDS, st.sampled_from([". ", "! ", "\n\n", ".\n"]))
PASSAGE_TEXTS = st.lists(st.lists(SENTENCE, min_size=1, max_size=6).map("".join).map(str.strip), max_size=4)


def passages(texts: list[str]) -> list[Passage]:
    return [passage(text, rank, id=f"{rank:016}") for rank, text in enumerate(texts, start=1)]


@given(PASSAGE_TEXTS, st.integers(1, 600))
def test_evidence_is_verbatim_once_and_within_the_budget(texts: list[str], budget: int) -> None:
    chosen = CHOOSER.choose(QUESTION, passages(texts), budget)
    for item in chosen:
        assert item.quote and item.article.text[item.start : item.end] == item.quote == item.quote.strip()
    assert len({(item.article.id, item.start) for item in chosen}) == len(chosen)
    assert all(len(inner_windows(item)) <= SENTENCES_MAX for item in chosen)
    cost = sum(len(render_window(item)) + LINE_CHARS for item in chosen)
    assert cost <= budget or len(chosen) == 1


def test_no_passages_give_no_evidence() -> None:
    assert CHOOSER.choose(QUESTION, [], 100) == []


def test_at_least_one_sentence_is_chosen_however_small_the_budget() -> None:
    (only,) = CHOOSER.choose(QUESTION, passages(["The organization has 14 dialogue partners in all."]), 1)
    assert only.quote == "The organization has 14 dialogue partners in all."


def test_the_sentence_that_answers_comes_first() -> None:
    texts = ["Leaders met in Astana on Tuesday. Trade with Kyrgyzstan grew fast.",
             "It rained all day. The organization has 14 dialogue partners. Nobody knew why it rained."]  # fmt: skip
    chosen = CHOOSER.choose(QUESTION, passages(texts), 800)
    assert chosen[0].quote == "It rained all day. The organization has 14 dialogue partners. Nobody knew why it rained."
    assert [item.quote for item in chosen[1:]] == [texts[0]]


def test_offsets_point_into_the_article_not_into_the_chunk() -> None:
    whole = article("Skipped sentence here. The organization has 14 dialogue partners. Another skipped one.")
    start, end = whole.text.index("The"), whole.text.index(" Another")
    chunk = Chunk(id="c", article_id=whole.id, version=1, position=1, start=start, end=end, text=whole.text[start:end])
    (found,) = CHOOSER.choose(QUESTION, [Passage(chunk=chunk, article=whole, score=1, rank=1)], 400)
    assert (found.start, found.end) == (0, end)
    assert whole.text[found.start : found.end] == found.quote


def test_a_sentence_of_overlapping_chunks_is_chosen_once() -> None:
    whole = article("Leaders met in Astana. The organization has 14 dialogue partners. Trade grew fast.")
    cut = whole.text.index(" Trade")
    second = whole.text.index("The organization")
    chunks = [
        Chunk(id=f"{a}", article_id=whole.id, version=1, position=i, start=a, end=b, text=whole.text[a:b])
        for i, (a, b) in enumerate([(0, cut), (second, len(whole.text))])
    ]
    found = CHOOSER.choose(
        QUESTION,
        [Passage(chunk=chunk, article=whole, score=1, rank=rank) for rank, chunk in enumerate(chunks, start=1)],
        500,
    )
    assert [(item.start, item.end) for item in found] == [(0, len(whole.text))]


@pytest.mark.parametrize(
    "heading", ["The dialogue partners of the organization", "How many dialogue partners are there?"]
)
def test_headings_and_questions_are_no_evidence(heading: str) -> None:
    text = f"{heading}\n\nThe organization has 14 dialogue partners."
    chosen = CHOOSER.choose(QUESTION, passages([text]), 500)
    assert [item.quote for item in chosen] == ["The organization has 14 dialogue partners."]


def test_a_list_item_is_evidence() -> None:
    text = "Partners of the organization:\n- Turkey, a dialogue partner of the organization\n- Egypt and the others"
    chosen = CHOOSER.choose(QUESTION, passages([text]), 500)
    assert any(item.quote == "Turkey, a dialogue partner of the organization" for item in chosen)


def test_a_row_of_a_table_is_evidence_as_one_line_with_exact_offsets() -> None:
    text = "Figures of the year.\n\nOrganization | Dialogue partners\nSCO | 14\nThe other organization | 9"
    chosen = CHOOSER.choose(QUESTION, passages([text]), 500)
    quotes = [item.quote for item in chosen]
    assert "The other organization | 9" in quotes
    assert "Organization | Dialogue partners" not in quotes
    assert all(text[item.start : item.end] == item.quote for item in chosen)


def test_a_sentence_is_offered_with_the_one_before_it_unless_context_is_off() -> None:
    text = "Ida Berg runs the harbour. “The organization has 14 dialogue partners,” she said."
    (item,) = CHOOSER.choose(QUESTION, passages([text]), 110)
    assert item.quote == text
    (alone,) = EvidenceChooser(BagOfWordsEmbeddings(), context=False).choose(QUESTION, passages([text]), 70)
    assert alone.quote == "“The organization has 14 dialogue partners,” she said."


def test_a_window_has_three_sentences_at_most() -> None:
    text = "One partner came. Two partners came. Three partners came. Four partners came. Five partners came."
    chosen = CHOOSER.choose(QUESTION, passages([text]), 800)
    assert sorted(len(item.quote.split(". ")) for item in chosen) == [2, 3]
    assert "".join(sorted(item.quote for item in chosen)).count("came") == 5


def test_the_same_question_gets_the_same_evidence() -> None:
    each = passages(["One partner. Two partners. Three partners.", "Four partners are there. Five partners."])
    assert CHOOSER.choose(QUESTION, each, 60) == CHOOSER.choose(QUESTION, each, 60)


def test_the_reranker_takes_the_place_of_the_embeddings() -> None:
    class Fails(BagOfWordsEmbeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            raise AssertionError("not to be asked")

    chosen = EvidenceChooser(Fails(), OverlapReranker()).choose(
        QUESTION, passages(["It rained all day long.\n\nThe organization has 14 dialogue partners."]), 800
    )
    assert chosen[0].quote == "The organization has 14 dialogue partners."
    assert chosen[0].score > chosen[1].score
