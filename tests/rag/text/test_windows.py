"""Windows: sentences, table rows and list items of an article with exact spans, and how a model reads them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.records import Article, Chunk, Passage, Window
from rag.text.windows import (
    CONTEXT_CHARS,
    HEADING_CHARS_MAX,
    SENTENCES_MAX,
    article_sentences,
    heading_of,
    inner_windows,
    join_windows,
    language_of,
    passage_sentences,
    previous_sentence,
    render_window,
    surroundings,
)
from tests.rag.build import article, passage

TABLE = (
    "Figures of the year.\n\nTown | Mayor | Since\nOsset | Ott | 2019\nQuell | Roth. Left in May. | 2021\n\nIt rained."
)
LIST = "The partners are:\n\n- Turkey, since May\n- Egypt. It came last.\n\nThat is all."

SENTENCE = st.lists(st.sampled_from("Leaders met Oman Lund rain gas 14 it".split()), min_size=1, max_size=9).flatmap(
    lambda words: st.sampled_from([".", "!", "?", ":", ""]).map(lambda end: " ".join(words) + end)
)
ROW = st.lists(st.sampled_from(["Town", "Osset", "Left. Came back.", "14"]), min_size=2, max_size=4).map(" | ".join)
LINE = st.one_of(
    st.lists(SENTENCE, min_size=1, max_size=5).map(" ".join),
    st.tuples(st.sampled_from("-*•"), SENTENCE).map(" ".join),
    ROW,
)
TEXT = st.lists(st.tuples(LINE, st.sampled_from(["\n", "\n\n"])).map("".join), max_size=8).map("".join)


def sentences(whole: Article) -> list[Window]:
    return article_sentences(whole, 0, len(whole.text))


def window_at(text: str, quote: str) -> Window:
    """Return the sentence of an article that starts with a quote."""
    return next(each for each in sentences(article(text)) if each.quote.startswith(quote))


def quotes(text: str) -> list[str]:
    return [window.quote for window in sentences(article(text))]


@given(st.one_of(TEXT, st.text(st.sampled_from("aB .?!|-*•1)\n\t"), max_size=60)))
def test_sentences_are_verbatim_in_order_and_do_not_overlap(text: str) -> None:
    found = sentences(article(text))
    assert all(window.quote and text[window.start : window.end] == window.quote for window in found)
    assert all(0 <= window.start < window.end <= len(text) for window in found)
    assert all("\n" not in window.quote for window in found)
    assert all(one.end <= other.start for one, other in pairwise(found))


@given(TEXT, st.integers(0, 200), st.integers(0, 200))
def test_offsets_are_those_of_the_article_in_any_span_of_lines(text: str, first: int, second: int) -> None:
    whole = article(text)
    start, end = (text.rfind("\n", 0, place) + 1 for place in sorted((first, second)))
    part = article_sentences(whole, start, end)
    assert part == [window for window in sentences(whole) if start <= window.start < end]


def test_an_empty_span_has_no_sentences() -> None:
    assert article_sentences(article("Leaders met."), 3, 3) == []


def test_a_row_of_a_table_is_one_sentence_and_its_header_is_none() -> None:
    assert quotes(TABLE) == [
        "Figures of the year.",
        "Osset | Ott | 2019",
        "Quell | Roth. Left in May. | 2021",
        "It rained.",
    ]


def test_a_row_is_read_with_the_names_of_its_columns() -> None:
    row = window_at(TABLE, "Osset")
    assert render_window(row) == "Town: Osset; Mayor: Ott; Since: 2019"
    assert render_window(window_at(TABLE, "It rained")) == "It rained."


def test_a_row_keeps_its_columns_when_a_cell_is_empty() -> None:
    assert render_window(window_at("Town | Mayor | Since\nOsset |  | 2019", "Osset")) == (
        "Town: Osset; Mayor: ; Since: 2019"
    )


def test_a_list_item_is_a_sentence_without_its_mark() -> None:
    assert quotes(LIST) == ["The partners are:", "Turkey, since May", "Egypt.", "It came last.", "That is all."]


@pytest.mark.parametrize("mark", ["-", "*", "•", "–", "1)"])
def test_the_mark_of_a_list_item_is_cut(mark: str) -> None:
    assert quotes(f"{mark} Turkey joined in May.") == ["Turkey joined in May."]


def test_a_list_item_is_read_behind_the_line_that_introduces_the_list() -> None:
    assert render_window(window_at(LIST, "Turkey")) == "The partners are: Turkey, since May"
    assert render_window(window_at(LIST, "Egypt")) == "The partners are: Egypt."
    assert render_window(window_at(LIST, "That")) == "That is all."


@pytest.mark.parametrize("above", ["Leaders met in Astana.", "Partners", f"{'very ' * CONTEXT_CHARS}long:", ""])
def test_a_line_that_introduces_nothing_or_is_too_long_is_not_read_with_an_item(above: str) -> None:
    assert render_window(window_at(f"{above}\n\n- Turkey joined.", "Turkey")) == "Turkey joined."


def test_headings_and_questions_are_no_sentences() -> None:
    assert quotes("The summit\n\nWho came?\n\nLeaders came. Why? Nobody knew.") == ["Leaders came.", "Nobody knew."]
    long_line = "word " * (HEADING_CHARS_MAX // 5) + "end"
    assert quotes(long_line) == [long_line]


@pytest.mark.parametrize(
    ("text", "of", "before"),
    [
        ("Ida came. She left.", "She", "Ida came."),
        ("Ida came. She left. It rained.", "It", "She left."),
        ("Ida came. She left.", "Ida", None),
        ("Ida came.\n\nShe left.", "She", None),
        ("Who came? She left.", "She", None),
        (f"{'very ' * CONTEXT_CHARS}long. She left.", "She", None),
        (LIST, "It came", "Egypt."),
        (LIST, "Egypt", None),
        (TABLE, "Quell", None),
    ],
)
def test_the_previous_sentence_is_the_one_before_in_the_same_paragraph(text: str, of: str, before: str | None) -> None:
    found = previous_sentence(window_at(text, of))
    assert (found.quote if found else None) == before


def test_inner_windows_are_all_runs_of_whole_sentences() -> None:
    one, *_, three = sentences(article("Ida came. She left. It rained."))
    by_length = inner_windows(join_windows(one, three))
    assert [[each.quote for each in windows] for windows in by_length] == [
        ["Ida came.", "She left.", "It rained."],
        ["Ida came. She left.", "She left. It rained."],
        ["Ida came. She left. It rained."],
    ]


def test_a_row_and_a_single_sentence_have_no_other_windows_in_them() -> None:
    for window in (window_at(TABLE, "Quell"), window_at(TABLE, "It rained")):
        assert inner_windows(window) == [[window]]


@given(st.lists(st.sampled_from(["Ida came.", "It rained!", "Oman left."]), min_size=1, max_size=5), st.integers(0, 3))
def test_inner_windows_lie_in_their_window_and_keep_its_score(parts: list[str], n_before: int) -> None:
    before, text = "x" * n_before + "\n\n", " ".join(parts)
    outer = Window(article=article(before + text), start=len(before), end=len(before) + len(text), score=0.5)
    by_length = inner_windows(outer)
    assert len(by_length) == min(len(parts), SENTENCES_MAX)
    for length, windows in enumerate(by_length, start=1):
        assert [each.quote for each in windows] == [
            " ".join(parts[first : first + length]) for first in range(len(parts) - length + 1)
        ]
        assert all(each.score == outer.score for each in windows)


def test_joined_windows_keep_the_better_score() -> None:
    whole = article("Ida came. She left.")
    first, last = Window(article=whole, start=0, end=9, score=0.2), Window(article=whole, start=10, end=19, score=0.7)
    assert join_windows(first, last) == Window(article=whole, start=0, end=19, score=0.7)


def test_a_sentence_of_two_passages_has_the_rank_of_the_better_one() -> None:
    whole = article("Ida came. She left. It rained.")
    spans = ((10, 30), (0, 19))
    found = passage_sentences(
        [
            Passage(
                chunk=Chunk(
                    id=f"{rank}", article_id=whole.id, version=1, position=0, start=a, end=b, text=whole.text[a:b]
                ),
                article=whole,
                score=1.0,
                rank=rank,
            )
            for rank, (a, b) in enumerate(spans, start=1)
        ]
    )
    assert [(window.quote, rank) for window, rank in found] == [("She left.", 1), ("It rained.", 1), ("Ida came.", 2)]


def test_sentences_of_different_articles_are_kept_apart() -> None:
    found = passage_sentences([passage("Ida came.", 1, id="a" * 16), passage("Ida came.", 2, id="b" * 16)])
    assert [rank for _, rank in found] == [1, 2]


def test_a_window_is_read_behind_the_date_of_its_article() -> None:
    (window,) = sentences(article("Ida came.", published="2024-07-03T08:00:00Z"))
    assert render_window(window) == "(2024-07-03) Ida came."


@pytest.mark.parametrize(("languages", "expected"), [(["en", "en"], "en"), (["en", "de"], ""), ([], ""), ([""], "")])
def test_windows_have_the_language_that_all_their_articles_share(languages: list[str], expected: str) -> None:
    windows = [Window(article=article("Ida came.", language=each), start=0, end=9) for each in languages]
    assert language_of(windows) == expected


def test_names_around_a_window_are_in_its_surroundings() -> None:
    text = f"Berg opened the harbour. {'It rained. ' * 100}She left. Veiga stayed. {'It snowed. ' * 100}Lind came."
    around = surroundings(window_at(text, "She"))
    assert all(part in around for part in ("The summit", "Berg", "Veiga"))
    assert "Lind" not in around
    assert "Town | Mayor | Since" in surroundings(window_at(TABLE, "Quell"))


def test_a_number_that_counts_list_items_is_no_sentence() -> None:
    whole = article("Partners:\n1. Turkey joined in May.\n2. Egypt joined in June.")
    sentences = article_sentences(whole, 0, len(whole.text))
    assert [window.quote for window in sentences] == ["Partners:", "Turkey joined in May.", "Egypt joined in June."]
    assert previous_sentence(sentences[1]) is None


def test_a_cell_without_a_column_name_is_read_as_it_is() -> None:
    whole = article("Town | Mayor\nLund | Berg | since May")
    (row,) = article_sentences(whole, 0, len(whole.text))
    assert render_window(row) == "Town: Lund; Mayor: Berg; since May"


def test_a_line_of_prose_with_a_bar_is_no_table() -> None:
    whole = article("The firm said A | B is a brand. He left the room.\n\nRain fell.")
    quotes = [window.quote for window in article_sentences(whole, 0, len(whole.text))]
    assert quotes == ["The firm said A | B is a brand.", "He left the room.", "Rain fell."]


def test_the_heading_of_a_window_is_the_nearest_one_above_its_paragraph() -> None:
    whole = article(
        "What is the SCO?\n\nIt is a body.\n\n- Two | cells\n\nIt has members. It grows.\n\nWho leads it?\n\nXi does."
    )
    found = {w.quote: heading_of(w) for w in article_sentences(whole, 0, len(whole.text))}
    assert found["It is a body."] == found["It grows."] == "What is the SCO?"
    assert found["Xi does."] == "Who leads it?"
