"""Gathering: what the kinds that quote share, from the passages of a question to the claims that are shown."""

from __future__ import annotations

import math
from collections.abc import Generator, Sequence
from dataclasses import replace

from rag.answering.collaborators import Collaborators
from rag.answering.composing import (
    NO_MORE,
    NOTHING_ALLOWED,
    NOTHING_FOUND,
    Composition,
    Line,
    abstain,
    compose,
    compose_lines,
    render_citation,
)
from rag.answering.date_window import say_window
from rag.answering.library_answers import EMPTY_LIBRARY
from rag.answering.requests import Request
from rag.checking.alignment import align
from rag.checking.claims import GroundedClaim, quote_claim
from rag.checking.decision import Decision
from rag.events import ClaimChecked, Event
from rag.library.catalog import Catalog
from rag.models.embeddings import EmbeddingModel
from rag.ports import Reranker
from rag.reading.evidence import RankedWindow
from rag.reading.selection import ON_A_TOPIC, Balance, centrality, choose_diverse, embed_texts, introduces
from rag.records import Citation, Claim, Filters, Passage, Window
from rag.retrieval.date_wishes import date_passages
from rag.text.languages import is_english
from rag.text.overlap import coverage, has_negation
from rag.text.windows import SENTENCES_MAX, article_sentences, inner_windows, join_windows, previous_sentence
from rag.text.words import content_stems, content_words
from rag.writing.standalone import REFERS_BACK

PASSAGES = 24
"""The passages that are looked at, of as many articles as there are."""

NEAREST = 5
"""The sentences by which a topic is judged."""

LENGTH_WEIGHT = 0.1
CENTRAL_WEIGHT = 0.2
"""With both weights the F1 of the sentences chosen for CLAPnq is .69, without them .66 (see `ON_A_TOPIC`)."""

OPENING_WORDS = 2
"""The words of a sentence among which one that refers back is looked for."""

SAID_BEFORE_MIN = 0.8
"""A sentence of which an earlier answer holds this share of the words, set by hand, isn't said again."""


def find_passages(collaborators: Collaborators, question: str, request: Request, top_k: int) -> list[Passage]:
    """Return the passages for a question, best first, under the dates and filters of the request."""
    wish = request.wish
    found = collaborators.search.search(question, wish.n_wanted(top_k), request.filters)
    return date_passages(found, wish, top_k)


def numbered(evidence: Sequence[Window]) -> tuple[Citation, ...]:
    """Return the windows as citations, numbered from 1."""
    return tuple(render_citation(number, window) for number, window in enumerate(evidence, start=1))


def decide_topic(collaborators: Collaborators, request: Request, ranked: Sequence[RankedWindow]) -> Decision:
    """Return whether the articles speak of the question's topic at all, judged by the sentences that fit it best.

    A question that has words, but none on a topic, such as "Give me a timeline", is about all articles.
    """
    has_words = any(not has_negation(word) for word in content_words(request.question))
    if has_words and not request.topic and ranked:
        return Decision(verdict="answered", confidence=1.0)
    return collaborators.topic_decider.decide(request.topic or request.question, windows_of(ranked[:NEAREST]))


def best_quote(reader: Reranker | None, question: str, evidence: Sequence[Window]) -> GroundedClaim:
    """Return a quote of the sentence that the reader thinks answers best, readable on its own.

    Without a reader it is the sentence of the best window that has most of the question's words. There has to be
    evidence.
    """
    if reader is None:
        (best, *_) = align(question, evidence[:1]) or evidence[:1]
        return quote_claim(best)
    sentences = [sentence for window in evidence for sentence in inner_windows(window)[0]]
    scores = reader.score(question, [sentence.quote for sentence in sentences])
    best = sentences[scores.index(max(scores))]
    (window,) = in_context([best])
    return quote_claim(window)


