"""Stops an answer while it is made, from any thread.

An answer is made in one thread, which mostly waits for models, and the request to stop it comes from another thread.
So each `Stream` has a signal of its own. The signal is kept in a context variable while a step is made, because the
interfaces of models have no parameter for it.

Language models are called with `wait_for` and `iterate`, through LangChain's asynchronous methods. These run in one
event loop for all, where a task can be cancelled. That closes its connection, and then the server stops computing.
Other long loops call `check_stopped` between two pieces of work.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Generator, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any, TypeVar

from rag.errors import StoppedError

T = TypeVar("T")


class Stop:
    """A signal that can be set once, from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_set = False
        self._hooks: list[Callable[[], object]] = []

    @property
    def is_set(self) -> bool:
        """Return whether the signal was set."""
        return self._is_set

    def set(self) -> None:
        """Set the signal, which ends every wait for a model under it; return at once."""
        with self._lock:
            self._is_set = True
            hooks = tuple(self._hooks)
        for hook in hooks:
            hook()

    @contextmanager
    def calling(self, hook: Callable[[], object]) -> Iterator[None]:
        """Call the hook when the signal is set, or at once if it is set already; forget the hook at the end."""
        with self._lock:
            self._hooks.append(hook)
            is_set = self._is_set
        if is_set:
            hook()
        try:
            yield
        finally:
            with self._lock:
                self._hooks.remove(hook)


_current: ContextVar[Stop | None] = ContextVar("stop", default=None)


class Stream(Iterator[T]):
    """The steps of a generator, made in one thread and stopped from any other.

    Example:
        >>> stream = Stream(step for step in ("search", "write"))
        >>> next(stream)
        'search'
        >>> stream.close()
    """

    def __init__(self, steps: Generator[T, None, None]) -> None:
        self._steps = steps
        self._stop = Stop()
        self._stepping = threading.RLock()

    def __next__(self) -> T:
        """Return the next step.

        Raises:
            StoppedError: the stream was stopped, before this step or within it.
        """
        with self._stepping:
            outer = _current.set(self._stop)
            try:
                check_stopped()
                return next(self._steps)
            except KeyboardInterrupt:
                self.stop()  # wherever Ctrl-C came, the model isn't left to its prompt
                raise
            finally:
                _current.reset(outer)

    def stop(self) -> None:
        """End the step that is being made, and make no other; return at once."""
        self._stop.set()

    def close(self) -> None:
        """Stop, and return when no step is being made any more."""
        self.stop()
        with self._stepping:
            self._steps.close()


def check_stopped() -> None:
    """Return if the stream whose step this is may go on.

    Raises:
        StoppedError: the stream was stopped.
    """
    stop = _current.get()
    if stop is not None and stop.is_set:
        raise StoppedError("The answer was stopped before it was complete. Ask again.")


def wait_for(coroutine: Coroutine[Any, Any, T]) -> T:
    """Return the result of the coroutine.

    It runs in the event loop of the models, and is cancelled when the stream is stopped.

    Raises:
        StoppedError: the stream was stopped; the coroutine has ended by then.
    """
    try:
        return _run(coroutine, _current.get() or Stop())
    except CancelledError:
        check_stopped()
        raise


def iterate(items: AsyncIterator[T]) -> Iterator[T]:
    """Yield the items, each when it is asked for; closing this iterator closes the one of the items.

    Raises:
        StoppedError: the stream was stopped.
    """
    end = object()

    async def take() -> T | object:
        return await anext(items, end)

    try:
        while (item := wait_for(take())) is not end:
            yield item  # type: ignore[misc]  # anything but the end is an item
    except GeneratorExit:
        if isinstance(items, AsyncGenerator):
            _run(_close(items), Stop())
        raise


def _run(coroutine: Coroutine[Any, Any, T], stop: Stop) -> T:
    running = asyncio.run_coroutine_threadsafe(_cancelled_by(stop, coroutine), _event_loop())
    try:
        return running.result()
    finally:
        running.cancel()  # if the wait itself was interrupted, as by Ctrl-C


async def _close(items: AsyncGenerator[Any, None]) -> None:
    await items.aclose()


async def _cancelled_by(stop: Stop, coroutine: Coroutine[Any, Any, T]) -> T:
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None
    with stop.calling(lambda: loop.call_soon_threadsafe(task.cancel)):
        return await coroutine


@cache
def _event_loop() -> asyncio.AbstractEventLoop:
    """Return the event loop in which language models are called; its thread ends with the process."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="language-models", daemon=True).start()
    return loop
