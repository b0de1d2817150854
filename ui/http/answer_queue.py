"""The queue of questions that wait for the language model, which answers one at a time."""

from __future__ import annotations

import math
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
from starlette.exceptions import HTTPException

from ui.limits import WAITING_MAX

ANSWERS_AT_ONCE = 1
"""The embedded language model answers one question at a time; several would slow each other down."""

FIRST_GUESS_S = 10.0
"""Seconds that an answer is assumed to take before the first was made."""

NEWEST_SHARE = 0.2
"""Weight of the newest answer in the mean time of an answer."""


class AnswerQueue:
    """Lets answers be made in turn, and refuses further ones when too many wait."""

    def __init__(self, waiting_max: int = WAITING_MAX) -> None:
        """Start empty; at most `waiting_max` questions wait beside the one that is being answered."""
        self._places_max = waiting_max + ANSWERS_AT_ONCE
        self._answering = anyio.CapacityLimiter(ANSWERS_AT_ONCE)
        self._n_places = 0
        self._mean_s = FIRST_GUESS_S

    @property
    def n_places(self) -> int:
        """Return how many questions wait or are being answered."""
        return self._n_places

    def refuse_if_full(self) -> None:
        """Return if there is a place.

        Raises:
            HTTPException: 429, with the seconds after which to try again.
        """
        if self._n_places >= self._places_max:
            retry_s = max(1, math.ceil(self._mean_s))
            raise HTTPException(
                429,
                f"{self._n_places} questions are waiting already. Ask again in {retry_s} s.",
                headers={"Retry-After": str(retry_s)},
            )

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for the turn of a question, and hold it until its answer is made.

        Raises:
            HTTPException: 429, too many questions wait.
        """
        self.refuse_if_full()
        self._n_places += 1
        place = object()  # not the task, since a stream can be closed by another task than the one that opened it
        try:
            await self._answering.acquire_on_behalf_of(place)
            try:
                started = time.monotonic()
                yield
                self._mean_s += NEWEST_SHARE * (time.monotonic() - started - self._mean_s)
            finally:
                self._answering.release_on_behalf_of(place)
        finally:
            self._n_places -= 1
