from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import pytest

from rag.chatbot import Chatbot
from rag.errors import ModelError
from rag.events import AnswerReady, Event, TokenWritten
from rag.library.library import Library
from rag.records import KINDS, Filters, Kind, Turn
from rag.stopping import Stream
from rag.wiring import build_chatbot
from tests.fakes import ReadingChatModel, ScriptedChatModel
from tests.ui.build import Seen, answer, assert_harmless, segment
from tests.ui.conftest import PARTNERS, QUESTION, REPLY
from ui.errors import SAFE_SENTENCE
from ui.limits import QUESTION_CHARS_MAX
from ui.web.conversation import TurnView
from ui.web.handlers import Handlers
from ui.web.turn_view import render_turn


class StreamingBot:
    """Streams the given events, then raises the given error; remembers what it was asked and that it was closed."""

    def __init__(self, events: Sequence[Event] = (), error: Exception | None = None) -> None:
        self.events, self.error = events, error
        self.asked: list[tuple[str, tuple[Turn, ...], str | None, Kind | None]] = []
        self.is_closed = False

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        standalone_question: str | None = None,
        kind: Kind | None = None,
        filters: Filters = Filters(),  # noqa: B008 - it is frozen
    ) -> Stream[Event]:
        self.asked.append((question, tuple(history), standalone_question, kind))
        return Stream(self._steps())

    def _steps(self) -> Generator[Event, None, None]:
        try:
            yield from self.events
            if self.error:
                raise self.error
        finally:
            self.is_closed = True


def handlers(bot: Any) -> Handlers:
    return Handlers(cast(Chatbot, bot))


def test_answer_shows_evidence_before_the_draft_and_ends_done(bot: Chatbot, llm: ScriptedChatModel) -> None:
    llm.enqueue(REPLY)
    page = handlers(bot)

    steps = [turns[-1] for turns in page.answer(page.begin((), QUESTION))]

    stages = list(dict.fromkeys(turn.stage for turn in steps))
    assert stages == ["understanding", "searching", "found", "writing", "checking", "done"]
    first_evidence = next(turn for turn in steps if turn.evidence)
    assert first_evidence.draft == ""
    assert steps[-1].answer is not None
    assert [citation.quote for citation in steps[-1].answer.citations] == [PARTNERS]


def test_blank_question_changes_nothing_and_one_too_long_is_not_cut() -> None:
    page = handlers(StreamingBot())

    assert page.begin((), "  \n ") == ()
    assert page.begin((), "x" * (QUESTION_CHARS_MAX + 1)) == ()
    assert len(page.begin((), "x" * QUESTION_CHARS_MAX)[0].question) == QUESTION_CHARS_MAX


def test_follow_up_gets_the_answered_turns_as_history() -> None:
    bot = StreamingBot([AnswerReady(answer=answer())])
    page = handlers(bot)
    before = (TurnView(number=1, question="First?", stage="done", answer=answer(segments=(segment("Fourteen."),))),)

    list(page.answer(page.begin(before, "And observers?")))

    assert bot.asked == [("And observers?", (Turn(question="First?", answer="Fourteen."),), None, None)]


def test_asking_again_uses_the_edited_standalone_question() -> None:
    bot = StreamingBot([AnswerReady(answer=answer())])
    page = handlers(bot)
    before = (TurnView(number=1, question="And there?", stage="done", answer=answer()),)

    list(page.answer(page.begin_again(before, 1, " How many in Astana? ")))

    assert (bot.asked[0][0], bot.asked[0][2:]) == ("And there?", ("How many in Astana?", None))
    assert page.begin_again(before, 7, "No such turn") is before


@pytest.mark.parametrize(
    ("chosen", "asked"), [("timeline", "timeline"), ("talk", "talk"), ("", None), ("poem", None), ("Timeline", None)]
)
def test_asking_again_uses_the_chosen_kind_and_ignores_an_unknown_one(chosen: str, asked: Kind | None) -> None:
    bot = StreamingBot([AnswerReady(answer=answer())])
    page = handlers(bot)
    before = (TurnView(number=1, question="And there?", stage="done", answer=answer()),)

    list(page.answer(page.begin_again(before, 1, "", chosen)))

    assert [(question, standalone, kind) for question, _, standalone, kind in bot.asked] == [
        ("And there?", None, asked)
    ]


