"""What sources need of the index: a place to hand over articles, and what is known of files and pages."""

from __future__ import annotations

from typing import Protocol

from ingest.records import Document, ReadFailure
from rag.library.records import IngestedFile


class ArticleSink(Protocol):
    """Takes the articles of files and pages, and remembers what each file or page held."""

    def find_file(self, key: str) -> IngestedFile | None:
        """Return what is known of a file or page from earlier runs; None when it is new."""
        ...

    def skip(self, stored: IngestedFile) -> None:
        """Report the articles and failures of a file or page that is unchanged."""
        ...

    def add(self, document: Document) -> str:
        """Add or update one article; return its id."""
        ...

    def fail(self, failure: ReadFailure) -> None:
        """Report a source that could not be read, or is not to be read."""
        ...

    def remember(self, key: str, stored: IngestedFile) -> None:
        """Remember a file or page, once the articles that were added before it are written."""
        ...
