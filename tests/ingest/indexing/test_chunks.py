"""Chunking: exact spans, nothing lost, nothing over the limit, structure respected."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.cleaning.canonical import canonical_text, is_heading
from ingest.indexing.chunks import Chunker
from rag.errors import SettingsError
from rag.records import Article
from rag.text.sentences import sentence_spans


class WordCounter:
    """Counts words and two special tokens; a word of more than ten letters has several."""

    max_tokens = 512

    def __init__(self) -> None:
        self.n_calls = 0

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        self.n_calls += 1
        return [2 + sum(-(-len(word) // 10) for word in text.split()) for text in texts]


class GreedyCounter(WordCounter):
    """Counts more for a text than for the sum of its sentences."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [
            n + text.count(". ") + text.count("\n") for n, text in zip(super().count_tokens(texts), texts, strict=True)
        ]


def build_article(text: str, title: str = "") -> Article:
    return Article(id="0123456789abcdef", source="a.txt", text=text, title=title, version=3)


def build_sentence(number: int, n_words: int) -> str:
    return f"Sentence {number} " + " ".join(["word"] * (n_words - 3)) + " end."


word = st.text(alphabet="abcXYZéд", min_size=1, max_size=8)
sentence = st.builds(
    lambda words, end: " ".join(words).capitalize() + end,
    st.lists(word | st.text(alphabet="abc", min_size=30, max_size=400), min_size=1, max_size=25),
    st.sampled_from([".", "?", "", ":"]),
)
line = st.lists(sentence, min_size=1, max_size=5).map(" ".join) | sentence.map(lambda text: f"- {text}")
text = st.lists(line, max_size=10).flatmap(
    lambda lines: st.lists(st.sampled_from(["\n", "\n\n"]), min_size=len(lines), max_size=len(lines)).map(
        lambda gaps: "".join(part for pair in zip(lines, gaps, strict=True) for part in pair)
    )
)


@settings(max_examples=200, deadline=None)
@given(
    text | st.text(max_size=300),
    st.text(alphabet="ab \n", max_size=200),
    st.integers(12, 80),
    st.integers(0, 3),
)
def test_laws_of_chunking(raw: str, title: str, max_tokens: int, overlap: int) -> None:
    article = build_article(canonical_text(raw), " ".join(title.split()))
    counter = WordCounter()
    chunker = Chunker(counter, max_tokens, overlap)
    chunks = chunker.chunk(article)

    covered: set[int] = set()
    for position, chunk in enumerate(chunks):
        assert article.text[chunk.start : chunk.end] == chunk.text == chunk.text.strip() != ""
        assert chunk.id == f"0123456789abcdef:3:{chunk.start}-{chunk.end}"
        assert (chunk.position, chunk.article_id, chunk.version) == (position, article.id, 3)
        covered.update(range(chunk.start, chunk.end))
    assert all(character.isspace() for at, character in enumerate(article.text) if at not in covered)
    texts = [chunker.embedding_text(article, chunk.text, chunk.start) for chunk in chunks]
    assert all(n_tokens <= max_tokens for n_tokens in counter.count_tokens(texts))
    starts, ends = [chunk.start for chunk in chunks], [chunk.end for chunk in chunks]
    assert starts == sorted(set(starts)) and ends == sorted(set(ends))
    assert Chunker(WordCounter(), max_tokens, overlap).chunk(article) == chunks


@settings(max_examples=50, deadline=None)
@given(text, st.integers(20, 60))
def test_a_tokenizer_that_does_not_add_up_keeps_the_limit_too(raw: str, max_tokens: int) -> None:
    article, counter = build_article(canonical_text(raw), "A title"), GreedyCounter()
    chunker = Chunker(counter, max_tokens, 1)
    texts = [chunker.embedding_text(article, chunk.text, chunk.start) for chunk in chunker.chunk(article)]
    assert all(n_tokens <= max_tokens for n_tokens in counter.count_tokens(texts))


@settings(deadline=None)
@given(st.lists(st.integers(3, 20), min_size=1, max_size=30), st.integers(0, 2))
def test_chunks_are_made_of_whole_sentences_and_overlap(lengths: list[int], overlap: int) -> None:
    article = build_article(" ".join(build_sentence(n, length) for n, length in enumerate(lengths)))
    spans = sentence_spans(article.text)
    chunks = Chunker(WordCounter(), 62, overlap).chunk(article)
    starts, ends = {start for start, _ in spans}, {end for _, end in spans}
    assert all(chunk.start in starts and chunk.end in ends for chunk in chunks)
    for before, after in pairwise(chunks):
        n_shared = sum(after.start <= start < before.end for start, _ in spans)
        assert n_shared == overlap


