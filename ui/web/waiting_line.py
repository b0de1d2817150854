"""The line in which the questions of the page wait, since one is answered at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager

LOOK_S = 0.1
"""Seconds after which a question that waits looks again at its place."""


class WaitingLine:
    """Questions by their keys, in the order in which they were asked; the first is being answered."""

    def __init__(self) -> None:
        self._keys: list[str] = []

    @contextmanager
    def joined(self, key: str) -> Iterator[None]:
        """Put a question at the end of the line, and take it out in the end."""
        self._keys.append(key)
        try:
            yield
        finally:
            self._keys.remove(key)

    async def ahead(self, key: str, is_stopping: Callable[[], bool]) -> AsyncIterator[int]:
        """Yield how many questions are ahead, each time that this changes, until none is or the question is stopped."""
        told = 0
        while (n_ahead := self._keys.index(key)) and not is_stopping():
            if n_ahead != told:
                told = n_ahead
                yield n_ahead
            await asyncio.sleep(LOOK_S)
