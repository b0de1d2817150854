"""Overviews: quotes the sentences that say most on a topic, over all articles that speak of it."""

from __future__ import annotations

from collections.abc import Generator, Sequence

from rag.answering.collaborators import Collaborators
from rag.answering.composing import Line, name_of
from rag.answering.gathering import (
    PASSAGES,
    compose_decided,
    decide_topic,
    diverse,
    find_passages,
    in_article_order,
    in_context,
    numbered,
    unsaid,
    windows_of,
)
from rag.answering.requests import Clock, Outcome, Request
from rag.checking.alignment import align
from rag.checking.claims import GroundedClaim, parse_claims, quote_claim
from rag.checking.decision import Decision
from rag.events import CitationsChosen, Event, PassagesFound
from rag.reading.evidence import RankedWindow
from rag.reading.selection import ON_A_TOPIC, Balance
from rag.records import Window

SENTENCES_READ = 60
SENTENCES = 8
"""The sentences that are compared, and those that are quoted at most."""


class OverviewAnswerer:
    """Answers with the sentences that fit a topic best and say different things."""

    def __init__(
        self,
        collaborators: Collaborators,
        balance: Balance = ON_A_TOPIC,
        *,
        grouped: bool = False,
        best_first: bool = False,
        is_topic: bool = True,
    ) -> None:
        """Take how sentences are chosen, shown and judged.

        Args:
            collaborators: the models and indexes.
            balance: how sentences are chosen.
            grouped: whether each article's are on a line of their own, behind its name.
            best_first: whether they are in the order of their fit, and not in that of their articles.
            is_topic: whether the question only names a topic, rather than asking what a sentence could answer.
        """
        self._with = collaborators
        self._balance = balance
        self._grouped = grouped
        self._best_first = best_first
        self._is_topic = is_topic

    def answer(self, request: Request, clock: Clock) -> Generator[Event, None, Outcome]:
        """Yield the passages, the sentences chosen and the claims, and return the overview."""
        passages = find_passages(self._with, request.question, request, PASSAGES)
        yield PassagesFound(standalone_question=request.question, passages=tuple(passages))
        ranked = self._with.evidence.rank(request.question, passages)
        if request.wants_sources:
            chosen = sources_of(request.said[-1], windows_of(ranked))
        else:
            ranked = unsaid(ranked, request.said)[:SENTENCES_READ]
            chosen = in_context(diverse(self._with.embeddings, ranked, request.claims_max or SENTENCES, self._balance))
            chosen = chosen if self._best_first else in_article_order(chosen)
        clock.mark("retrieve")
        clock.mark_once("first_citation")
        yield CitationsChosen(citations=numbered(chosen))

        claims = [quote_claim(window) for window in chosen]
        grouped = self._grouped or request.wants_sources
        lines = by_article(claims) if grouped else [Line(claims=claims)] if claims else []
        decision = self._decide(request, claims, ranked)
        composition = yield from compose_decided(self._with, request, lines, decision, ranked)
        clock.mark("check")
        return Outcome(composition=composition, passages=passages, evidence=chosen)

    def _decide(self, request: Request, claims: Sequence[GroundedClaim], ranked: Sequence[RankedWindow]) -> Decision:
        if self._is_topic:
            return decide_topic(self._with, request, ranked)
        return self._with.quote_decider.decide(request.question, claims)


def sources_of(answer: str, windows: Sequence[Window]) -> list[Window]:
    """Return the windows that hold most of each sentence of an answer, each once."""
    found = [window for claim in parse_claims(answer, "") for window in align(claim, windows)[:1]]
    return list(dict.fromkeys(found))


def by_article(claims: Sequence[GroundedClaim]) -> list[Line]:
    """Return the claims on a line for each article, behind its name."""
    grouped: dict[str, list[GroundedClaim]] = {}
    for claim in claims:
        grouped.setdefault(claim.evidence[0].article.id, []).append(claim)
    return [Line(label=f"{name_of(group[0].evidence[0].article)}:", claims=group) for group in grouped.values()]
