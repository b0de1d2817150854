"""Overviews: quotes the sentences that say most on a topic, over all articles that speak of it."""

from __future__ import annotations

import math
from collections.abc import Generator, Sequence

from rag.answering.collaborators import Collaborators
from rag.answering.composing import (
    NO_MORE,
    NOTHING_ALLOWED,
    Composition,
    Line,
    abstain,
    compose,
    compose_lines,
    name_of,
)
from rag.answering.date_window import say_window
from rag.answering.fact import find_passages, numbered, shown_claim
from rag.answering.requests import Clock, Outcome, Request
from rag.checking.alignment import align
from rag.checking.claims import GroundedClaim, parse_claims, quote_claim
from rag.checking.decision import Decision
from rag.events import CitationsChosen, ClaimChecked, Event, PassagesFound
from rag.reading.evidence import RankedWindow
from rag.reading.selection import ON_A_TOPIC, Balance, centrality, choose_diverse, embed_texts
from rag.records import Window
from rag.text.overlap import coverage
from rag.text.words import content_stems

PASSAGES = 24
"""The passages that are looked at, of as many articles as there are."""

SENTENCES_READ = 60
SENTENCES = 8
"""The sentences that are compared, and those that are quoted at most."""

LENGTH_WEIGHT = 0.1
CENTRAL_WEIGHT = 0.2
"""With these weights the F1 of the sentences chosen for CLAPnq is .69 instead of .68 (see `ON_A_TOPIC`)."""

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
        ranked = self._with.evidence.rank(request.question, passages)
        if request.wants_sources:
            chosen = sources_of(request.said[-1], windows_of(ranked))
        else:
            ranked = unsaid(ranked, request.said)[:SENTENCES_READ]
            chosen = diverse(self._with, ranked, request.claims_max or SENTENCES)
        clock.mark("retrieve")
        clock.mark_once("first_citation")
        yield CitationsChosen(citations=numbered(chosen))

        claims = [quote_claim(window) for window in chosen]
        decision = decide_topic(self._with, request, ranked)
        if decision.verdict == "abstained" or not claims:
            composition = compose_nothing(self._with, request, windows_of(ranked), decision)
        else:
            for claim in claims:
                yield ClaimChecked(claim=shown_claim(claim))
            composition = compose_lines(
                by_article(claims) if request.wants_sources else [Line(claims=claims)], decision
            )
        clock.mark("check")
        return Outcome(composition=composition, passages=passages, evidence=chosen)


def compose_nothing(
    collaborators: Collaborators, request: Request, windows: Sequence[Window], decision: Decision
) -> Composition:
    """Return the abstention where no claim is shown: with the nearest window, or that earlier answers said it all."""
    if request.said and not windows:
        return abstain(NO_MORE, 0.0)
    if request.filters and not windows:
        return say_window(abstain(NOTHING_ALLOWED, 0.0), request.wish)
    composition = compose(request.question, windows, [], decision, collaborators.library.catalog)
    return say_window(composition, request.wish)


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


def decide_topic(collaborators: Collaborators, request: Request, ranked: Sequence[RankedWindow]) -> Decision:
    """Return whether the articles speak of the question's topic at all, judged by the sentences that fit it best."""
    windows = windows_of(ranked)
    claims = [quote_claim(window) for window in windows[:2]]
    return collaborators.decider.decide(request.topic or request.question, claims, windows)


def diverse(
    collaborators: Collaborators, ranked: Sequence[RankedWindow], n_wanted: int, balance: Balance = ON_A_TOPIC
) -> list[Window]:
    """Return at most `n_wanted` of the ranked sentences, most important first, that say different things.

    Beside its fit to the question, a sentence is worth more if it says much, and if it is near to the middle of what
    its article says.
    """
    vectors = embed_texts(collaborators.embeddings, [each.window.quote for each in ranked])
    central = centrality(vectors, [each.window.article.id for each in ranked])
    worth = [
        each.worth + LENGTH_WEIGHT * math.log(1 + len(set(content_stems(each.window.quote)))) + CENTRAL_WEIGHT * middle
        for each, middle in zip(ranked, central, strict=True)
    ]
    return [ranked[at].window for at in choose_diverse(worth, vectors, n_wanted, balance)]


def unsaid(ranked: Sequence[RankedWindow], said: Sequence[str]) -> list[RankedWindow]:
    """Return the sentences that no earlier answer holds."""
    return [each for each in ranked if not is_said(each.window, said)]


def is_said(window: Window, said: Sequence[str]) -> bool:
    """Return whether an earlier answer holds most of a window's words."""
    return any(coverage(window.quote, answer, window.article.language) >= SAID_BEFORE_MIN for answer in said)


def windows_of(ranked: Sequence[RankedWindow]) -> list[Window]:
    """Return the sentences alone."""
    return [each.window for each in ranked]