def diverse(
    embeddings: EmbeddingModel, ranked: Sequence[RankedWindow], n_wanted: int, balance: Balance = ON_A_TOPIC
) -> list[Window]:
    """Return at most `n_wanted` of the ranked sentences, most important first, that say different things.

    Beside its fit to the question, a sentence is worth more if it says much, and if it is near to the middle of what
    its article says. A line that only introduces what follows it ("The union asked for four things:") is left out.
    """
    ranked = [each for each in ranked if not introduces(each.window)] or ranked
    vectors = embed_texts(embeddings, [each.window.quote for each in ranked])
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


def in_context(windows: Sequence[Window]) -> list[Window]:
    """Return the windows, each readable on its own: one that refers back opens with the sentence before it.

    "It began on 5 September" is quoted behind "The strike is over." Two quotes that overlap then are joined, at the
    place of the first, unless that has more than three sentences.
    """
    found: list[Window] = []
    for window in windows:
        wide = _widen(window)
        met = [at for at, each in enumerate(found) if _overlap(each, wide)]
        joined = _union(found[met[0]], wide) if len(met) == 1 else None
        if not met:
            found.append(wide)
        elif joined is not None and len(article_sentences(joined.article, joined.start, joined.end)) <= SENTENCES_MAX:
            found[met[0]] = joined
        elif not any(_overlap(each, window) for each in found):
            found.append(window)
    return found


def _widen(window: Window) -> Window:
    """Return a window from the nearest sentence before it on that doesn't refer back, of three sentences at most."""
    for _ in range(SENTENCES_MAX - 1):
        before = previous_sentence(window) if _refers_back(window) else None
        if before is None:
            break
        window = join_windows(before, window)
    return window


def in_article_order(windows: Sequence[Window]) -> list[Window]:
    """Return the windows of each article together and in its order; the article of the first window comes first."""
    first: dict[str, int] = {}
    for window in windows:
        first.setdefault(window.article.id, len(first))
    return sorted(windows, key=lambda window: (first[window.article.id], window.start))


def _refers_back(window: Window) -> bool:
    """Return whether one of the first words of a window refers back, as in "It began" and "In his view"."""
    opening = " ".join(window.quote.split(maxsplit=OPENING_WORDS)[:OPENING_WORDS])
    return is_english(window.article.language) and REFERS_BACK.search(opening) is not None


def _union(one: Window, other: Window) -> Window:
    return replace(one, start=min(one.start, other.start), end=max(one.end, other.end))


def _overlap(one: Window, other: Window) -> bool:
    return one.article.id == other.article.id and one.start < other.end and other.start < one.end


def compose_nothing(
    collaborators: Collaborators, request: Request, windows: Sequence[Window], decision: Decision
) -> Composition:
    """Return the abstention where no claim is shown: with the nearest window, or that earlier answers said it all."""
    if request.said and not windows:
        return abstain(NO_MORE, 0.0)
    if not windows:
        return abstain_unread(collaborators.library.catalog, request)
    composition = compose(request.question, windows, [], decision, collaborators.library.catalog)
    return say_window(composition, request.wish)


def abstain_unread(catalog: Catalog, request: Request) -> Composition:
    """Return the abstention where no article could be read: none is there, none is allowed, or none is found."""
    if catalog.count(Filters()) == 0:
        return abstain(EMPTY_LIBRARY, 0.0)
    return say_window(abstain(NOTHING_ALLOWED if request.filters else NOTHING_FOUND, 0.0), request.wish)


def compose_decided(
    collaborators: Collaborators,
    request: Request,
    lines: Sequence[Line],
    decision: Decision,
    ranked: Sequence[RankedWindow],
) -> Generator[Event, None, Composition]:
    """Yield the claims of the lines, and return the answer, or the abstention where it is refused or has no line."""
    if decision.verdict == "abstained" or not lines:
        return compose_nothing(collaborators, request, windows_of(ranked), decision)
    for line in lines:
        for claim in line.claims:
            yield ClaimChecked(claim=shown_claim(claim))
    return compose_lines(lines, decision)


def shown_claim(claim: GroundedClaim) -> Claim:
    """Return a judged claim as its event shows it, without the numbers of citations."""
    judgement = claim.judgement
    return Claim(text=claim.text, verdict=judgement.verdict, score=judgement.score, reason=judgement.reason)
