"""Lists: every item that the articles hold, each with its footnote; an item and its fuller form count once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace

from rag.answering.collaborators import Collaborators
from rag.answering.composing import Line, compose_lines, name_of
from rag.answering.gathering import (
    PASSAGES,
    compose_nothing,
    decide_topic,
    diverse,
    find_passages,
    numbered,
    shown_claim,
    unsaid,
    windows_of,
)
from rag.answering.requests import Clock, Outcome, Request
from rag.answering.unmentioned import missing_mentions
from rag.checking.claims import GroundedClaim, quote_claim
from rag.checking.decision import Decision
from rag.events import CitationsChosen, ClaimChecked, Event, PassagesFound, TokenWritten
from rag.reading.evidence import RankedWindow
from rag.reading.selection import ON_A_TOPIC_AND_NEAR
from rag.records import Article, Passage, Window
from rag.text.overlap import coverage
from rag.text.windows import article_sentences, inner_windows
from rag.text.words import content_stems
from rag.writing.drafts import Draft, write_draft
from rag.writing.prompts import LIST_EXAMPLE, LIST_PROMPT, evidence_budget

PROMPT_TOKENS = 520
ITEM_TOKENS = 100
ITEM_WORDS_MAX = 14
ITEMS_MIN = 2
"""So many items are shown, as unsure, though the articles don't seem to be on the topic, as in "which experts?"."""

LISTED_MIN = 3
"""A sentence that holds so many of the items is quoted before them, since it may list others too."""

LISTS_COMPARED = 3
"""The articles of which a list says how many of its items they name."""

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
        evidence = self._with.evidence.choose(question, passages, evidence_budget(question, PROMPT_TOKENS))
        clock.mark("retrieve")
        clock.mark_once("first_citation")
        yield CitationsChosen(citations=numbered(evidence))

        usage: Counter[str] = Counter()
        items: list[GroundedClaim] = []
        decision = decide_topic(self._with, request, ranked)
        if self._with.llm is not None and evidence and not self._is_elsewhere(question, evidence, decision):
            for item in (yield from self._read_items(question, evidence, clock, usage)):
                if not any(coverage(item.text, answer) == 1.0 for answer in request.said):
                    items = add_item(items, item)
                    yield ClaimChecked(claim=shown_claim(item))
        clock.mark("write")
        if decision.verdict == "abstained" and len(items) >= ITEMS_MIN:
            decision = replace(decision, verdict="unsure")
        lines = self._lines(question, ranked, items, evidence)[: request.claims_max]
        if decision.verdict == "abstained" or not lines:
            composition = compose_nothing(self._with, request, windows_of(ranked), decision)
        else:
            compared = self._compare_lists(items, evidence) if request.claims_max is None else []
            composition = compose_lines([*lines, *compared, Line(label=_say_read(passages))], decision)
        clock.mark("check")
        return Outcome(composition=composition, passages=passages, evidence=evidence, usage=usage)

    def _is_elsewhere(self, question: str, evidence: Sequence[Window], decision: Decision) -> bool:
        """Return whether nothing is on the topic, and the question names what no article of the library does."""
        language = evidence[0].article.language
        return decision.verdict == "abstained" and bool(
            missing_mentions(question, language, self._with.library.catalog)
        )

    def _lines(
        self,
        question: str,
        ranked: Sequence[RankedWindow],
        items: Sequence[GroundedClaim],
        evidence: Sequence[Window],
    ) -> list[Line]:
        """Return the items, behind a sentence that lists several of them, which is then cited for these.

        Without items, these are the sentences that fit best.
        """
        if items:
            listing = find_listing(items, evidence)
            if listing is None:
                return [Line(label=BULLET, claims=[item]) for item in in_article_order(items)]
            cited = [self._ground(item.text, question, [listing]) or item for item in items]
            first = Line(claims=[quote_claim(listing)])
            return [first, *(Line(label=BULLET, claims=[item]) for item in in_article_order(cited))]
        quotes = diverse(self._with.embeddings, ranked[: 4 * QUOTES], QUOTES, ON_A_TOPIC_AND_NEAR)
        return [Line(label=BULLET, claims=[quote_claim(window)]) for window in quotes]

    def _compare_lists(self, items: Sequence[GroundedClaim], evidence: Sequence[Window]) -> list[Line]:
        """Return a line on how many of the items each article names, where articles of different stories differ."""
        articles = list({window.article.id: window.article for window in evidence}.values())
        stories = self._with.library.catalog.stories_of([article.id for article in articles])
        named: dict[str, tuple[Article, frozenset[str]]] = {}
        for article in articles:
            sentences = article_sentences(article, 0, len(article.text))
            held = frozenset(item.text for item in items if any(_holds(each, item.text) for each in sentences))
            if len(held) >= ITEMS_MIN:
                named.setdefault(stories.get(article.id, article.id), (article, held))
        if len({held for _, held in named.values()}) < 2:
            return []
        counts = [(name_of(article), len(held)) for article, held in named.values()][:LISTS_COMPARED]
        return [Line(label=say_lists(len(items), counts))]

    def _read_items(
        self, question: str, evidence: Sequence[Window], clock: Clock, usage: Counter[str]
    ) -> Generator[Event, None, list[GroundedClaim]]:
        """Yield the tokens, and return the items that are found in the windows and supported."""
        assert self._with.llm is not None
        draft = Draft()
        for token in write_draft(self._with.llm, question, evidence, ITEM_TOKENS, draft, LIST_PROMPT, LIST_EXAMPLE):
            clock.mark_once("first_token")
            yield TokenWritten(text=token)
        usage.update(draft.usage)
        return [
            item for text in parse_items(draft.text) if (item := self._ground(text, question, evidence)) is not None
        ]

    def _ground(self, text: str, question: str, evidence: Sequence[Window]) -> GroundedClaim | None:
        """Return the item with the sentence that holds all its words and supports it best; None where none does."""
        holding = [sentence for sentence in _sentences(evidence) if _holds(sentence, text)]
        judged = [
            GroundedClaim(
                text=text, judgement=self._with.checker.check(f"{question} {text}", [sentence]), evidence=(sentence,)
            )
            for sentence in holding
        ]
        best = max(judged, key=lambda item: item.judgement.score, default=None)
        return best if best is not None and best.is_supported else None


def say_lists(n_items: int, counts: Sequence[tuple[str, int]]) -> str:
    """Return a sentence on how many of the items articles name: "Of these 5, A names 3, and B names all."."""
    named = [f"“{name}” names {'all' if n == n_items else n}" for name, n in counts]
    return f"Of these {n_items}, {', '.join(named[:-1])}, and {named[-1]}."


def find_listing(items: Sequence[GroundedClaim], evidence: Sequence[Window]) -> Window | None:
    """Return the sentence that holds most of the items, the first of several; None where none holds `LISTED_MIN`."""
    sentences = _sentences(evidence)
    held = [sum(_holds(sentence, item.text) for item in items) for sentence in sentences]
    most = max(held, default=0)
    return sentences[held.index(most)] if most >= LISTED_MIN else None


def _sentences(evidence: Sequence[Window]) -> list[Window]:
    return [sentence for window in evidence for sentence in inner_windows(window)[0]]


def _holds(sentence: Window, item: str) -> bool:
    return coverage(item, sentence.quote, sentence.article.language) == 1.0


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