def test_a_well_filled_chunk_ends_with_its_paragraph() -> None:
    paragraphs = [" ".join(build_sentence(n, 10) for n in range(3)) for _ in range(3)]
    chunks = Chunker(WordCounter(), 42, 0).chunk(build_article("\n\n".join(paragraphs)))
    assert [chunk.text for chunk in chunks] == paragraphs


def test_a_poorly_filled_chunk_goes_on_into_the_next_paragraph() -> None:
    text = f"{build_sentence(0, 5)}\n\n{build_sentence(1, 20)} {build_sentence(2, 20)}"
    chunks = Chunker(WordCounter(), 42, 0).chunk(build_article(text))
    assert chunks[0].text.endswith(build_sentence(1, 20))


def test_a_heading_stays_with_what_follows_and_starts_without_overlap() -> None:
    before, after = (" ".join(build_sentence(n, 10) for n in range(3)) for _ in range(2))
    chunks = Chunker(WordCounter(), 40, 1).chunk(build_article(f"{before}\n\nThe next part\n\n{after}"))
    assert [chunk.text.split("\n")[0] for chunk in chunks][:2] == [before, "The next part"]


def test_the_line_that_announces_a_list_stays_with_its_first_item() -> None:
    before = " ".join(build_sentence(n, 10) for n in range(3))
    text = f"{before}\n\nPresent were:\n- the hosts of the day\n- guests"
    chunks = Chunker(WordCounter(), 36, 0).chunk(build_article(text))
    assert chunks[1].text.startswith("Present were:\n- the hosts")


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(["A heading here", build_sentence(1, 6), build_sentence(2, 9)]),
        min_size=1,
        max_size=40,
    )
)
def test_no_chunk_but_the_last_ends_with_a_heading(blocks: list[str]) -> None:
    blocks = [block for at, block in enumerate(blocks) if not (is_heading(block) and blocks[at - 1 : at] == [block])]
    article = build_article("\n\n".join(blocks))
    chunks = Chunker(WordCounter(), 30, 1).chunk(article)
    assert not any(is_heading(chunk.text.split("\n")[-1]) for chunk in chunks[:-1])


def test_a_sentence_over_the_limit_is_cut_at_words_and_a_word_by_characters() -> None:
    text = f"{'word ' * 100}end. {'x' * 1000}"
    chunks = Chunker(WordCounter(), 22, 1).chunk(build_article(text))
    assert all(re.fullmatch(r"(?:word ?)+(?:end\.)?", chunk.text) for chunk in chunks[:5])
    assert "".join("".join(chunk.text.split()) for chunk in chunks) == "".join(text.split())


def test_a_long_title_is_cut_to_a_quarter_for_the_embedding_only() -> None:
    article = build_article(build_sentence(0, 10), "title " * 50)
    chunker = Chunker(WordCounter(), 40, 1)
    (chunk,) = chunker.chunk(article)
    title, _, rest = chunker.embedding_text(article, chunk.text).partition("\n")
    assert rest == chunk.text == article.text
    assert title == "title " * 8 + "title…"


def test_a_title_that_the_chunk_opens_with_is_not_repeated() -> None:
    article = build_article(f"The headline\n\n{build_sentence(0, 10)}", "The headline")
    assert Chunker(WordCounter(), 40, 1).embedding_text(article, article.text) == article.text


def test_blank_text_gives_no_chunks() -> None:
    assert Chunker(WordCounter(), 40, 1).chunk(build_article("")) == []


def test_tokens_are_counted_in_few_calls() -> None:
    counter = WordCounter()
    Chunker(counter, 40, 1).chunk(build_article(" ".join(build_sentence(n, 10) for n in range(200)), "A title"))
    assert counter.n_calls <= 6


def test_a_limit_above_what_the_model_reads_is_refused() -> None:
    with pytest.raises(SettingsError, match="513"):
        Chunker(WordCounter(), 513, 1)


def test_a_limit_too_small_for_a_word_is_refused() -> None:
    with pytest.raises(SettingsError, match="too few"):
        Chunker(WordCounter(), 2, 1).chunk(build_article("A word."))
