from dataclasses import replace
from typing import get_args

import pytest

from rag.records import KINDS, AnswerVerdict, Filters, Kind
from tests.ui.build import HOSTILE, Seen, answer, assert_harmless, citation, claim, passage
from ui.web.answer_view import HEADINGS
from ui.web.conversation import TurnView
from ui.web.turn_view import KIND_NAMES, STATUS, render_turn, render_turns

TURN = TurnView(number=2, question="How many partners?", standalone_question="How many partners?")


def test_turn_is_busy_until_its_answer_is_there() -> None:
    for stage in STATUS:
        busy = "false" if stage in ("done", "stopped", "failed") else "true"
        assert f'aria-busy="{busy}"' in render_turn(replace(TURN, stage=stage))


def test_evidence_is_shown_with_title_publisher_date_and_quote() -> None:
    seen = assert_harmless(render_turn(replace(TURN, stage="found", evidence=(citation(),))))

    for words in ("The summit", "Daily", "3 July 2024", citation().quote):
        assert words in seen.text
    assert seen.values("data-article") == [citation().article_id]


def test_draft_is_marked_as_unchecked() -> None:
    seen = Seen(render_turn(replace(TURN, stage="writing", draft="Fourteen, I think")))

    assert "not checked yet" in seen.text and "Fourteen, I think" in seen.text


def test_claims_look_unsettled_until_the_answer_is_there() -> None:
    judged = (claim("Fourteen."), claim("Fifteen.", verdict="unsupported", reason="15 is not in the evidence"))
    html = render_turn(
        replace(TURN, stage="checking", draft="Fourteen. Fifteen.", evidence=(citation(),), checked=judged)
    )

    seen = Seen(html)
    assert "Fourteen." in seen.text and "Fifteen." in seen.text
    for mark in ("✓", "✗", "Supported", "Not supported", "fn-supported", "fn-unsupported", "15 is not"):
        assert mark not in html


@pytest.mark.parametrize("verdict", get_args(AnswerVerdict))
def test_answer_of_every_verdict_has_a_heading_and_a_status(verdict: AnswerVerdict) -> None:
    seen = Seen(render_turn(replace(TURN, stage="done", answer=answer(verdict=verdict))))

    assert HEADINGS[verdict] in seen.text and "nswered" in seen.text


def test_an_answer_that_is_refused_shows_no_claim_as_supported() -> None:
    refused = answer(verdict="abstained", reason="Not said.", claims=(), citations=())
    html = render_turn(replace(TURN, stage="done", answer=refused, checked=(claim("Fourteen."),)))

    assert "✓" not in html and "upported" not in html


def test_draft_gives_way_to_the_answer() -> None:
    seen = Seen(render_turn(replace(TURN, stage="done", draft="Fourteen, I think", answer=answer())))

    assert "Fourteen, I think" not in seen.text
    assert "Answered, with 1 footnote." in seen.text


def test_standalone_question_is_shown_only_where_it_differs_and_editable_in_each_answered_turn() -> None:
    same = Seen(render_turn(replace(TURN, stage="done", answer=answer())))
    other = Seen(render_turn(replace(TURN, stage="done", answer=answer(), standalone_question="How many in the SCO?")))
    waiting = Seen(render_turn(replace(TURN, stage="found", standalone_question="How many in the SCO?")))

    assert "Understood as" not in same.text and "Understood as" in other.text and "Understood as" in waiting.text
    assert "How many in the SCO?" in other.text
    assert (same.values("data-again"), other.values("data-again"), waiting.values("data-again")) == (["2"], ["2"], [])


@pytest.mark.parametrize("kind", KINDS)
def test_the_kind_of_an_answer_is_named_and_every_other_can_be_chosen(kind: Kind) -> None:
    seen = Seen(render_turn(replace(TURN, stage="done", answer=answer(kind=kind))))

    chosen = seen.attributes.index(("selected", ""))
    assert [each for each in seen.values("value") if each in KINDS] == list(KINDS)
    assert seen.attributes[chosen - 1] == ("value", kind)
    assert f"nswered as {KIND_NAMES[kind]}" in seen.text


def test_standalone_question_set_by_hand_is_called_so() -> None:
    turn = replace(TURN, stage="done", asked_as="Else?", standalone_question="Else?", answer=answer())

    assert "Asked as" in Seen(render_turn(turn)).text


def test_failure_is_told_in_place_of_the_answer() -> None:
    seen = Seen(render_turn(replace(TURN, stage="failed", error="The model did not answer.")))

    assert "The model did not answer." in seen.text
    assert ("role", "alert") in seen.attributes


def test_hostile_turn_stays_text_at_every_stage() -> None:
    turn = TurnView(
        number=1,
        question=HOSTILE,
        standalone_question=HOSTILE + "?",
        draft=HOSTILE,
        error=HOSTILE,
        evidence=(citation(quote=HOSTILE, title=HOSTILE),),
        passages=(passage(HOSTILE, text=HOSTILE, title=HOSTILE),),
        checked=(claim(HOSTILE, reason=HOSTILE),),
    )
    for stage in STATUS:
        assert HOSTILE in assert_harmless(render_turn(replace(turn, stage=stage))).text


def test_turns_are_rendered_in_order() -> None:
    seen = Seen(render_turns((replace(TURN, number=1), TURN)))

    assert seen.values("data-turn") == ["1", "2"]
    assert render_turns(()) == ""


def test_status_names_what_is_done_in_plain_words() -> None:
    follow_up = replace(TURN, n_earlier=1)
    found = (passage(), passage("Fourteen.", id="b1b2c3d4e5f60718"))
    for turn, words in (
        (replace(TURN, stage="waiting", n_ahead=2), "2 questions before this one"),
        (replace(TURN, stage="understanding"), "Understanding the question"),
        (replace(follow_up, stage="understanding"), "Understanding the follow-up"),
        (replace(TURN, stage="found", passages=found), "Reading 2 articles"),
        (replace(TURN, stage="checking", checked=(claim(),)), "1 sentence so far"),
    ):
        assert words in assert_harmless(render_turn(turn)).text


def test_long_question_is_set_smaller_and_a_very_long_one_is_folded() -> None:
    assert "fn-long" not in render_turn(TURN)
    assert "fn-long" in render_turn(replace(TURN, question="Why? " * 40))
    html = render_turn(replace(TURN, question="Why? " * 200))
    assert "fn-folded" in html and "Show the whole question" in html


def test_chosen_articles_are_named_before_the_answer_names_them() -> None:
    turn = replace(TURN, stage="searching", filters=Filters(publishers=("Daily",)))

    assert "Using only articles from Daily" in assert_harmless(render_turn(turn)).text
