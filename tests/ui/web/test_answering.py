"""Answering in turn, and keeping every question, however it ends."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any, cast

from rag.chatbot import Chatbot
from rag.events import AnswerReady, TokenWritten
from tests.ui.build import answer
from tests.ui.web.test_handlers import StreamingBot
from ui.web.answering import TOO_MANY, Answering, Asked
from ui.web.conversation import Turns, begin_turn
from ui.web.handlers import Handlers
from ui.web.own_conversations import OwnConversations


def asked_in(own: OwnConversations, question: str = "How many?", session: str = "page 1") -> Asked:
    return Asked(turns=begin_turn((), question), conversation_id=own.begin(""), session=session, own=own)


def answering_with(bot: Any) -> tuple[Handlers, Answering]:
    handlers = Handlers(cast(Chatbot, bot))
    return handlers, Answering(handlers)


def kept(asked: Asked) -> list[tuple[str, str]]:
    return [(turn.stage, turn.error) for turn in asked.own.open(asked.conversation_id).turns]


async def steps_of(made: AsyncGenerator[Turns]) -> list[Turns]:
    return [turns async for turns in made]


def test_answer_is_kept_once_it_is_there(bot: Chatbot) -> None:
    asked = asked_in(OwnConversations(bot.conversations))
    _, answering = answering_with(StreamingBot([AnswerReady(answer=answer())]))

    steps = asyncio.run(steps_of(answering.answer(asked)))

    assert (steps[-1][-1].stage, steps[-1][-1].id) == ("done", "q1")
    assert kept(asked) == [("done", "")]


def test_question_waits_for_the_one_before_it_and_can_be_stopped_there(bot: Chatbot) -> None:
    own = OwnConversations(bot.conversations)
    first, second, third = (asked_in(own, f"Question {n}?") for n in (1, 2, 3))
    handlers, answering = answering_with(StreamingBot([TokenWritten(text="a"), AnswerReady(answer=answer())]))

    async def run() -> None:
        running = answering.answer(first)
        await anext(running)
        waiting, stopped = answering.answer(second), answering.answer(third)
        assert (await anext(waiting))[-1].n_ahead == 1
        assert (await anext(stopped))[-1].n_ahead == 2
        handlers.stop(third.turns)
        assert (await steps_of(stopped))[-1][-1].stage == "stopped"
        assert (await steps_of(running))[-1][-1].stage == "done"
        assert (await steps_of(waiting))[-1][-1].stage == "done"

    asyncio.run(run())

    assert [kept(asked)[0][0] for asked in (first, third)] == ["done", "stopped"]


def test_question_of_a_closed_page_is_kept_as_stopped_whether_it_was_begun_or_not(bot: Chatbot) -> None:
    own = OwnConversations(bot.conversations)
    begun, expected = asked_in(own), asked_in(own)
    _, answering = answering_with(StreamingBot([TokenWritten(text="a"), AnswerReady(answer=answer())]))

    async def run() -> None:
        answering.expect(expected)
        running = answering.answer(begun)
        await anext(running)
        answering.leave("page 2")
        assert kept(expected) == []
        answering.leave("page 1")
        await running.aclose()

    asyncio.run(run())

    assert kept(begun) == kept(expected) == [("stopped", "")]


def test_refused_question_is_kept_with_the_reason(bot: Chatbot) -> None:
    asked = asked_in(OwnConversations(bot.conversations))
    _, answering = answering_with(StreamingBot())
    answering.expect(asked)

    turns = answering.settle(asked)

    assert (turns[-1].stage, turns[-1].error) == ("failed", TOO_MANY)
    assert kept(asked) == [("failed", TOO_MANY)]
    answering.leave("page 1")
    assert len(kept(asked)) == 1