def test_stopping_closes_the_chatbots_stream_and_is_the_last_that_is_told() -> None:
    bot = StreamingBot([TokenWritten(text="a"), TokenWritten(text="b"), AnswerReady(answer=answer())])
    page = handlers(bot)
    running = page.answer(page.begin((), "How many?"))
    next(running)
    page.stop(next(running))

    (*_, last) = running

    assert (last[-1].stage, last[-1].draft, last[-1].answer) == ("stopped", "a", None)
    assert bot.is_closed


def test_closing_the_answer_closes_the_chatbots_stream() -> None:
    bot = StreamingBot([TokenWritten(text="a"), TokenWritten(text="b")])
    page = handlers(bot)
    running = page.answer(page.begin((), "How many?"))
    next(running)
    next(running)
    cast(Any, running).close()

    assert bot.is_closed


@pytest.mark.parametrize(
    "stop", [lambda page, turns: page.stop(turns), lambda page, turns: page.leave("page 1")], ids=["button", "tab"]
)
def test_stop_and_a_closed_tab_end_an_answer_whose_prompt_is_read(
    library: Library, stop: Callable[[Handlers, Any], None]
) -> None:
    llm = ReadingChatModel()
    page = handlers(build_chatbot(library.settings, library=library, llm=llm))
    turns = page.begin((), QUESTION)
    with ThreadPoolExecutor(1) as thread:
        steps = thread.submit(lambda: list(page.answer(turns, "page 1")))
        assert llm.is_reading.wait(30)
        page.leave("page 2")
        assert not llm.is_let_go.wait(0.2)
        stop(page, turns)
        last = steps.result(2)[-1][-1]

    assert (last.stage, last.answer) == ("stopped", None)
    assert llm.is_let_go.is_set()
    llm.enqueue(REPLY)
    assert list(page.answer(page.begin((), QUESTION)))[-1][-1].answer is not None


def test_turn_stopped_while_it_waits_asks_no_model(bot: Chatbot, llm: ScriptedChatModel) -> None:
    page = handlers(bot)
    turns = page.begin((), QUESTION)
    page.stop(turns)

    assert [step[-1].stage for step in page.answer(turns)] == ["understanding", "stopped"]
    assert llm.prompts == []


def test_failure_is_a_sentence_in_the_turn(caplog: pytest.LogCaptureFixture) -> None:
    known = handlers(StreamingBot(error=ModelError("The model did not answer. Check llm_url.")))
    unknown = handlers(StreamingBot(error=KeyError("secret")))

    (*_, told) = known.answer(known.begin((), "How many?"))
    (*_, safe) = unknown.answer(unknown.begin((), "How many?"))

    assert told[-1].error == "The model did not answer. Check llm_url."
    assert safe[-1].error == SAFE_SENTENCE
    assert "secret" in caplog.text  # in the log, with its trace


def test_finished_turn_is_neither_answered_nor_stopped() -> None:
    bot = StreamingBot()
    page = handlers(bot)
    turns = (TurnView(number=1, question="Q?", stage="done", answer=answer()),)

    assert list(page.answer(turns)) == [] and bot.asked == []
    page.stop(turns)
    page.stop(())
    assert not page._stopping


def test_article_is_shown_with_its_quote_marked(bot: Chatbot) -> None:
    article = next(article for article in bot.articles() if PARTNERS in article.text)
    start = article.text.index(PARTNERS)

    html = handlers(bot).show_article(article.id, 1, start, start + len(PARTNERS))

    assert f"<mark>{PARTNERS}</mark>" in html


def test_article_that_is_gone_is_told(bot: Chatbot) -> None:
    assert "no longer in the library" in Seen(handlers(bot).show_article("0" * 16, 1, 0, 0)).text


def test_every_article_is_harmless(bot: Chatbot) -> None:
    page = handlers(bot)
    seen = assert_harmless(page.list_articles())

    assert len(seen.values("data-article")) == 3
    for article in bot.articles():
        assert article.text.split("\n")[0] in assert_harmless(page.show_article(article.id, 0, 0, 20)).text


def test_answers_of_every_kind_from_a_hostile_article_are_harmless(bot: Chatbot, llm: ScriptedChatModel) -> None:
    page = handlers(bot)
    (hostile,) = (article for article in bot.articles() if "<script>" in article.text)
    for kind in KINDS:
        llm.enqueue(hostile.text, hostile.text, hostile.text)
        (*_, last) = page.answer(page.begin((), "What did the group of hackers write?", wants=kind))
        answered = last[-1].answer
        assert answered is not None and answered.kind == kind
        assert_harmless(render_turn(last[-1]))
