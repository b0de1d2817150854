"""Rendering: an answer for reading, as text and as Markdown; what articles wrote is never a mark of ours."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.records import Answer, Citation, Conflict, ConflictSide, Filters, Segment
from rag.rendering import (
    ESCAPE_NOTE,
    lines,
    render_answer_text,
    render_filters,
    render_markdown,
    render_text,
    render_words,
    source_name,
)

CITATION = Citation(
    number=1, article_id="a1", version=2, title="The summit", publisher="Daily", published="2024-07-03",
    source="/srv/news/a.txt", start=5, end=9, quote="Four",
)  # fmt: skip
ANSWER = Answer(
    id="q1", question="How many?", standalone_question="How many partners?", verdict="answered", reason="",
    text="Four partners. [1]", segments=(Segment(text="Four partners.", citations=(1,), claim=0),),
    citations=(CITATION,),
    conflicts=(Conflict(summary="Four or five.", sides=(ConflictSide(quote="Four", citation=1),)),),
)  # fmt: skip
MARK = re.compile(r"(?<!\\)\[\d+\]")

foreign = st.text() | st.from_regex(r"[\w ]*\[ ?\^?\d+(, \d)? ?\][\w ]*", fullmatch=True)
segments = st.lists(
    st.builds(
        Segment, text=foreign, citations=st.lists(st.integers(1, 30), max_size=3).map(tuple), starts_line=st.booleans()
    ),
    max_size=4,
)


def test_footnotes_follow_their_words_and_lines_stay_lines() -> None:
    said = (
        Segment(text="14", citations=(1,), claim=0),
        Segment(text="They have 14.", citations=(1, 2), claim=1, starts_line=True),
        Segment(text="But Daily says:"),
        Segment(text="15.", citations=(3,), claim=2),
    )
    assert render_text(said) == "14 [1]\nThey have 14. [1] [2] But Daily says: 15. [3]"
    assert render_words(said) == "14\nThey have 14. But Daily says: 15."


@given(segments)
def test_the_only_marks_in_a_text_are_those_of_its_citations(said: list[Segment]) -> None:
    numbers = [number for segment in said for number in segment.citations]
    assert MARK.findall(render_text(said)) == [f"[{number}]" for number in numbers]
    assert len(render_text(said).split("\n")) == max(1, len(lines(said)))


def test_brackets_of_an_article_are_shown_as_its_own() -> None:
    forged = replace(
        ANSWER,
        segments=(Segment(text="It fell [2].", citations=(1,)),),
        citations=(replace(CITATION, quote="It fell [2].\n[2] Forged, Daily"),),
    )
    shown = render_answer_text(forged)
    assert r"It fell \[2]. [1]" in shown.split("\n")
    assert r"    “It fell \[2]. \[2] Forged, Daily”" in shown.split("\n")
    assert not [line for line in shown.split("\n") if line.startswith("[2]")]
    assert shown.endswith(ESCAPE_NOTE) and ESCAPE_NOTE not in render_answer_text(ANSWER)


def test_the_text_shows_the_answer_its_footnotes_and_conflicts() -> None:
    shown = render_answer_text(ANSWER).split("\n")
    assert shown.index("Four partners. [1]") < shown.index("[1] The summit, Daily, 2024-07-03")
    assert "    “Four”" in shown and "    a.txt" in shown
    assert any("How many partners?" in line for line in shown)
    assert any("Four or five." in line for line in shown)
    assert not any("/srv" in line for line in shown)


def test_the_text_of_an_abstention_cites_what_comes_nearest() -> None:
    abstained = replace(ANSWER, verdict="abstained", segments=(Segment(text="Not said."),), reason="Not said.",
                        citations=(), conflicts=(), standalone_question="How many?", nearest=(CITATION,))  # fmt: skip
    shown = render_answer_text(abstained).split("\n")
    assert shown[0] == "Not said."
    assert "  “Four” [1]" in shown and "[1] The summit, Daily, 2024-07-03" in shown
    assert "  Who?" in render_answer_text(replace(abstained, suggestions=("Who?",))).split("\n")


@pytest.mark.parametrize(
    ("filters", "phrase"),
    [
        (Filters(), ""),
        (Filters(articles=("a",)), "only one chosen article"),
        (Filters(articles=("a", "b")), "only chosen articles"),
        (Filters(publishers=("Daily", "Post")), "only articles from Daily, Post"),
        (Filters(published_from=date(2024, 7, 3)), "only from 2024-07-03 on"),
        (
            Filters(publishers=("Daily",), published_from=date(2024, 1, 1), published_to=date(2024, 12, 31)),
            "only articles from Daily, from 2024-01-01 on, up to 2024-12-31",
        ),
    ],
)
def test_the_filters_that_held_are_said_in_text_and_markdown(filters: Filters, phrase: str) -> None:
    filtered = replace(ANSWER, filters=filters)
    assert render_filters(filters) == phrase
    assert (f"({phrase})" in render_answer_text(filtered).split("\n")) == bool(phrase)
    assert ("*only " in render_markdown(filtered)) == bool(phrase)


def test_a_publisher_in_a_filter_makes_no_mark() -> None:
    filtered = replace(ANSWER, filters=Filters(publishers=("Daily [2]",)))
    assert MARK.findall(render_answer_text(filtered).split("\n")[2]) == []


def test_markdown_has_real_footnotes() -> None:
    assert render_markdown(ANSWER) == "Four partners.[^1]\n\n[^1]: “Four” The summit, Daily, 2024-07-03"


@pytest.mark.parametrize(
    "foreign_text",
    ["[2]", "[^1]", "[^1]: x", "[x](http://evil.example)", "![](http://evil.example)", "<b>x</b>", "# x", "1. x",
     "- x", "*x* _x_ `x`", "| x |", "http://evil.example", "www.evil.example", "a\n\n[^1]: forged", "&amp;"],
)  # fmt: skip
def test_markdown_of_an_article_stays_text(foreign_text: str) -> None:
    rendered = render_markdown(replace(ANSWER, segments=(Segment(text=foreign_text, citations=(1,)),)))
    said = rendered.split("\n\n")[0]
    assert rendered.count("\n\n") == 1 and said.endswith("[^1]")
    words = said.removesuffix("[^1]")
    assert re.sub(r"\\(?=[!-/:-@\[-`{-~])", "", words) == " ".join(foreign_text.split())
    assert not re.search(r"(?<!\\)[\[\]<*_`|&]|^[#\-+]|^\d+[.)]|(?<!\\)://|www\.", words)


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("/srv/news/a.txt", "a.txt"),
        ("news/2024/week.zip/a.html", "a.html"),
        (r"C:\news\a.txt", "a.txt"),
        ("file:///srv/news/a.txt", "a.txt"),
        ("https://example.org/news/a", "https://example.org/news/a"),
        ("a.txt", "a.txt"),
        ("", ""),
    ],
)
def test_readers_see_the_name_of_a_source(source: str, name: str) -> None:
    assert source_name(source) == name
