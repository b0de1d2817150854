"""Alignment: finds the window of the evidence that a claim is cited with."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rag.records import Window
from rag.text.names import missing_names
from rag.text.numbers import missing_numbers
from rag.text.overlap import coverage
from rag.text.windows import inner_windows, surroundings
from rag.text.words import content_stems, content_words, stem

SENTENCE_COST = 0.1
"""By this share of a claim's words a window must fit better for each sentence that it has more."""

SECOND_WINDOW_GAIN = 0.15
"""A second window is cited only if it adds this share of the claim's words that aren't in the question."""


def align(claim: str, evidence: Sequence[Window], question: str = "") -> tuple[Window, ...]:
    """Return the one or two windows that hold most of a claim, best first; none if no window shares a word with it.

    Every run of whole sentences within the evidence is a candidate, and shorter ones are preferred. A window's fit is
    the share of the claim's content words that it holds, less a penalty for each number and name that it lacks. Ties
    go to the window that holds more of the question, then to the better evidence. A second window comes from the same
    article, so that two unrelated facts aren't joined.
    """
    candidates = [
        (inner, place, n_more)
        for place, window in enumerate(evidence)
        for n_more, windows in enumerate(inner_windows(window))
        for inner in windows
    ]
    if not candidates:
        return ()
    best, *_ = max(candidates, key=lambda candidate: _worth(claim, question, *candidate))
    language = best.article.language
    if not coverage(claim, best.quote, language):
        return ()
    told = _beyond_question(claim, question, language)
    alone = coverage(told, best.quote, language)
    others = [other for other, *_ in candidates if other.article.id == best.article.id and not _overlap(best, other)]
    gains = [coverage(told, f"{best.quote}\n{other.quote}", language) - alone for other in others]
    most = max(gains, default=0.0)
    return (best, others[gains.index(most)]) if most >= SECOND_WINDOW_GAIN else (best,)


def _worth(claim: str, question: str, window: Window, place: int, n_more: int) -> tuple[float, float, int]:
    fit = _fit(claim, window) - SENTENCE_COST * n_more
    return fit, coverage(question, window.quote, window.article.language), -place


def _fit(claim: str, window: Window) -> float:
    quote, language = window.quote, window.article.language
    names = missing_names(claim, surroundings(window), language)
    lacking = len(missing_numbers(claim, quote, language)) + 0.5 * len(names)
    share = coverage(claim, quote, language)
    return share - 0.5 * lacking if share else -math.inf


def _beyond_question(claim: str, question: str, language: str) -> str:
    asked = set(content_stems(question, language))
    return " ".join(word for word in content_words(claim, language) if stem(word, language) not in asked)


def _overlap(one: Window, other: Window) -> bool:
    return one.start < other.end and other.start < one.end
