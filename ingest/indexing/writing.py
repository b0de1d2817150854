"""Writing documents into a library: articles, chunks, lexical rows and vectors become visible together."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from ingest.cleaning.addresses import is_address
from ingest.cleaning.characters import escape_surrogates
from ingest.indexing.chunks import Chunker
from ingest.indexing.identity import find_earlier, find_same, identity_keys, keep_known
from ingest.records import Document, Outcome, OutcomeStatus, ReadFailure
from rag.library.library import Library
from rag.library.records import IngestedFile, NewVersion, content_hash
from rag.records import Article, Chunk

BATCH_CHUNKS = 512
"""Chunks that are embedded and written at once: enough that transactions cost little, few enough for memory."""

BATCH_OUTCOMES = 100
"""Outcomes that are written at once, since each transaction waits for the disk."""

NOT_TRIED_AGAIN = "not tried again, since it is unchanged; --retry-failed does"

OnOutcome = Callable[[Outcome], None]


class Indexer:
    """Writes articles into one library; use it while the library's write lock is held."""

    def __init__(self, library: Library, on_outcome: OnOutcome | None = None) -> None:
        self._library = library
        self._catalog = library.catalog
        self._chunker = Chunker(
            library.embeddings, library.settings.chunk_tokens, library.settings.chunk_overlap_sentences
        )
        self._on_outcome = on_outcome
        self._pending: list[NewVersion] = []
        self._pending_outcomes: list[Outcome] = []
        self._pending_files: list[tuple[str, IngestedFile]] = []
        self._n_stored = 0
        self.n_chunks = self.n_failed = 0
        self.outcomes: list[Outcome] = []

    def find_file(self, key: str) -> IngestedFile | None:
        """Return what is known of a file or page, as of the last batch that was written; None when it is new."""
        return self._catalog.file(key)

    def skip(self, stored: IngestedFile) -> None:
        """Report the articles of a file or page that is unchanged, and again the failures in it."""
        for article_id in stored.article_ids:
            source = self._catalog.article(article_id).source
            self.report(Outcome(source=source, status="unchanged", article_id=article_id))
        for failure in stored.failures:
            reason = failure.reason if failure.skipped else f"{failure.reason} ({NOT_TRIED_AGAIN})"
            self.fail(ReadFailure(source=failure.source, reason=reason, skipped=failure.skipped))

    def remember(self, key: str, stored: IngestedFile) -> None:
        """Remember a file or page, once the articles that were added before it are written."""
        self._pending_files.append((key, stored))

    def add(self, document: Document) -> str:
        """Add or update one article; return its id. It is written with its batch.

        The same article under another path or address keeps the id under which it was first added.
        """
        article, keys = _article(document), identity_keys(document)
        self.flush_if_pending(article.id, keys, document.title if document.uploaded else "")
        known = self._catalog.content_hash(article.id)
        if known is None and (same := find_same(self._catalog, document)) is not None:
            if same.text == article.text:
                self.report(
                    Outcome(
                        source=article.source,
                        status="duplicate",
                        reason=f"the same article as {_called(same) if document.uploaded else same.source}",
                        article_id=same.id,
                    )
                )
                return same.id
            article, known = replace(article, id=same.id), self._catalog.content_hash(same.id)
        elif known is None and document.uploaded and (earlier := find_earlier(self._catalog, document)) is not None:
            article, known = replace(article, id=earlier.id), self._catalog.content_hash(earlier.id)
        if known is not None and (document.uploaded or is_address(document.source)):
            article = keep_known(article, self._catalog.article(article.id))
        digest = content_hash(article)
        if known == digest:
            self._catalog.note_updated(article.id, article.updated)
            self.report(Outcome(source=article.source, status="unchanged", article_id=article.id))
            return article.id
        article = replace(article, version=self._catalog.next_version(article.id))
        self.put(
            NewVersion(article=article, content_hash=digest, chunks=self.chunk(article), identities=keys),
            "added" if known is None else "updated",
            "; ".join(_remarks(article, document)),
        )
        return article.id

    def flush_if_pending(self, article_id: str, keys: Sequence[str], title: str = "") -> None:
        """Write the pending batch when it may hold this very article, so that the catalog can find it.

        Args:
            article_id: of the article.
            keys: its identity keys.
            title: its title, if the article may be found by it; else "".
        """
        if any(
            pending.article.id == article_id
            or set(keys) & set(pending.identities)
            or (title and title == pending.article.title)
            for pending in self._pending
        ):
            self.flush()

    def chunk(self, article: Article) -> list[Chunk]:
        """Return the chunks of an article, as they are indexed."""
        return self._chunker.chunk(article)

    def put(self, version: NewVersion, status: OutcomeStatus, reason: str = "") -> None:
        """Add a version that is to become its article's current one; it is written with its batch."""
        article, n_chunks = version.article, len(version.chunks)
        self._pending.append(version)
        self._pending_outcomes.append(
            Outcome(source=article.source, status=status, reason=reason, article_id=article.id, n_chunks=n_chunks)
        )
        if sum(len(pending.chunks) for pending in self._pending) >= BATCH_CHUNKS:
            self.flush()

    def fail(self, failure: ReadFailure) -> None:
        """Report a source that could not be read, or is not to be read."""
        status: OutcomeStatus = "skipped" if failure.skipped else "failed"
        source, reason = escape_surrogates(failure.source), escape_surrogates(failure.reason)
        self.report(Outcome(source=source, status=status, reason=reason))

    def flush(self) -> None:
        """Embed and write the pending batch: first the vectors, then the transaction that makes them visible."""
        if self._pending:
            self._store_pending()
        self._catalog.store_files(self._pending_files)
        self._pending, self._pending_files = [], []
        outcomes, self._pending_outcomes = self._pending_outcomes, []
        for outcome in outcomes:
            self.report(outcome)
        self._store_outcomes()

    def _store_pending(self) -> None:
        ids = [chunk.id for pending in self._pending for chunk in pending.chunks]
        texts = [
            self._chunker.embedding_text(pending.article, chunk.text, chunk.start)
            for pending in self._pending
            for chunk in pending.chunks
        ]
        vectors = self._library.embeddings.embed_documents(texts)
        self._catalog.journal(ids)
        self._library.vectors.upsert(ids, vectors)
        stale = self._catalog.store(self._pending)
        self._library.vectors.delete(stale)
        self._catalog.clear_journal()
        self.n_chunks += len(ids)

    def _store_outcomes(self) -> None:
        fresh = self.outcomes[self._n_stored :]
        self._catalog.store_outcomes([(outcome.source, outcome.status, outcome.reason) for outcome in fresh])
        self._n_stored = len(self.outcomes)

    def report(self, outcome: Outcome) -> None:
        """Keep the outcome of a source, and pass it to `on_outcome`."""
        self.outcomes.append(outcome)
        self.n_failed += outcome.status == "failed"
        if len(self.outcomes) - self._n_stored >= BATCH_OUTCOMES:
            self._store_outcomes()
        if self._on_outcome:
            self._on_outcome(outcome)


def _remarks(article: Article, document: Document) -> Iterator[str]:
    """Yield remarks for the user on an article that is added or updated."""
    if document.uploaded and article.version > 1:
        yield f"now version {article.version} of {_called(article)}"
    if document.n_hidden:
        yield f"{document.n_hidden:,} invisible characters were left out"
    if document.note:
        yield document.note


def _called(article: Article) -> str:
    """Return a name for an article without its path, since whoever uploads doesn't know the paths of the server."""
    return f"“{article.title}”" if article.title else "an article that is there"


def _article(document: Document) -> Article:
    return Article(
        id=hashlib.sha256(document.key.encode("utf-8", "surrogatepass")).hexdigest()[:16],
        source=document.source,
        text=document.text,
        title=document.title,
        publisher=document.publisher,
        authors=document.authors,
        url=document.url,
        published=document.published,
        updated=document.updated,
        language=document.language,
        note=document.note,
    )
