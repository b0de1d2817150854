"""Overviews: quotes the sentences that say most on a topic, over all articles that speak of it."""

from __future__ import annotations

from collections.abc import Generator, Sequence

from rag.answering.collaborators import Collaborators
from rag.answering.composing import Line, compose, compose_lines
from rag.answering.fact import find_passages, numbered, shown_claim
from rag.answering.requests import Clock, Outcome, Request
from rag.checking.claims import quote_claim
from rag.checking.decision import Decision
from rag.events import CitationsChosen, ClaimChecked, Event, PassagesFound
from rag.reading.evidence import RankedWindow
from rag.reading.selection import ON_A_TOPIC, Balance, choose_diverse, embed_texts
from rag.records import Window
from rag.text.overlap import coverage

PASSAGES = 24
"""The passages that are looked at, of as many articles as there are."""

SENTENCES_READ = 60
SENTENCES = 6
"""The sentences that are compared, and those that are quoted at most."""

SAID_BEFORE_MIN = 0.8
"""A sentence of which an earlier answer holds this share of the words isn't said again."""


class OverviewAnswerer:
    """Answers with the sentences that fit a topic best and say different things."""

    def __init__(self, collaborators: Collaborators) -> None:
        self._with = collaborators

    def answer(self, request: Request, clock: Clock) -> Generator[Event, None, Outcome]:
        """Yield the passages, the sentences chosen and the claims, and return the overview."""
        passages = find_passages(self._with, request.question, request, PASSAGES)
        yield PassagesFound(standalone_question=request.question, passages=tuple(passages))
        ranked = unsaid(self._with.evidence.rank(request.question, passages), request.said)[:SENTENCES_READ]
        chosen = diverse(self._with, ranked, request.claims_max or SENTENCES)
        clock.mark("retrieve")
        clock.mark_once("first_citation")
        yield CitationsChosen(citations=numbered(chosen))

        claims = [quote_claim(window) for window in chosen]
        decision = decide_topic(self._with, request, ranked)
        if decision.verdict == "abstained":
            composition = compose(request.question, windows_of(ranked), [], decision, self._with.library.catalog)
        else:
            for claim in claims:
                yield ClaimChecked(claim=shown_claim(claim))
            composition = compose_lines([Line(claims=claims)], decision)
        clock.mark("check")
        return Outcome(composition=composition, passages=passages, evidence=chosen)


def decide_topic(collaborators: Collaborators, request: Request, ranked: Sequence[RankedWindow]) -> Decision:
    """Return whether the articles speak of the question's topic at all, judged by the sentences that fit it best."""
    windows = windows_of(ranked)
    claims = [quote_claim(window) for window in windows[:2]]
    return collaborators.decider.decide(request.topic or request.question, claims, windows)


def diverse(
    collaborators: Collaborators, ranked: Sequence[RankedWindow], n_wanted: int, balance: Balance = ON_A_TOPIC
) -> list[Window]:
    """Return at most `n_wanted` of the ranked sentences, most important first, that say different things."""
    vectors = embed_texts(collaborators.library.embeddings, [each.window.quote for each in ranked])
    chosen = choose_diverse([each.worth for each in ranked], vectors, n_wanted, balance)
    return [ranked[at].window for at in chosen]


def unsaid(ranked: Sequence[RankedWindow], said: Sequence[str]) -> list[RankedWindow]:
    """Return the sentences that no earlier answer holds."""
    return [
        each
        for each in ranked
        if not any(
            coverage(each.window.quote, answer, each.window.article.language) >= SAID_BEFORE_MIN for answer in said
        )
    ]


def _is_said(window: Window, answer: str) -> bool:
    return coverage(window.quote, answer, window.article.language) >= SAID_BEFORE_MIN


def windows_of(ranked: Sequence[RankedWindow]) -> list[Window]:
    """Return the sentences alone."""
    return [each.window for each in ranked]
