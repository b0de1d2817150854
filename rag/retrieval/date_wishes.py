"""Dates in questions: which dates of publication a question asks for, and passages and windows ordered by them.

A year in a question is mostly the year of an event, not that of the report about it. So it only moves articles up.
Only words about publication ("this week's news", "articles of last month", "yesterday") leave articles out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from rag.records import Passage, Window
from rag.text.times import TimeSpan, find_times, parse_published

WIDER_BY_WINDOW = 10
WIDER_BY_RANK = 2
"""How many times more passages are searched for, where some will be left out or moved up."""

RANK_OFFSET = 60
"""The constant in the reciprocal-rank score of passages that are moved (Cormack, Clarke and Büttcher, SIGIR 2009)."""

PLACES_GAINED = 4
"""How many ranks an article of the time asked about, or the newest one, moves up."""

AFTERMATH_DAYS = 60
"""How many days after a time articles about it still appear."""

NEAR_SCORE = 0.05
"""How far a window's score may be below the best one's, so that a newer window may come before an older one."""

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
    """The dates of publication that a question asks for.

    Attributes:
        window: other articles are left out.
        near: articles published in these spans, or soon after, come first.
        prefers_recent: whether newer articles come first.
    """

    window: TimeSpan | None = None
    near: tuple[TimeSpan, ...] = ()
    prefers_recent: bool = False

    def n_wanted(self, top_k: int) -> int:
        """Return how many passages to search for, so that `top_k` are left."""
        if self.window is not None:
            return top_k * WIDER_BY_WINDOW
        return top_k * WIDER_BY_RANK if self.near or self.prefers_recent else top_k


def parse_wish(question: str, today: date) -> DateWish:
    """Return the dates that a question asks for, relative ones counted from `today`; an empty wish for none."""
    window: TimeSpan | None = None
    near: list[TimeSpan] = []
    for found in find_times(question, TimeSpan(first=today, last=today)):
        before, after = question[: found.start], question[found.end :]
        span = replace(found, last=today) if _SINCE.search(before) and found.first <= today else found
        named = question[found.start : found.end].lower()
        if named == "yesterday":  # an event of yesterday is also reported today
            window = replace(span, last=today)
        elif _NEWS_AFTER.match(after) or _NEWS_BEFORE.search(before):
            window = span
        else:
            near.append(span)
    return DateWish(window=window, near=tuple(near), prefers_recent=_RECENT.search(question) is not None)


def date_passages(passages: Sequence[Passage], wish: DateWish, top_k: int) -> list[Passage]:
    """Return the best `top_k` passages under a wish, ranked anew, without those outside its window or undated."""
    if wish == DateWish():
        return list(passages[:top_k])
    kept = [passage for passage in passages if wish.window is None or _is_published_in(passage, wish.window)]
    gains = [0.0] * len(kept)
    if wish.near:
        gains = [float(any(_is_report_of(passage, span) for span in wish.near)) for passage in kept]
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
    """Return the evidence, newest first among what scores about as well as the best; the rest keeps its order."""
    if not evidence:
        return []
    best = max(item.score for item in evidence)
    near = [item for item in evidence if item.score >= best - NEAR_SCORE and item.article.published]
    newest = sorted(near, key=lambda item: item.article.published, reverse=True)
    return [*newest, *(item for item in evidence if item not in near)]


def _is_published_in(passage: Passage, window: TimeSpan) -> bool:
    """Return whether a passage's article is dated, and published in a span of time."""
    published = parse_published(passage.article.published)
    return published is not None and published.meets(window)


def _is_report_of(passage: Passage, span: TimeSpan) -> bool:
    """Return whether a passage's article was published in a span of time, or soon after it."""
    published = parse_published(passage.article.published)
    if published is None or span.meets(published):
        return published is not None
    return published.first > span.last and published.first - span.last <= timedelta(days=AFTERMATH_DAYS)


def _newness(published: Sequence[str]) -> list[float]:
    """Return for each ISO date the share of the other dates that are older, 0 to 1; no date is older than any date."""
    others = max(1, len(published) - 1)
    return [sum(other < mine for other in published) / others for mine in published]
