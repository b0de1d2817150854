"""The lists and forms of the page: conversations, the actions on a turn, and the choice of articles."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from rag.library.conversation_records import ConversationPage, ConversationSummary, Feedback
from rag.records import Filters
from tests.ui.build import HOSTILE, answer, article, assert_harmless
from ui.web.actions_view import REASONS, render_actions, render_copy
from ui.web.conversation import TurnView
from ui.web.conversations_view import render_conversations, render_deleted, render_opened
from ui.web.filters_view import parse_choice, render_choice, render_using
from ui.web.own_conversations import OpenConversation

TURN = TurnView(number=1, id="q1", question="How many?", stage="done", answer=answer())


def page_of(*titles: str, total: int = 0, **values: Any) -> ConversationPage:
    named = {"owner": "", "created": "2024-07-03T10:00", "updated": "2024-07-03T10:00", "n_turns": 1, **values}
    found = tuple(ConversationSummary(id=f"c{i}", title=title, **named) for i, title in enumerate(titles))
    return ConversationPage(conversations=found, total=total or len(found))


def test_conversations_are_listed_with_day_and_number_of_questions_and_the_open_one_is_marked() -> None:
    html = render_conversations(page_of("Partners", "Members", total=7), "c1")
    seen = assert_harmless(html)

    assert "Partners" in seen.text and "3 July 2024 · 1 question" in seen.text
    assert seen.values("data-open") == ["c0", "c1"]
    assert html.index('aria-current="page"') > html.index("Partners")
    assert "Show more (5)" in seen.text


def test_conversation_in_which_nothing_was_answered_yet_is_not_listed() -> None:
    assert "are kept here" in render_conversations(page_of("", n_turns=0), "")
    assert "No conversation mentions" in render_conversations(page_of(), "", "zebra")


def test_texts_of_people_stay_texts_in_lists_and_forms() -> None:
    turn = replace(
        TURN,
        question=HOSTILE,
        answer=answer(question=HOSTILE, reason=HOSTILE),
        feedback=Feedback(rating="bad", note=HOSTILE),
    )
    hostile = article(title=HOSTILE, publisher=HOSTILE)
    filters = Filters(publishers=(HOSTILE,), articles=(hostile.id,))
    for html in (
        render_conversations(page_of(HOSTILE), "c0"),
        render_conversations(page_of(), "", HOSTILE),
        render_deleted(HOSTILE, HOSTILE),
        render_opened(OpenConversation(id="c0", title=HOSTILE)),
        render_actions(turn),
        render_using(filters),
        render_choice(filters, [(HOSTILE, 1)], [hostile]),
    ):
        seen = assert_harmless(html)
        # As a text or as the value of an attribute, but never as markup.
        assert "<script>" not in html and not seen.tags & {"script", "img"}


def test_actions_come_with_the_end_of_a_turn_and_only_an_answer_is_copied_and_judged() -> None:
    assert render_actions(replace(TURN, stage="writing", answer=None)) == ""
    stopped = assert_harmless(render_actions(replace(TURN, stage="stopped", answer=None))).text
    assert "Try again" in stopped and "Edit" in stopped and "Copy" not in stopped and "Good" not in stopped
    done = assert_harmless(render_actions(TURN))
    assert all(words in done.text for words in ("Copy with sources", "Good", "Bad", *REASONS.values()))
    assert "Good" not in render_actions(replace(TURN, id=""))  # it isn't kept


def test_copy_holds_question_answer_and_quotes() -> None:
    copied = render_copy(TURN)

    assert copied.startswith("**How many?**\n\nThe SCO has 14 dialogue partners.[^1]")
    assert "[^1]: “The SCO has 14 dialogue partners.” The summit, Daily, 2024-07-03" in copied


def test_choice_is_read_as_the_browser_sends_it() -> None:
    sent = {"publishers": ["Daily"], "articles": ["a1"], "published_from": "2024-07-01", "published_to": ""}

    chosen = parse_choice(sent, Filters())

    assert chosen == Filters(publishers=("Daily",), articles=("a1",), published_from=date(2024, 7, 1))
    assert parse_choice({}, chosen) == Filters()


@pytest.mark.parametrize("sent", [{"published_from": "2024-7"}, {"publishers": 3}])
def test_choice_that_cannot_be_read_changes_nothing(sent: dict[str, Any]) -> None:
    before = Filters(publishers=("Daily",))

    assert parse_choice(sent, before) is before


def test_choice_is_shown_as_it_was_made() -> None:
    filters = Filters(publishers=("daily",), published_to=date(2024, 7, 3), articles=("a1b2c3d4e5f60718",))
    html = render_choice(filters, [("Daily", 1_200), ("", 2), ("Weekly", 1)], [article()])

    assert '<input type="checkbox" name="publisher" value="Daily" checked>' in html
    assert '<input type="checkbox" name="publisher" value="Weekly">' in html
    assert '<input type="date" name="published_to" value="2024-07-03">' in html
    assert "Daily (1,200)" in html and "The summit" in html
    assert "Only one chosen article, articles from daily, up to 2024-07-03" in render_using(filters)
