"""Stopping an answer at whatever it is: the models are let go at once, and the next question is answered."""

from __future__ import annotations

import asyncio
import doctest
import os
import signal
import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing

import numpy as np
import pytest

from rag import stopping
from rag.chatbot import Chatbot, last_answer
from rag.checking.checker import NetworkChecker
from rag.errors import StoppedError
from rag.events import Event
from rag.library.library import Library
from rag.models.files import shipped_dir
from rag.models.language_models import load_llm
from rag.models.onnx import OnnxModel
from rag.records import Answer, Turn
from rag.settings import load_settings
from rag.stopping import Stop, Stream
from rag.wiring import build_chatbot
from tests.fakes import ReadingChatModel, ScriptedChatModel, ScriptedChecker
from tests.rag.build import add, turn
from tests.rag.test_chatbot import NO_CLAIM, PARTNERS, QUESTION, TEXTS

STOPPED_S = 2.0
"""Longest time from a stop to the end of an answer."""

STAGES: dict[str, tuple[list[Turn], list[str]]] = {
    "rewriting": ([turn("Who has partners?", "The organization.")], []),
    "drafting": ([], []),
    "suggesting": ([], [NO_CLAIM]),
}
"""By stage, the earlier turns, and the replies that come before the one that is waited for."""


@pytest.fixture
def llm() -> Iterator[ReadingChatModel]:
    model = ReadingChatModel()
    yield model
    model.is_let_go.set()  # a model that wasn't let go would read on


@pytest.fixture
def bot(library: Library, llm: ReadingChatModel) -> Chatbot:
    add(library, **TEXTS)
    return build_chatbot(library.settings, library=library, llm=llm, checker=ScriptedChecker())


@pytest.fixture
def thread() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as thread:
        yield thread


def in_reading(
    bot: Chatbot, llm: ReadingChatModel, thread: ThreadPoolExecutor, stage: str = "drafting"
) -> tuple[Stream[Event], Future[Answer]]:
    """A stream whose step waits for the model, and the answer that a thread takes from it."""
    history, replies = STAGES[stage]
    llm.enqueue(*replies)
    stream = bot.stream("And how many dialogue partners has it?" if history else QUESTION, history)
    answer = thread.submit(last_answer, stream)
    assert llm.is_reading.wait(60)  # the first question loads the model that guesses kinds
    return stream, answer


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("stop", [Stream.stop, Stream.close])
def test_an_answer_is_stopped_from_another_thread_at_every_stage(
    bot: Chatbot,
    llm: ReadingChatModel,
    thread: ThreadPoolExecutor,
    stage: str,
    stop: Callable[[Stream[Event]], None],
) -> None:
    stream, answer = in_reading(bot, llm, thread, stage)
    began = time.monotonic()
    stop(stream)

    assert isinstance(answer.exception(STOPPED_S), StoppedError)
    assert time.monotonic() - began < STOPPED_S
    assert llm.is_let_go.is_set()
    llm.enqueue(PARTNERS)
    assert bot.ask(QUESTION).verdict == "answered"


def test_a_cancelled_task_lets_the_model_go(bot: Chatbot, llm: ReadingChatModel) -> None:
    async def ask_and_cancel() -> None:
        asking = asyncio.create_task(bot.aask(QUESTION))
        await asyncio.to_thread(llm.is_reading.wait, 30)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking

    asyncio.run(ask_and_cancel())
    assert llm.is_let_go.wait(STOPPED_S)


def test_an_interrupted_wait_lets_the_model_go(bot: Chatbot, llm: ReadingChatModel) -> None:
    def interrupt() -> None:
        llm.is_reading.wait(30)
        os.kill(os.getpid(), signal.SIGINT)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have started the tests without it
    threading.Thread(target=interrupt, daemon=True).start()
    try:
        with pytest.raises(KeyboardInterrupt):
            bot.ask(QUESTION)
    finally:
        signal.signal(signal.SIGINT, before)
    assert llm.is_let_go.wait(STOPPED_S)


def test_a_stop_while_claims_are_checked_is_heeded_before_the_next_one(library: Library) -> None:
    add(library, **TEXTS)
    judged: list[str] = []

    def judge(claim: str, evidence: str) -> Mapping[str, float]:
        judged.append(claim)
        stream.stop()
        return {"supported": 0.9, "unsupported": 0.1, "contradicted": 0.0}

    llm = ScriptedChatModel("Leaders met in Astana in a town of ten. Chinese firms are investing billions there now.")
    checker = NetworkChecker(lambda: judge, "fake:network")
    stream = build_chatbot(library.settings, library=library, llm=llm, checker=checker).stream(QUESTION)
    with pytest.raises(StoppedError):
        last_answer(stream)
    assert len(judged) == 1


def test_a_network_that_was_stopped_leaves_its_other_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    model = OnnxModel(shipped_dir("checker"), threads=1)
    n_run = 0

    def run_one(row: object) -> np.ndarray:
        nonlocal n_run
        n_run += 1
        stream.stop()
        time.sleep(0.01)
        return np.zeros((1, 1))

    monkeypatch.setattr(model, "_run_one", run_one)
    stream = Stream(iter_once(lambda: model.run([{"input_ids": [1]}] * 200)))
    with pytest.raises(StoppedError):
        next(stream)
    assert n_run < 200


def iter_once(step: Callable[[], object]) -> Generator[object, None, None]:
    yield step()


def test_the_example_of_a_stream_holds() -> None:
    assert doctest.testmod(stopping) == doctest.TestResults(failed=0, attempted=3)


def test_a_stopped_stream_takes_no_step_more_and_closing_it_twice_is_harmless() -> None:
    taken: list[int] = []

    def steps() -> Generator[int, None, None]:
        for number in range(3):
            taken.append(number)
            yield number

    stream = Stream(steps())
    assert next(stream) == 0
    stream.stop()
    for _ in range(2):
        with pytest.raises(StoppedError):
            next(stream)
    stream.close()
    stream.close()
    assert taken == [0]


def test_a_signal_that_is_set_already_calls_at_once() -> None:
    called: list[str] = []
    stop = Stop()
    with stop.calling(lambda: called.append("first")):
        stop.set()
    with stop.calling(lambda: called.append("second")):
        pass
    stop.set()
    assert called == ["first", "second"]


@pytest.mark.model
def test_the_embedded_model_stops_reading_a_long_prompt_and_takes_the_next_at_once() -> None:
    from langchain_core.messages import HumanMessage

    from rag.writing.drafts import stream_chat

    llm = load_llm(load_settings(prompt_tokens=1600))
    assert llm is not None

    def read(words: str) -> Stream[object]:
        return Stream(piece for piece in stream_chat(llm, [HumanMessage(words)], 1))

    def seconds(words: str) -> float:
        began = time.monotonic()
        with closing(read(words)) as stream:
            list(stream)
        return time.monotonic() - began

    short = "How many ships called at Beira in the year 2019, and how many of them in 2021?"
    seconds(f"Hello. {short}")  # loads the model
    alone = seconds(f"First: {short}")
    long = read(" ".join(f"On day {day} the harbour of Beira was calm." for day in range(130)))
    with ThreadPoolExecutor(1) as thread:
        reading = thread.submit(next, long)
        time.sleep(1)
        assert not reading.done()
        began = time.monotonic()
        long.stop()
        assert isinstance(reading.exception(STOPPED_S), StoppedError)
        seconds(f"Then: {short}")
    assert time.monotonic() - began < STOPPED_S + 2 * alone
