"""Voices: how many independent articles carry what is cited."""

from __future__ import annotations

from rag.answering import Composition, render_citation
from rag.records import Claim, Evidence
from rag.voices import CHECKS_MAX, count_voices
from tests.fakes import ScriptedChecker
from tests.rag.build import evidence

QUESTION = "When was the Velden bridge opened?"
QUOTE = "The Velden bridge was opened in 1996 by the king."


class CountingChecker(ScriptedChecker):
    """Counts what it is asked."""

    n_checked = 0

    def check(self, *args, **values):  # type: ignore[no-untyped-def]  # as the checker it counts for
        self.n_checked += 1
        return super().check(*args, **values)


def said(text: str, name: str) -> Evidence:
    return evidence(text, id=name, title="")


def carried(*others: Evidence, stories: dict[str, str] | None = None, claim: str = QUOTE, **verdicts: str) -> int:
    cited = said(QUOTE, "a")
    composition = Composition(
        verdict="answered",
        reason="",
        segments=(),
        confidence=1.0,
        claims=(Claim(text=claim, verdict="supported", score=1.0, citations=(1,)),),
        citations=(render_citation(1, cited),),
    )
    counted = count_voices(QUESTION, composition, [cited, *others], stories or {}, ScriptedChecker(**verdicts))
    return counted.citations[0].carried_by


def test_the_cited_article_alone_is_one_voice() -> None:
    assert carried() == 1
    assert carried(said("Rain fell on Velden.", "b")) == 1


def test_an_article_that_says_the_same_is_another_voice_and_counts_once() -> None:
    same = said("In 1996 the Velden bridge was opened by the king.", "b")
    assert carried(same) == 2
    assert carried(same, said("The king opened the Velden bridge in 1996.", "b")) == 2


def test_copies_are_one_voice() -> None:
    same = said(QUOTE, "b")
    assert carried(same, stories={"a": "s", "b": "s"}) == 1
    assert carried(same, said(QUOTE, "c"), stories={"b": "s", "c": "s"}) == 2


def test_another_number_or_a_denial_carries_nothing() -> None:
    assert carried(said("The Velden bridge was opened in 2001 by the king.", "b")) == 1
    assert carried(said("The Velden bridge was not opened in 1996 by the king.", "b")) == 1


def test_a_close_sentence_is_left_to_the_checker() -> None:
    close = said("The Velden bridge has carried cars since 1996.", "b")
    assert carried(close) == 2
    assert carried(close, king="unsupported") == 1


def test_a_short_claim_is_read_with_its_question() -> None:
    assert carried(said("The Velden bridge was opened in 1996.", "b"), claim="1996") == 2
    assert carried(said("The Corwen mine was opened in 1996.", "b"), claim="1996") == 1


def test_the_checker_is_asked_no_more_often_than_the_limit() -> None:
    checker = CountingChecker()
    cited = said(QUOTE, "a")
    close = [said("The Velden bridge has carried cars since 1996.", f"b{i}") for i in range(20)]
    composition = Composition(
        verdict="answered",
        reason="",
        segments=(),
        confidence=1.0,
        claims=(Claim(text=QUOTE, verdict="supported", score=1.0, citations=(1,)),),
        citations=(render_citation(1, cited),),
    )
    counted = count_voices(QUESTION, composition, [cited, *close], {}, checker)
    assert checker.n_checked == CHECKS_MAX
    assert counted.citations[0].carried_by == 1 + CHECKS_MAX
