"""Explanations: a draft of several sentences, or the sentences of the articles that come nearest."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace

from rag.answering.collaborators import Collaborators
from rag.answering.composing import as_unsure
from rag.answering.fact import SEVERAL_SENTENCES, FactAnswerer
from rag.answering.overview import OverviewAnswerer
from rag.answering.requests import Clock, Outcome, Request
from rag.events import Event

QUOTES = 5
"""The sentences that are quoted. Of 16 questions of the set `kinds`, 8 are served with five, 6 with four, 3 with three,
and 9 with six."""

QUOTED_MIN = 0.95
"""The confidence from which quotes aren't marked as unsure.

Of 120 questions of CLAPnq (dev), 89% of the answerable ones reach it, and 68% of those that their passage doesn't
answer; from .5 on it is 100 and 96%."""


class ExplanationAnswerer:
    """Answers why and how.

    The embedded language model makes reasons up: it joins two facts with a "because" that no article has. So with it,
    and without any, the articles' own sentences are quoted. Another model writes a draft.
    """

    def __init__(self, collaborators: Collaborators) -> None:
        writes = collaborators.llm is not None and not collaborators.settings.llm.startswith("builtin:")
        self._drafted = FactAnswerer(collaborators, SEVERAL_SENTENCES) if writes else None
        self._quoted = OverviewAnswerer(collaborators)

    def answer(self, request: Request, clock: Clock) -> Generator[Event, None, Outcome]:
        """Yield the events on the way, and return the explanation.

        Raises:
            ModelError: the language model did not answer.
        """
        if self._drafted is not None:
            return (yield from self._drafted.answer(request, clock))
        outcome = yield from self._quoted.answer(replace(request, claims_max=request.claims_max or QUOTES), clock)
        doubtful = outcome.composition.verdict == "answered" and outcome.composition.confidence < QUOTED_MIN
        return replace(outcome, composition=as_unsure(outcome.composition)) if doubtful else outcome
