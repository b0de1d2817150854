"""What readers hand to the indexer, and what an ingest run tells about each source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

OutcomeStatus = Literal["added", "updated", "unchanged", "duplicate", "missing", "removed", "skipped", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One article as a reader found it.

    Attributes:
        source: path or URL as it was given to ingest, shown with every citation.
        key: what makes it the same article next time: the resolved path, the URL, or a record's own source.
        text: canonical text.
        published: ISO 8601 as precise as known, or "".
        updated: when it was last changed after that; as `published`.
        note: what a reader should know of how the text was taken, such as an order that is uncertain.
        n_hidden: characters that were left out because nobody would see them, such as zero-width ones.
        uploaded: it came in a file without a place of its own, so that only its content says which article it is.
    """

    source: str
    key: str
    text: str
    title: str = ""
    publisher: str = ""
    authors: tuple[str, ...] = ()
    url: str = ""
    published: str = ""
    updated: str = ""
    language: str = ""
    note: str = ""
    n_hidden: int = 0
    uploaded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFailure:
    """A source, or a part of one such as a line, that could not be read, and why.

    Attributes:
        skipped: nothing is wrong with it; it is only nothing to read, such as a picture among articles.
    """

    source: str
    reason: str
    skipped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """Said before a member of an archive is read, so that one that never ends can be named and passed over."""

    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one source."""

    source: str
    status: OutcomeStatus
    reason: str = ""
    article_id: str = ""
    n_chunks: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestReport:
    """All outcomes of a run, in the order in which they were reached."""

    outcomes: tuple[Outcome, ...]
    seconds: float

    def count(self, status: OutcomeStatus) -> int:
        """How many sources ended so."""
        return sum(outcome.status == status for outcome in self.outcomes)
