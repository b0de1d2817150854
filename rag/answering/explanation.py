"""Explanations: several sentences in one draft, or the sentences that come nearest, marked as unsure."""

from __future__ import annotations

from collections.abc import Generator

from rag.answering.collaborators import Collaborators
from rag.answering.composing import UNSURE, Line, compose_lines
from rag.answering.fact import SEVERAL_SENTENCES, FactAnswerer, find_passages, shown_claim
from rag.answering.overview import PASSAGES, decide_topic, diverse
from rag.answering.requests import Clock, Outcome, Request
from rag.checking.claims import quote_claim
from rag.checking.decision import Decision
from rag.events import ClaimChecked, Event

QUOTES = 3
SENTENCES_READ = 30

QUOTED_MIN = 0.95
"""The confidence from which sentences on the topic are quoted where the draft is refused.

Of 120 questions of CLAPnq (dev), 89% of the answerable ones reach it, and 68% of those that their passage doesn't
answer, so the quotes are never shown as sure."""


class ExplanationAnswerer:
    """Answers why and how."""

    def __init__(self, collaborators: Collaborators) -> None:
        self._with = collaborators
        self._drafted = FactAnswerer(collaborators, SEVERAL_SENTENCES)

    def answer(self, request: Request, clock: Clock) -> Generator[Event, None, Outcome]:
        """Yield the events of the draft, and return its answer, or where it is refused the nearest sentences.

        Raises:
            ModelError: the language model did not answer.
        """
        outcome = yield from self._drafted.answer(request, clock)
        if outcome.composition.verdict != "abstained" or not outcome.evidence:
            return outcome
        passages = find_passages(self._with, request.question, request, PASSAGES)
        ranked = self._with.evidence.rank(request.question, passages)[:SENTENCES_READ]
        topic = decide_topic(self._with, request, ranked)
        if topic.confidence < QUOTED_MIN:
            return outcome
        claims = [quote_claim(window) for window in diverse(self._with, ranked, QUOTES)]
        for claim in claims:
            yield ClaimChecked(claim=shown_claim(claim))
        unsure = Decision(verdict="unsure", confidence=outcome.composition.confidence)
        clock.mark("check")
        return Outcome(
            composition=compose_lines([Line(claims=claims)], unsure, UNSURE),
            passages=passages,
            evidence=outcome.evidence,
            usage=outcome.usage,
        )
