"""Reasons and yes or no: a draft, or with the embedded language model the sentences that come nearest.

The embedded model is no judge. Of the yes/no questions of the set `kinds`, it answered four of twelve with a "yes" that
the articles deny ("is she still mayor?"), and the checker found these supported. Of 16 reasons, its drafts served 4 and
the nearest sentences 8. So with it, and without any, the articles' own sentences are quoted.

Quotes are always unsure, since nothing judges whether they answer: of 120 questions of CLAPnq (dev), 89% of the
answerable ones have a confidence of .95, and so have 68% of those that their passage is on, but doesn't answer.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace

from rag.answering.collaborators import Collaborators
from rag.answering.fact import DraftStyle, FactAnswerer
from rag.answering.overview import OverviewAnswerer
from rag.answering.requests import Clock, Outcome, Request
from rag.events import Event
from rag.reading.selection import ON_A_TOPIC_AND_NEAR

REASONS = 5
"""The sentences that are quoted for a reason. Of 16 questions of the set `kinds`, 8 are served with five, 6 with four,
3 with three, and 8 with six."""

SETTLING = 3
"""The sentences that are quoted for a yes/no question. Of 12 of the set `kinds`, 11 are served so, 3 were by drafts."""


class QuotingAnswerer:
    """Answers with a draft where the language model can be trusted with it, else with quotes."""

    def __init__(
        self, collaborators: Collaborators, style: DraftStyle, n_quotes: int, *, is_topic: bool = False
    ) -> None:
        """Take the style of a draft, the most sentences that are quoted, and whether they only have to be on the topic.

        The reader judges other questions better than those for yes or no: its held-out area is .73 on CondaQA's.
        """
        writes = collaborators.llm is not None and not collaborators.settings.llm.startswith("builtin:")
        self._drafted = FactAnswerer(collaborators, style) if writes else None
        self._quoted = OverviewAnswerer(collaborators, ON_A_TOPIC_AND_NEAR, is_topic=is_topic, best_first=True)
        self._n_quotes = n_quotes

    def answer(self, request: Request, clock: Clock) -> Generator[Event, None, Outcome]:
        """Yield the events on the way, and return the answer.

        Raises:
            ModelError: the language model did not answer.
        """
        if self._drafted is not None:
            return (yield from self._drafted.answer(request, clock))
        quoting = replace(request, claims_max=request.claims_max or self._n_quotes)
        return (yield from self._quoted.answer(quoting, clock))
