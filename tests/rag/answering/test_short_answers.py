"""Short answers: the words that a question asks for, and silence where they aren't certain."""

from __future__ import annotations

import pytest

from rag.answering.composing import Composition, abstain
from rag.answering.short_answers import put_short_first, short_answer
from rag.records import Citation, Claim, Conflict, Segment


@pytest.mark.parametrize(
    ("question", "claim", "short"),
    [
        ("How many ferries does Norvik own?", "Norvik owns 14 ferries.", "14"),
        ("How many ferries does Norvik own?", "Norvik owns 14 ferries and 3 tugs.", "14"),
        ("How much did the bridge cost?", "The bridge cost $9.55 billion.", "$9.55 billion"),
        ("How often did they meet?", "They met almost 40 times.", "Almost 40 times"),
        ("How much did the tram cost?", "The tram cost more than $20 million.", "More than $20 million"),
        ("What share of voters stayed at home?", "Of all voters, 40 percent stayed at home.", "40 percent"),
        ("When did the ferry sink?", "The ferry sank on 3 July 2017.", "3 July 2017"),
        ("Who leads the port of Lund?", "The port of Lund is led by Ines Roth.", "Ines Roth"),
        ("Which city hosts the fair?", "The fair is hosted by São Paulo.", "São Paulo"),
        ("Where was the treaty signed?", "The treaty was signed in the Hague.", "Hague"),
    ],
)
def test_the_words_asked_for_are_found(question: str, claim: str, short: str) -> None:
    assert short_answer(question, claim) == short


@pytest.mark.parametrize(
    ("question", "claim"),
    [
        ("Why was the harbour closed?", "The harbour was closed because of a storm in 2015."),
        ("How many days did the trip last?", "The two men left for a trip."),
        ("How many ferries sank in 2014?", "No ferry sank in 2014."),
        ("When did the ferry sink?", "The ferry sank in 2017, two years after its launch in 2015."),
        ("Who leads the port?", "Ines Roth leads the port of Lund with Otto Brandl."),
        ("Who is Ines Roth?", "Ines Roth runs the port of Lund."),
        ("Who won?", "Recently, nobody did."),
        ("Who led the strike?", ""),
    ],
)
def test_what_is_not_certain_is_not_said(question: str, claim: str) -> None:
    assert short_answer(question, claim) == ""


QUESTION = "How many ferries does Norvik own?"
SENTENCE = "Norvik owns 14 ferries."


def answer(quote: str = SENTENCE, lead: str = "", conflicts: tuple[Conflict, ...] = ()) -> Composition:
    citation = Citation(
        number=1,
        article_id="a",
        version=1,
        title="",
        publisher="",
        published="",
        source="",
        start=0,
        end=1,
        quote=quote,
    )
    claim = Claim(text=SENTENCE, verdict="supported", score=0.9, citations=(1,))
    return Composition(
        verdict="answered",
        reason="",
        segments=(*([Segment(text=lead)] if lead else []), Segment(text=SENTENCE, citations=(1,), claim=0)),
        confidence=0.9,
        claims=(claim,),
        citations=(citation,),
        conflicts=conflicts,
    )


def test_the_short_answer_comes_first_with_the_same_citation() -> None:
    told = put_short_first(QUESTION, answer())
    assert told.text == f"14 [1]\n{SENTENCE} [1]"
    assert [(claim.text, claim.citations) for claim in told.claims] == [("14", (1,)), (SENTENCE, (1,))]
    assert [segment.claim for segment in told.segments] == [0, 1]


@pytest.mark.parametrize(
    "unchanged",
    [
        answer(quote="Norvik owns fourteen ferries."),
        answer(lead="They say the opposite:"),
        answer(conflicts=(Conflict(summary="14 or 15", sides=()),)),
        abstain("Not said.", 0.1),
    ],
)
def test_words_that_no_quote_holds_or_that_are_disputed_are_not_put_first(unchanged: Composition) -> None:
    assert put_short_first(QUESTION, unchanged) == unchanged
