"""Summaries: the key sentences of an article, or the point of each of many articles."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace

import numpy as np

from rag.answering.choosing import Choice, choose_articles
from rag.answering.collaborators import Collaborators
from rag.answering.composing import Line, abstain, compose_lines, name_of
from rag.answering.gathering import compose_nothing, is_said, numbered, shown_claim
from rag.answering.grouping import Group, group_articles
from rag.answering.library_answers import say_articles
from rag.answering.overview import OverviewAnswerer
from rag.answering.requests import Clock, Outcome, Request
from rag.checking.claims import quote_claim
from rag.checking.decision import Decision
from rag.events import CitationsChosen, ClaimChecked, Event
from rag.reading.selection import ON_A_TOPIC_AND_NEAR, embed_texts, key_sentences
from rag.records import Article, Window

SENTENCES = 6
"""The sentences of the summary of one article: its point, and up to five more."""

FEW = 5
"""Up to this number of articles, each gets two sentences."""

CERTAIN = Decision(verdict="answered", confidence=1.0)


class SummaryAnswerer:
    """Answers with key sentences, or on a topic that no title names with each article's sentences on it."""

    def __init__(self, collaborators: Collaborators) -> None:
        self._with = collaborators
        self._topic = OverviewAnswerer(collaborators, ON_A_TOPIC_AND_NEAR, grouped=True)

    def answer(self, request: Request, clock: Clock) -> Generator[Event, None, Outcome]:
        """Yield the sentences chosen and the claims, and return the summary."""
        choice = choose_articles(self._with, request)
        articles = choice.articles
        if choice.reason:
            return Outcome(composition=abstain(choice.reason, 0.0))
        if not articles:
            outcome = yield from self._topic.answer(request, clock)
            return outcome if choice.is_held else self._abstain(request, outcome)
        lines = self._one(articles[0], choice.place, request) if len(articles) == 1 else self._many(choice, request)
        windows = [claim.evidence[0] for line in lines for claim in line.claims]
        clock.mark("retrieve")
        clock.mark_once("first_citation")
        yield CitationsChosen(citations=numbered(windows))
        if not windows:
            return Outcome(composition=compose_nothing(self._with, request, [], CERTAIN))
        for line in lines:
            for claim in line.claims:
                yield ClaimChecked(claim=shown_claim(claim))
        if choice.n_left_out:
            lines = [*lines, Line(label=say_left_out(choice.n_left_out))]
        composition = compose_lines(lines, CERTAIN)
        clock.mark("check")
        return Outcome(composition=composition, evidence=windows)

    def _abstain(self, request: Request, outcome: Outcome) -> Outcome:
        nowhere = Decision(verdict="abstained", confidence=0.0)
        return replace(outcome, composition=compose_nothing(self._with, request, outcome.evidence, nowhere))

    def _one(self, article: Article, place: str, request: Request) -> list[Line]:
        """Return the article's name, with its place where the question named one, and a line of its key sentences."""
        sentences = self._sentences(article, request.claims_max or SENTENCES, request)
        if not sentences:
            return []
        named = f"{name_of(article)} ({place}):" if place else f"{name_of(article)}:"
        return [Line(label=named), Line(claims=[quote_claim(window) for window in sentences])]

    def _many(self, choice: Choice, request: Request) -> list[Line]:
        """Return a line for each article; of more than a few, under what a group of them has in common."""
        n_each = 2 if len(choice.articles) <= FEW and not request.claims_max else 1
        chosen = {article.id: self._sentences(article, n_each, request) for article in choice.articles}
        told = [article for article in choice.articles if chosen[article.id]]
        groups = group_articles(told) if len(told) > FEW else [Group(label=(), articles=told)]
        lines = [Line(label=f"{choice.place[0].upper()}{choice.place[1:]}:")] if choice.place and told else []
        for group in groups:
            if len(groups) > 1:
                lines.append(Line(label=say_group(group)))
            texts = [f"{article.title}. {chosen[article.id][0].quote}" for article in group.articles]
            for at in order_by_similarity(embed_texts(self._with.embeddings, texts)):
                article = group.articles[at]
                claims = [quote_claim(window) for window in chosen[article.id]]
                lines.append(Line(label=f"{name_of(article)}:", claims=claims))
        return lines

    def _sentences(self, article: Article, n_wanted: int, request: Request) -> list[Window]:
        """Return the key sentences of an article that no earlier answer holds."""
        found = key_sentences(article, self._with.embeddings, n_wanted * (1 + len(request.said)))
        return [window for window in found if not is_said(window, request.said)][:n_wanted]


def say_group(group: Group) -> str:
    """Return the heading of a group: what its articles have in common, and how many they are."""
    return f"{', '.join(group.label) or 'Others'} ({say_articles(len(group.articles))}):"


def say_left_out(n_articles: int) -> str:
    """Return a sentence on how many articles a summary leaves out, at least one."""
    return "1 more article is left out." if n_articles == 1 else f"{n_articles:,} more articles are left out."


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
