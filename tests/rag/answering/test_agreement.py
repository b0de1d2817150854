"""Agreement: in how many independent articles a quote occurs."""

from __future__ import annotations

import pytest

from rag.answering.agreement import count_carriers
from rag.answering.composing import Composition, render_citation
from rag.records import Claim, Passage
from tests.rag.build import evidence, passage

QUOTE = "The Velden bridge was opened in 1996 by the king."


def said(text: str, name: str) -> Passage:
    return passage(text, id=name, title="")


def carried(*others: Passage, stories: dict[str, str] | None = None) -> int:
    cited = evidence(QUOTE, id="a", title="")
    composition = Composition(
        verdict="answered",
        reason="",
        segments=(),
        confidence=1.0,
        claims=(Claim(text=QUOTE, verdict="supported", score=1.0, citations=(1,)),),
        citations=(render_citation(1, cited),),
    )
    return count_carriers(composition, [said(QUOTE, "a"), *others], stories or {}).citations[0].carried_by


def test_the_cited_article_alone_counts_once() -> None:
    assert carried() == 1
    assert carried(said("Rain fell on Velden.", "b")) == 1


def test_an_article_that_holds_the_quote_counts_once_more() -> None:
    longer = said(f"In short: {QUOTE}", "b")
    assert carried(longer) == 2
    assert carried(longer, said(QUOTE, "b"), said(QUOTE, "c")) == 3


def test_copies_count_once() -> None:
    same = said(QUOTE, "b")
    assert carried(same, stories={"a": "s", "b": "s"}) == 1
    assert carried(same, said(QUOTE, "c"), stories={"b": "s", "c": "s"}) == 2


@pytest.mark.parametrize(
    "other",
    [
        "The Velden bridge was opened in 1997 by the king.",
        "The Velden bridge was not opened in 1996 by the king.",
        "The king, by 1996, was opened in the Velden bridge.",
    ],
)
def test_a_sentence_that_only_seems_to_say_the_same_carries_nothing(other: str) -> None:
    assert carried(said(other, "b")) == 1
