"""Records of an ingest run: the documents that readers find, and the outcome of each source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

OutcomeStatus = Literal["added", "updated", "unchanged", "duplicate", "missing", "removed", "skipped", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One article as a reader found it.

    Attributes:
        source: path or URL as it was given to ingest; it is shown with every citation.
        key: identifies the article in later runs: the resolved path, the URL, or a record's own source.
        text: canonical text.
        published: ISO 8601 as precise as known, or "".
        updated: when it was last changed after that, in the same form.
        note: a remark on how the text was extracted, such as an uncertain reading order.
        n_hidden: number of characters that were removed because they are invisible, such as zero-width ones.
        uploaded: it came in an uploaded file, so only its content identifies the article.
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
        skipped: it is not an error, only nothing that is read, such as a picture among articles.
    """

    source: str
    reason: str
    skipped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """Announces a member of an archive before it is read, so that one that never ends can be named and passed over."""

    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The result of one source, such as added, unchanged or failed."""

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
        """Return the number of outcomes with this status."""
        return sum(outcome.status == status for outcome in self.outcomes)
