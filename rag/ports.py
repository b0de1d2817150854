"""Ports: the interfaces of models and indexes, as far as langchain-core has none.

Embeddings are `langchain_core.embeddings.Embeddings`; language models `langchain_core.language_models.BaseChatModel`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from rag.records import Answer, Filters, Judgement, Passage, SearchResult, Turn, Window


class PassageSearch(Protocol):
    """Finds passages for a question."""

    def search(self, question: str, top_k: int, filters: Filters = Filters()) -> list[Passage]:  # noqa: B008
        """Return at most `top_k` passages of the articles that the filters allow, best first, ranked from 1."""
        ...


class Holdings(Protocol):
    """Looks words and years up in all articles of a library, whatever was found for a question."""

    def holds(self, word: str) -> bool:
        """Return whether a title or text has the word, in any ending; `Kowals*` matches every word that begins so."""
        ...

    def is_dated_in(self, year: int) -> bool:
        """Return whether an article was published or updated in a year."""
        ...


class ClaimChecker(Protocol):
    """Judges whether evidence supports a claim."""

    name: str

    def check(self, claim: str, evidence: Sequence[Window], question: str = "") -> Judgement:
        """Return the judgement of the claim over all the evidence together; empty evidence is never support.

        `question` is the question that the claim answers. Its names and numbers still need support.
        """
        ...


class Reranker(Protocol):
    """Estimates how likely it is that a text holds the answer to a question."""

    name: str

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        """Return one probability (0 to 1) for each text, in the order given; no texts give an empty list."""
        ...


class TokenCounter(Protocol):
    """Counts a text's tokens as the embedding model does."""

    @property
    def max_tokens(self) -> int:
        """The longest text that the model reads, in tokens."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the number of tokens of each text, special tokens included, without truncation."""
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
