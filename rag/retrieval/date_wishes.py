"""Dates in questions: which articles' dates a question asks for or leans towards, and passages and evidence by them.

A year in a question mostly tells when something happened, not when it was written about, so it only moves articles
up. Only words about publication ("this week's news", "articles of last month", "yesterday") leave articles out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from rag.answering.composing import Composition, change_reason
from rag.records import Passage, Window
from rag.text.times import TimeSpan, find_times, parse_published, render_span

WIDER_BY_WINDOW = 10
WIDER_BY_RANK = 2
"""So many times more passages are looked at where some will be left out, or moved up."""

RANK_OFFSET = 60
"""Of the reciprocal-rank score that passages get when they are moved (Cormack, Clarke and Büttcher, SIGIR 2009)."""

PLACES_GAINED = 4
"""What an article of the time asked about, or the newest one, gains on the others: near neighbours change places."""

AFTERMATH_DAYS = 60
"""Articles about a time appear within it and so many days after."""

NEAR_SCORE = 0.05
"""Evidence whose score is so near to the best one's gives way to newer."""

_NEWS = r"(?:news|headlines?|articles?|reports?|stories|story|coverage)"
_NEWS_AFTER = re.compile(rf"^['’]s? (?:\w+ )?{_NEWS}\b", re.IGNORECASE)
_NEWS_BEFORE = re.compile(
    rf"\b(?:{_NEWS}(?: (?:that )?(?:was|were))?(?: published| written| posted)?|published|appeared)"
    r"(?: (?:of|from|in|on|since|during|between|before|after|the|dated))* ?$",
    re.IGNORECASE,
)
_SINCE = re.compile(r"\bsince (?:the )?$", re.IGNORECASE)
_RECENT = re.compile(
    r"\b(?:latest|most recent|newest|recent|recently|lately|current|currently|now|at present|at the moment|these days"
    r"|so far|today|this (?:week|month|year))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DateWish:
    """What a question wishes of the articles' dates.

    Attributes:
        window: only articles published in it are looked at.
        near: articles published in it or soon after come first.
        prefers_recent: newer articles come first.
    """

    window: TimeSpan | None = None
    near: tuple[TimeSpan, ...] = ()
    prefers_recent: bool = False

    def n_wanted(self, top_k: int) -> int:
        """How many passages to search for, so that `top_k` are left."""
        if self.window is not None:
            return top_k * WIDER_BY_WINDOW
        return top_k * WIDER_BY_RANK if self.near or self.prefers_recent else top_k


def parse_wish(question: str, today: date) -> DateWish:
    """The dates that a question wishes for, relative ones counted from `today`; an empty wish where it names none."""
    window: TimeSpan | None = None
    near: list[TimeSpan] = []
    for found in find_times(question, TimeSpan(first=today, last=today)):
        before, after = question[: found.start], question[found.end :]
        span = replace(found, last=today) if _SINCE.search(before) and found.first <= today else found
        named = question[found.start : found.end].lower()
        if named == "yesterday":  # what happened then is also told today
            window = replace(span, last=today)
        elif _NEWS_AFTER.match(after) or _NEWS_BEFORE.search(before):
            window = span
        else:
            near.append(span)
    return DateWish(window=window, near=tuple(near), prefers_recent=_RECENT.search(question) is not None)


def date_passages(passages: Sequence[Passage], wish: DateWish, top_k: int) -> list[Passage]:
    """The best `top_k` passages under a wish, ranked anew; those outside its window, or undated, are left out."""
    if wish == DateWish():
        return list(passages[:top_k])
    kept = [passage for passage in passages if wish.window is None or _is_published_in(passage, wish.window)]
    gains = [0.0] * len(kept)
    if wish.near:
        gains = [float(any(_is_told_of(passage, span) for span in wish.near)) for passage in kept]
    if wish.prefers_recent:
        newness = _newness([passage.article.published for passage in kept])
        gains = [gain + new for gain, new in zip(gains, newness, strict=True)]
    moved = [
        replace(passage, score=1 / (RANK_OFFSET + place - PLACES_GAINED * gain))
        for place, (passage, gain) in enumerate(zip(kept, gains, strict=True), start=1)
    ]
    ordered = sorted(moved, key=lambda passage: (-passage.score, passage.rank))
    return [replace(passage, rank=rank) for rank, passage in enumerate(ordered[:top_k], start=1)]


def newest_first(evidence: Sequence[Window]) -> list[Window]:
    """The evidence with the newest before others that fit about as well as the best; the rest stays in order."""
    if not evidence:
        return []
    best = max(item.score for item in evidence)
    near = [item for item in evidence if item.score >= best - NEAR_SCORE and item.article.published]
    newest = sorted(near, key=lambda item: item.article.published, reverse=True)
    return [*newest, *(item for item in evidence if item not in near)]


def say_window(composition: Composition, wish: DateWish) -> Composition:
    """The abstention of a question about a window in which nothing was found, with the window in its reason."""
    if composition.verdict != "abstained" or wish.window is None:
        return composition
    window = f"Only articles published {_render_window(wish.window)} were looked at."
    return change_reason(composition, f"{composition.reason} {window}")


def _is_published_in(passage: Passage, window: TimeSpan) -> bool:
    published = parse_published(passage.article.published)
    return published is not None and published.meets(window)


def _is_told_of(passage: Passage, span: TimeSpan) -> bool:
    published = parse_published(passage.article.published)
    if published is None or span.meets(published):
        return published is not None
    return published.first > span.last and published.first - span.last <= timedelta(days=AFTERMATH_DAYS)


def _newness(published: Sequence[str]) -> list[float]:
    """The share of the other articles that each is newer than, 0 to 1, from ISO dates; the oldest is one without."""
    others = max(1, len(published) - 1)
    return [sum(other < mine for other in published) / others for mine in published]


def _render_window(window: TimeSpan) -> str:
    named = render_span(window)
    if named:
        return f"in {named}" if window.first != window.last else f"on {named}"
    if window.first == date.min:
        return f"up to {window.last.isoformat()}"
    if window.last == date.max:
        return f"from {window.first.isoformat()} on"
    return f"from {window.first.isoformat()} to {window.last.isoformat()}"
