"""Summaries: the key sentences of an article, or the point of each of many articles."""

from __future__ import annotations

from collections.abc import Generator, Sequence

import numpy as np

from rag.answering.choosing import choose_articles
from rag.answering.collaborators import Collaborators
from rag.answering.composing import Line, compose, compose_lines, name_of
from rag.answering.fact import find_passages, numbered, shown_claim
from rag.answering.overview import PASSAGES, decide_topic, is_said, windows_of
from rag.answering.requests import Clock, Outcome, Request
from rag.checking.claims import quote_claim
from rag.checking.decision import Decision
from rag.events import CitationsChosen, ClaimChecked, Event
from rag.reading.selection import embed_texts, key_sentences
from rag.records import Article

SENTENCES = 6
"""The sentences of the summary of one article: its point, and up to five more."""

NEAREST = 4
"""The sentences that an abstention keeps, for the question that it suggests."""

FEW = 5
"""Up to this number of articles, each gets two sentences."""

CERTAIN = Decision(verdict="answered", confidence=1.0)


class SummaryAnswerer:
    """Answers with key sentences, word for word."""

    def __init__(self, collaborators: Collaborators) -> None:
        self._with = collaborators

    def answer(self, request: Request, clock: Clock) -> Generator[Event, None, Outcome]:
        """Yield the sentences chosen and the claims, and return the summary."""
        choice = choose_articles(self._with, request)
        if choice.by_topic or not choice.articles:
            passages = find_passages(self._with, request.question, request, PASSAGES)
            ranked = self._with.evidence.rank(request.question, passages)
            decision = decide_topic(self._with, request, ranked)
            if decision.verdict == "abstained" or not choice.articles:
                nearest = windows_of(ranked)
                composition = compose(request.question, nearest, [], decision, self._with.library.catalog)
                return Outcome(composition=composition, passages=passages, evidence=nearest[:NEAREST])
        articles = choice.articles
        lines = self._one(articles[0], request) if len(articles) == 1 else self._many(articles)
        windows = [claim.evidence[0] for line in lines for claim in line.claims]
        clock.mark("retrieve")
        clock.mark_once("first_citation")
        yield CitationsChosen(citations=numbered(windows))
        for line in lines:
            for claim in line.claims:
                yield ClaimChecked(claim=shown_claim(claim))
        if choice.n_left_out:
            lines = [*lines, Line(label=f"{choice.n_left_out:,} more articles are left out.")]
        composition = compose_lines(lines, CERTAIN)
        clock.mark("check")
        return Outcome(composition=composition, evidence=windows)

    def _one(self, article: Article, request: Request) -> list[Line]:
        wanted = request.claims_max or SENTENCES
        found = key_sentences(article, self._with.embeddings, wanted * (1 + len(request.said)))
        sentences = [window for window in found if not is_said(window, request.said)][:wanted]
        return [Line(label=f"{name_of(article)}:"), Line(claims=[quote_claim(window) for window in sentences])]

    def _many(self, articles: Sequence[Article]) -> list[Line]:
        """Return a line for each article, those on the same things next to each other."""
        n_each = 2 if len(articles) <= FEW else 1
        embeddings = self._with.embeddings
        points = [key_sentences(article, embeddings, n_each) for article in articles]
        vectors = embed_texts(embeddings, [f"{a.title}. {p[0].quote}" for a, p in zip(articles, points, strict=True)])
        return [
            Line(label=f"{name_of(articles[at])}:", claims=[quote_claim(window) for window in points[at]])
            for at in order_by_similarity(vectors)
        ]


def order_by_similarity(vectors: np.ndarray) -> list[int]:
    """Return the positions of the vectors, each followed by the one most similar to it among the rest."""
    if not len(vectors):
        return []
    similar = vectors @ vectors.T
    order, left = [0], set(range(1, len(vectors)))
    while left:
        nearest = max(left, key=lambda at: (float(similar[order[-1], at]), -at))
        order.append(nearest)
        left.remove(nearest)
    return order
