"""Conflicts end to end: an answer shows each side with its citation, and a correction before what it corrects."""

from __future__ import annotations

import pytest

from ingest.indexing import Indexer
from ingest.records import Document
from rag.library import Library
from rag.ports import ClaimChecker
from rag.records import Answer
from rag.wiring import build_chatbot
from tests.fakes import ScriptedChatModel, ScriptedChecker

QUESTION = "When was the Velden bridge opened?"
EARLY = "The Velden bridge was opened in 1996 by the king."
LATE = "Opened in 2001, the Velden bridge carries two roads."


def publish(library: Library, name: str, text: str, publisher: str = "", published: str = "", title: str = "") -> None:
    with library.writing():
        indexer = Indexer(library)
        indexer.add(
            Document(
                source=f"news/{name}.txt",
                key=name,
                text=text,
                title=title or f"About {name}",
                publisher=publisher,
                published=published,
            )
        )
        indexer.flush()


def ask(library: Library, draft: str, question: str = QUESTION, checker: ClaimChecker | None = None) -> Answer:
    judge = checker or ScriptedChecker()
    bot = build_chatbot(library.settings, library=library, llm=ScriptedChatModel(draft), checker=judge)
    return bot.ask(question)


def assert_consistent(answer: Answer) -> None:
    numbers = [citation.number for citation in answer.citations]
    assert numbers == list(range(1, len(numbers) + 1))
    by_number = {citation.number: citation for citation in answer.citations}
    for claim in answer.claims:
        assert claim.verdict == "supported" and claim.text in answer.text
        assert claim.citations and set(claim.citations) <= set(numbers)
    for conflict in answer.conflicts:
        assert len({by_number[side.citation].article_id for side in conflict.sides}) == len(conflict.sides) > 1
        assert all(by_number[side.citation].quote == side.quote for side in conflict.sides)


def test_both_sides_are_shown_each_with_its_citation_and_date(library: Library) -> None:
    publish(library, "a", EARLY, "Coast Gazette", "2020-02-03")
    publish(library, "b", LATE, "Trade Wire", "2021-09-14")
    answer = ask(library, "The Velden bridge was opened in 1996.")
    assert answer.verdict == "answered"
    assert [claim.text for claim in answer.claims] == ["The Velden bridge was opened in 1996.", LATE]
    assert [citation.quote for citation in answer.citations] == [EARLY, LATE]
    assert "But Trade Wire (2021-09-14) says:" in answer.text
    (conflict,) = answer.conflicts
    assert conflict.summary == "Coast Gazette (2020-02-03) says 1996; Trade Wire (2021-09-14) says 2001."
    assert_consistent(answer)


def test_a_draft_that_gives_both_sides_itself_gets_the_summary_only(library: Library) -> None:
    publish(library, "a", EARLY, "Coast Gazette", "2020-02-03")
    publish(library, "b", LATE, "Trade Wire", "2021-09-14")
    answer = ask(library, "The Velden bridge was opened in 1996. The Velden bridge was opened in 2001.")
    assert len(answer.claims) == len(answer.citations) == 2
    assert len(answer.conflicts) == 1
    assert_consistent(answer)


def test_a_later_correction_by_the_same_publisher_prevails_and_both_are_cited(library: Library) -> None:
    publish(library, "a", EARLY, "Coast Gazette", "2020-02-03")
    right = "Correction: the Velden bridge was opened in 2001, not in 1996."
    publish(library, "b", right, "Coast Gazette", "2020-02-09")
    answer = ask(library, "The Velden bridge was opened in 1996.")
    assert [claim.text for claim in answer.claims] == [right, "The Velden bridge was opened in 1996."]
    assert [citation.quote for citation in answer.citations] == [right, EARLY]
    assert "This corrects Coast Gazette (2020-02-03):" in answer.text
    assert answer.conflicts[0].summary.startswith("Coast Gazette (2020-02-09) says 2001, and corrects")
    assert_consistent(answer)


def test_a_side_that_a_correction_settles_is_not_reported_again(library: Library) -> None:
    publish(library, "a", EARLY, "Coast Gazette", "2020-02-03")
    publish(library, "b", "Correction: the Velden bridge was opened in 2001.", "Coast Gazette", "2020-02-09")
    publish(library, "c", LATE, "Trade Wire", "2021-09-14")
    answer = ask(library, "The Velden bridge was opened in 1996.")
    assert len(answer.conflicts) == 1
    assert_consistent(answer)


def test_three_sides_are_one_conflict_and_equal_ones_are_told_once(library: Library) -> None:
    publish(library, "a", EARLY, "Coast Gazette", "2020-02-03")
    publish(library, "b", LATE, "Trade Wire", "2021-09-14")
    publish(library, "c", "The Velden bridge was opened in 2001.", "City Herald", "2021-10-10")
    publish(library, "d", "The Velden bridge was opened in 2008.", "The Ledger", "2022-10-10")
    answer = ask(library, "The Velden bridge was opened in 1996.")
    (conflict,) = answer.conflicts
    assert len(conflict.sides) == 3
    assert_consistent(answer)


@pytest.mark.parametrize(
    "other",
    [
        "The Velden bridge was opened on 3 May 1996.",
        "The Velden bridge was opened in the 1990s.",
        "The Varn bridge was opened in 2001.",
        "The Velden bridge was closed in 2001.",
    ],
)
def test_what_can_be_true_as_well_is_no_conflict(library: Library, other: str) -> None:
    publish(library, "a", EARLY, "Coast Gazette", "2020-02-03")
    publish(library, "b", other, "Trade Wire", "2021-09-14")
    answer = ask(library, "The Velden bridge was opened in 1996 by the king.")
    assert answer.conflicts == ()


def test_an_abstention_reports_no_conflict(library: Library) -> None:
    publish(library, "a", EARLY, "Coast Gazette", "2020-02-03")
    publish(library, "b", LATE, "Trade Wire", "2021-09-14")
    assert ask(library, "The sentences do not mention this.").conflicts == ()


def test_two_sentences_of_one_article_are_no_conflict(library: Library) -> None:
    publish(library, "a", f"{EARLY} {LATE}", "Coast Gazette", "2020-02-03")
    assert ask(library, "The Velden bridge was opened in 1996.").conflicts == ()
