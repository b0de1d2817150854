"""Evidence: chooses the windows of the passages that fit a question best, within a budget of characters."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from rag.models.embeddings import EmbeddingModel
from rag.ports import Reranker
from rag.records import Passage, Window
from rag.text.windows import (
    SENTENCES_MAX,
    heading_of,
    join_windows,
    passage_sentences,
    previous_sentence,
    render_window,
    surroundings,
)
from rag.text.words import content_stems

COVERAGE_WEIGHT = 0.4
RANK_WEIGHT = 0.05
"""Weights of the share of the question's words and of the logarithm of the passage's rank, beside the similarity.

Chosen on two development sets by how often the sentence with the answer is among the evidence of a 350-token prompt:
160 natural questions over Wikipedia paragraphs and 121 questions of SQuAD 2.0. Neighbouring values, 0.2 to 0.6 and 0.02
to 0.1, differ by less than two points."""


LINE_CHARS = 7
"""Characters that the number and the line break of a window take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedWindow:
    """A sentence and the number by which it is ranked, higher is better; only comparable for one question."""

    window: Window
    worth: float


class EvidenceChooser:
    """Chooses the windows that an answer is written from."""

    def __init__(self, embeddings: EmbeddingModel, reranker: Reranker | None = None, *, context: bool = True) -> None:
        """Take what scores sentences, and whether each is offered with the one before it."""
        self._embeddings = embeddings
        self._reranker = reranker
        self._context = context

    def choose(self, question: str, passages: Sequence[Passage], max_chars: int) -> list[Window]:
        """Return the windows that fit the question best, best first, together no longer than `max_chars`.

        A sentence is ranked by its similarity to the question (or the reranker's probability), the share of the
        question's content words in it (rare ones weigh more; half as much in its surroundings), and its passage's rank.
        It is offered with the sentence before it, which often names the person that "he" or a quote belongs to. If the
        passages hold a sentence, at least one window is chosen.
        """
        return _fill([ranked.window for ranked in self.rank(question, passages)], max_chars, self._context)

    def rank(self, question: str, passages: Sequence[Passage]) -> list[RankedWindow]:
        """Return all sentences of the passages, best first, each with its fit as the score."""
        candidates = [(window, rank) for window, rank in passage_sentences(passages) if _says_something(window)]
        sentences = [window for window, _ in candidates]
        if not sentences:
            return []
        fits = self._fits(question, sentences)
        coverages = _coverages(question, sentences)
        worth = [
            fit + COVERAGE_WEIGHT * share - RANK_WEIGHT * math.log(rank)
            for fit, share, (_, rank) in zip(fits, coverages, candidates, strict=True)
        ]
        order = sorted(range(len(sentences)), key=lambda i: (-worth[i], i))
        return [RankedWindow(window=replace(sentences[i], score=fits[i]), worth=worth[i]) for i in order]

    def _fits(self, question: str, sentences: Sequence[Window]) -> list[float]:
        """Return how well each sentence fits: the reranker's probability, or the cosine similarity (-1 to 1).

        The similarity is the better one of the sentence alone and behind its article's title and heading: these often
        name what the sentence leaves out, and where they are about something else they do no harm.
        """
        if self._reranker is not None:
            return self._reranker.score(question, [sentence.quote for sentence in sentences])
        query = np.asarray(self._embeddings.embed_query(question))
        alone = self._similarities(query, [sentence.quote for sentence in sentences])
        titled = self._similarities(query, [_titled(sentence) for sentence in sentences])
        return [float(value) for value in np.maximum(alone, titled)]

    def _similarities(self, query: np.ndarray, texts: list[str]) -> np.ndarray:
        vectors = np.asarray(self._embeddings.embed_documents(texts))
        norms = np.linalg.norm(vectors, axis=1) * np.linalg.norm(query)
        return np.asarray(vectors @ query / np.where(norms == 0, 1.0, norms))


def _fill(sentences: Sequence[Window], max_chars: int, context: bool) -> list[Window]:
    """Return windows made of the sentences, best first, each with the one before it, until the budget is used up."""
    runs: list[list[Window]] = []
    run_of: dict[tuple[str, int], list[Window]] = {}
    left = max_chars
    for sentence in sentences:
        if _place(sentence) in run_of:
            continue
        before = previous_sentence(sentence) if context else None
        run = run_of.get(_place(before)) if before else None
        extends = run is not None and len(run) < SENTENCES_MAX and before and _place(run[-1]) == _place(before)
        added = [sentence] if before is None or run is not None else [before, sentence]
        cost = sum(len(render_window(window)) + 1 for window in added) + LINE_CHARS * (not extends)
        if cost > left and runs:
            continue
        left -= cost
        if run is None or not extends:
            run = []
            runs.append(run)
        run += added
        run_of |= {_place(window): run for window in added}
    return [join_windows(run[0], run[-1]) for run in runs]


def _place(window: Window) -> tuple[str, int]:
    return window.article.id, window.start


def _says_something(window: Window) -> bool:
    return len(content_stems(window.quote)) > 1


def _coverages(question: str, candidates: Sequence[Window]) -> list[float]:
    """Return the weighted share of the question's content words in each candidate; words around it count half."""
    wanted = set(content_stems(question))
    own = [set(content_stems(window.quote)) for window in candidates]
    around = [set(content_stems(surroundings(window))) for window in candidates]
    frequency = Counter(word for stems in own for word in stems & wanted)
    weight = {word: math.log(1 + len(candidates) / (1 + frequency[word])) for word in wanted}
    total = sum(weight.values()) or 1.0
    return [
        sum(weight[word] * (1.0 if word in mine else 0.5 if word in near else 0.0) for word in wanted) / total
        for mine, near in zip(own, around, strict=True)
    ]


def _titled(window: Window) -> str:
    """The words behind the article's title and the heading that they are under."""
    return ". ".join(part for part in (window.article.title, heading_of(window), window.quote) if part)
