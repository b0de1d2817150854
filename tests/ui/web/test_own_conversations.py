from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from rag.chatbot import Chatbot
from rag.errors import ConversationNotFoundError
from rag.library.conversation_records import Feedback
from rag.records import Filters
from tests.ui.build import answer
from tests.ui.conftest import build_app_in_loop
from ui.web.conversation import TurnView
from ui.web.own_conversations import OwnConversations

DONE = TurnView(number=1, question="How many?", stage="done", answer=answer())


def own_of(bot: Chatbot, owner: str = "") -> OwnConversations:
    return OwnConversations(bot.conversations, owner)


def test_turns_come_back_as_they_were_shown(bot: Chatbot) -> None:
    own = own_of(bot)
    filters = Filters(publishers=("Daily Test",))
    kept = own.begin("")
    own.add(kept, replace(DONE, asked_as="How many partners?", wants="list", filters=filters))
    own.add(kept, TurnView(number=2, question="And now?", stage="stopped"))
    own.add(kept, TurnView(number=3, question="And then?", stage="failed", error="The model did not answer."))

    opened = own.open(kept)

    first, second, third = opened.turns
    assert (opened.title, first.stage, second.stage, third.stage) == ("How many?", "done", "stopped", "failed")
    assert (first.asked_as, first.wants, first.filters) == ("How many partners?", "list", filters)
    assert first.answer is not None and first.answer.citations == answer().citations
    assert third.error == "The model did not answer."
    assert [turn.n_earlier for turn in opened.turns] == [0, 1, 2]


def test_filters_of_the_last_question_are_those_of_the_next(bot: Chatbot) -> None:
    own, filters = own_of(bot), Filters(publishers=("Daily Test",))
    kept = own.begin("")
    own.add(kept, DONE)
    assert not own.open(kept).filters
    own.add(kept, replace(DONE, answer=answer(id="q2"), filters=filters))

    assert own.open(kept).filters == filters


def test_answer_whose_conversation_was_deleted_meanwhile_is_still_shown(bot: Chatbot) -> None:
    own = own_of(bot)
    kept = own.begin("")
    own.delete(kept)

    assert own.add(kept, DONE) == DONE


def test_rating_is_kept_with_its_reason_and_taken_back(bot: Chatbot) -> None:
    own = own_of(bot)
    kept = own.begin("")
    turn = own.add(kept, DONE)

    rated = own.rate(turn, "bad", "wrong_citation", "See page two")

    assert rated.feedback is not None
    assert rated.feedback == Feedback(
        rating="bad", reason="wrong_citation", note="See page two", created=rated.feedback.created
    )
    assert own.open(kept).turns[0].feedback == rated.feedback
    assert own.rate(rated, "bad", "ugly") == rated and own.rate(rated, "so-so") == rated
    assert own.rate(rated, "").feedback is None and own.open(kept).turns[0].feedback is None


def test_conversations_of_another_owner_are_not_found(bot: Chatbot) -> None:
    kept = own_of(bot, "ann").begin("")
    turn = own_of(bot, "ann").add(kept, DONE)
    bob = own_of(bot, "bob")

    assert bob.find("", 10).total == 0
    for act in (bob.open, bob.delete, bob.undelete, bob.title, lambda key: bob.rename(key, "Mine")):
        with pytest.raises(ConversationNotFoundError):
            act(kept)
    with pytest.raises(ConversationNotFoundError):
        bob.rate(turn, "good")


def test_conversation_is_saved_from_the_page_without_the_api(bot: Chatbot) -> None:
    own = own_of(bot)
    kept = own.begin("")
    own.add(kept, DONE)
    with TestClient(build_app_in_loop(bot, api=False), base_url="http://127.0.0.1") as client:
        markdown = client.get(f"/footnote-conversations/{kept}.md")
        missing = [client.get(f"/footnote-conversations/{name}") for name in (f"{kept}.exe", "0.md", kept)]

    assert markdown.headers["content-disposition"] == f'attachment; filename="conversation-{kept[:8]}.md"'
    assert "[^1-1]" in markdown.text
    assert [each.status_code for each in missing] == [404, 404, 404]
