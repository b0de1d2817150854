"""Questions in parts: where they are cut, and how the answers are put together."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.answering.composing import Composition, abstain, claim_segment, render_citation
from rag.answering.parts import PartAnswer, add_passages, join_parts, split_question
from rag.chatbot import Chatbot
from rag.library.library import Library
from rag.records import Claim
from rag.wiring import build_chatbot
from tests.fakes import ScriptedChatModel, ScriptedChecker
from tests.rag.build import add, evidence, passage

TEXTS = {
    "harbour": "The harbour of Velden was closed on Monday because of a storm.",
    "mayor": "Mayor Ines Roth reopened the bridge of Velden in June 2015.",
}
BOTH = "Why was the harbour of Velden closed, and who reopened the bridge of Velden?"
CLOSED = "The harbour of Velden was closed because of a storm."
REOPENED = "Mayor Ines Roth reopened the bridge of Velden."


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (BOTH, ["Why was the harbour of Velden closed?", "Who reopened the bridge of Velden?"]),
        ("Who runs Lund and what has she promised?", ["Who runs Lund?", "What has she promised?"]),
        ("When did the ferry sink? How many people drowned?", ["When did the ferry sink?", "How many people drowned?"]),
        (
            "What share of voters lives in towns, and how many towns are there?",
            ["What share of voters lives in towns?", "How many towns are there?"],
        ),
    ],
)
def test_a_question_in_parts_is_taken_apart(question: str, parts: list[str]) -> None:
    assert split_question(question) == parts


@pytest.mark.parametrize(
    "question",
    [
        "Who are the mayors of Lund and Malmö?",
        "How many goals and how many points did she score?",
        "What did the mayor say about schools and hospitals?",
        "Is it known when and where the ferry sank?",
        "Who won? Who lost? Who drew? Who left?",
        "Why?",
        "",
    ],
)
def test_a_question_that_is_one_stays_one(question: str) -> None:
    assert split_question(question) == [question]


def bot(library: Library, *replies: str) -> Chatbot:
    add(library, **TEXTS)
    llm = ScriptedChatModel(*replies)
    return build_chatbot(library.settings, library=library, llm=llm, checker=ScriptedChecker())


def test_each_part_is_answered_with_its_own_citation(library: Library) -> None:
    answer = bot(library, CLOSED, REOPENED).ask(BOTH, kind="fact")
    assert answer.verdict == "answered" and answer.reason == ""
    assert [citation.number for citation in answer.citations] == [1, 2]
    assert answer.citations[0].article_id != answer.citations[1].article_id
    by_text = {claim.text: claim for claim in answer.claims}
    assert by_text[CLOSED].citations == (1,) and by_text[REOPENED].citations == (2,)
    assert f"{CLOSED} [1]" in answer.text and f"{REOPENED} [2]" in answer.text
    ranks = [found.rank for found in answer.passages]
    assert ranks == list(range(1, len(ranks) + 1))
    assert len({found.chunk.id for found in answer.passages}) == len(ranks)


def quoted(quote: str, name: str) -> Composition:
    """An answer that is the quote of an article."""
    claim = Claim(text=quote, verdict="supported", score=1.0, citations=(1,))
    return Composition(
        verdict="answered",
        reason="",
        segments=(claim_segment([claim], 0),),
        confidence=1.0,
        claims=(claim,),
        citations=(render_citation(1, evidence(quote, id=name)),),
    )


def test_brackets_of_an_article_are_not_renumbered_with_the_citations() -> None:
    parts = [
        PartAnswer(question="Why?", evidence=(), composition=quoted("The harbour was closed.", "a")),
        PartAnswer(question="Who?", evidence=(), composition=quoted("The list [1] names her.", "b")),
    ]
    whole = join_parts(parts)
    assert [(each.text, each.citations, each.claim) for each in whole.segments] == [
        ("The harbour was closed.", (1,), 0),
        ("The list [1] names her.", (2,), 1),
    ]
    assert whole.segments[1].starts_line


def test_a_part_that_stays_open_is_named(library: Library) -> None:
    answer = bot(library, CLOSED, "The sentences do not mention this.", "").ask(BOTH, kind="fact")
    assert answer.verdict == "partial"
    assert "Left open: “Who reopened the bridge of Velden?”" in answer.reason
    assert [claim.text for claim in answer.claims] == [CLOSED]


def test_when_no_part_is_answered_the_abstention_names_all(library: Library) -> None:
    answer = bot(library, "The sentences do not mention this.", "It is not stated.", "").ask(BOTH, kind="fact")
    assert answer.verdict == "abstained" and answer.claims == ()
    assert answer.reason.count("Left open:") == 2


def test_a_later_part_is_understood_from_the_earlier_one(library: Library) -> None:
    add(library, **TEXTS)
    llm = ScriptedChatModel(REOPENED, "When did Ines Roth reopen the bridge of Velden?", "She did so in June 2015.")
    chatbot = build_chatbot(library.settings, library=library, llm=llm, checker=ScriptedChecker())
    answer = chatbot.ask("Who reopened the bridge of Velden, and when did she do so?")
    assert REOPENED in llm.prompts[1]
    assert "Question: When did Ines Roth reopen the bridge of Velden?" in llm.prompts[2]
    assert answer.standalone_question == "Who reopened the bridge of Velden, and when did she do so?"


def composition(verdict: str, confidence: float) -> Composition:
    found = abstain("", confidence, [render_citation(1, evidence(f"Nearest {confidence}.", id=str(confidence)))])
    return replace(found, verdict=verdict)  # type: ignore[arg-type]  # parametrised


@pytest.mark.parametrize(
    ("verdicts", "joined", "confidence"),
    [
        (("answered", "answered"), "answered", 0.6),
        (("answered", "abstained"), "partial", 0.6),
        (("abstained", "abstained"), "abstained", 0.8),
    ],
)
def test_the_least_sure_answer_tells_the_confidence(verdicts: tuple[str, str], joined: str, confidence: float) -> None:
    parts = [
        PartAnswer(question=f"Part {score}?", evidence=(), composition=composition(verdict, score))
        for verdict, score in zip(verdicts, (0.6, 0.8), strict=True)
    ]
    whole = join_parts(parts)
    assert (whole.verdict, whole.confidence) == (joined, confidence)
    assert [each.number for each in whole.nearest] == list(range(1, verdicts.count("abstained") + 1))


def test_passages_that_are_there_are_not_added_again() -> None:
    passages = [passage("One.", 1, id="a" * 16)]
    add_passages(passages, [passage("One.", 1, id="a" * 16), passage("Two.", 2, id="b" * 16)])
    assert [(found.chunk.id[0], found.rank) for found in passages] == [("a", 1), ("b", 2)]
