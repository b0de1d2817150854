"""The seams where models and indexes plug in, as far as langchain-core has no interface for them.

Embeddings are `langchain_core.embeddings.Embeddings`; language models `langchain_core.language_models.BaseChatModel`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from rag.records import Answer, Evidence, Judgement, Passage, SearchResult, Turn


class PassageSearch(Protocol):
    """Finds passages for a question."""

    def search(self, question: str, top_k: int) -> list[Passage]:
        """At most `top_k` passages, best first, ranks from 1; an empty library gives an empty list."""
        ...


class Holdings(Protocol):
    """Tells what the articles of a library hold, all of them, whatever was found for a question."""

    def holds(self, word: str) -> bool:
        """Whether a title or text holds the word, in any ending; `Kowals*` stands for every word that opens so."""
        ...

    def is_dated_in(self, year: int) -> bool:
        """Whether an article was published or updated in a year."""
        ...


class ClaimChecker(Protocol):
    """Judges whether evidence supports a claim."""

    name: str

    def check(self, claim: str, evidence: Sequence[Evidence], question: str = "") -> Judgement:
        """The judgement of the claim over all the evidence together; empty evidence is never support.

        `question` is what the claim answers: names and numbers that stand in the question still need support.
        """
        ...


class Reranker(Protocol):
    """Tells how likely a text holds the answer to a question."""

    name: str

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        """One probability (0 to 1) a text, in the order given; no texts give an empty list."""
        ...


class TokenCounter(Protocol):
    """Counts a text's tokens as the embedding model does."""

    @property
    def max_tokens(self) -> int:
        """Longest text that the model reads, in tokens."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, special tokens included, without truncation."""
        ...


@runtime_checkable
class QuestionAnswerer(Protocol):
    """Answers questions, and finds the passages for them, as the chatbot does."""

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        """Return the checked answer, or an abstention with its reason; `history` holds earlier turns, oldest first."""
        ...

    def search(self, question: str) -> SearchResult:
        """Return the passages found for a question, best first."""
        ...
