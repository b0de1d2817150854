"""Lists: every item that the articles hold, each with its footnote; an item and its fuller form count once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Generator, Iterator, Sequence

from rag.answering.collaborators import Collaborators
from rag.answering.composing import Line, compose, compose_lines
from rag.answering.fact import find_passages, numbered, shown_claim
from rag.answering.overview import PASSAGES, decide_topic, diverse, unsaid, windows_of
from rag.answering.requests import Clock, Outcome, Request
from rag.checking.alignment import align
from rag.checking.claims import GroundedClaim, quote_claim
from rag.events import CitationsChosen, ClaimChecked, Event, PassagesFound, TokenWritten
from rag.records import Passage, Window
from rag.text.overlap import coverage
from rag.text.words import content_stems
from rag.writing.drafts import Draft, write_draft
from rag.writing.prompts import LIST_EXAMPLE, LIST_PROMPT, evidence_budget

BATCHES = 2
"""The prompts that are written from, each with other windows, so that the first items come early."""

BATCH_TOKENS = 520
ITEM_TOKENS = 100
ITEM_WORDS_MAX = 14
QUOTES = 8
"""The sentences that are quoted where no item is found."""

BULLET = "•"
_LIST_MARK = re.compile(r"^\s*(?:[-*•–]|\d+[.)])\s+")
_MARKER = re.compile(r"\s*\[\d+(?:\s*[,;–-]\s*\d+)*\]")


class ListAnswerer:
    """Answers with items that the language model reads out of the windows, or with the windows themselves."""

    def __init__(self, collaborators: Collaborators) -> None:
        self._with = collaborators

    def answer(self, request: Request, clock: Clock) -> Generator[Event, None, Outcome]:
        """Yield the passages, the items as they are written and checked, and return the list.

        Raises:
            ModelError: the language model did not answer.
        """
        question = request.question
        passages = find_passages(self._with, question, request, PASSAGES)
        yield PassagesFound(standalone_question=question, passages=tuple(passages))
        ranked = unsaid(self._with.evidence.rank(question, passages), request.said)
        batches = self._batches(question, passages)
        evidence = [window for batch in batches for window in batch]
        clock.mark("retrieve")
        clock.mark_once("first_citation")
        yield CitationsChosen(citations=numbered(evidence))

        usage: Counter[str] = Counter()
        items: list[GroundedClaim] = []
        decision = decide_topic(self._with, request, ranked)
        reads = self._with.llm is not None and decision.verdict != "abstained"
        for batch in batches if reads else []:
            for item in (yield from self._read_items(question, batch, clock, usage)):
                if not any(coverage(item.text, answer) == 1.0 for answer in request.said):
                    items = add_item(items, item)
                    yield ClaimChecked(claim=shown_claim(item))
        clock.mark("write")
        lines = [Line(label=BULLET, claims=[item]) for item in in_article_order(items)]
        if not lines:
            quotes = diverse(self._with, ranked[: 4 * QUOTES], QUOTES)
            lines = [Line(label=BULLET, claims=[quote_claim(window)]) for window in quotes]
        lines = lines[: request.claims_max]
        if decision.verdict == "abstained" or not lines:
            composition = compose(question, windows_of(ranked), [], decision, self._with.library.catalog)
        else:
            composition = compose_lines([*lines, Line(label=_say_read(passages))], decision)
        clock.mark("check")
        return Outcome(composition=composition, passages=passages, evidence=evidence, usage=usage)

    def _batches(self, question: str, passages: Sequence[Passage]) -> list[list[Window]]:
        """Return the windows for each prompt, best first; together they come from all passages."""
        budget = evidence_budget(question, BATCH_TOKENS)
        windows = self._with.evidence.choose(question, passages, BATCHES * budget)
        batches: list[list[Window]] = [[]]
        left = budget
        for window in windows:
            if len(window.quote) > left and batches[-1]:
                batches.append([])
                left = budget
            batches[-1].append(window)
            left -= len(window.quote)
        return batches[:BATCHES] if windows else []

    def _read_items(
        self, question: str, batch: Sequence[Window], clock: Clock, usage: Counter[str]
    ) -> Generator[Event, None, list[GroundedClaim]]:
        """Yield the tokens, and return the items that are found in the windows and supported."""
        assert self._with.llm is not None
        draft = Draft()
        for token in write_draft(self._with.llm, question, batch, ITEM_TOKENS, draft, LIST_PROMPT, LIST_EXAMPLE):
            clock.mark_once("first_token")
            yield TokenWritten(text=token)
        usage.update(draft.usage)
        return [item for text in parse_items(draft.text) if (item := self._ground(text, question, batch)) is not None]

    def _ground(self, text: str, question: str, batch: Sequence[Window]) -> GroundedClaim | None:
        """Return the item with the window that holds all its words and answers the question with it; None for none."""
        cited = align(text, batch, question)[:1]
        if not cited or coverage(text, cited[0].quote, cited[0].article.language) < 1.0:
            return None
        judgement = self._with.checker.check(f"{question} {text}", cited)
        item = GroundedClaim(text=text, judgement=judgement, evidence=cited)
        return item if item.is_supported else None


def _say_read(passages: Sequence[Passage]) -> str:
    """Return the sentence on how many articles were read."""
    n_articles = len({passage.article.id for passage in passages})
    return f"Read in {n_articles} article{'' if n_articles == 1 else 's'}."


def parse_items(draft: str) -> Iterator[str]:
    """Yield the items of a draft, one a line, without list marks; long lines and repeats are left out."""
    seen = set()
    for line in draft.split("\n"):
        text = _MARKER.sub("", _LIST_MARK.sub("", line)).strip().strip("*").rstrip(".;,").strip()
        is_item = 0 < len(text.split()) <= ITEM_WORDS_MAX and not text.endswith((":", "?"))
        if is_item and text.casefold() not in seen:
            seen.add(text.casefold())
            yield text


def add_item(items: Sequence[GroundedClaim], new: GroundedClaim) -> list[GroundedClaim]:
    """Return the items with a new one; of an item and its fuller form ("Rao", "Ana Rao") the fuller one stays."""
    words = frozenset(content_stems(new.text))
    kept = []
    for item in items:
        others = frozenset(content_stems(item.text))
        if words <= others:
            return list(items)
        if not others < words:
            kept.append(item)
    return [*kept, new]


def in_article_order(items: Sequence[GroundedClaim]) -> list[GroundedClaim]:
    """Return the items in the order of the articles: by their first appearance among the windows, then by place."""
    first: dict[str, int] = {}
    for item in items:
        first.setdefault(item.evidence[0].article.id, len(first))
    return sorted(items, key=lambda item: (first[item.evidence[0].article.id], item.evidence[0].start))
