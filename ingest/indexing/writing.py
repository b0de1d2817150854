"""Ingest: from sources to articles, chunks, lexical rows and vectors that become visible together."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace

from tqdm import tqdm

from ingest.indexing.chunks import Chunker
from ingest.indexing.identity import find_earlier, find_same, identity_keys, keep_known
from ingest.indexing.progress import OnProgress, ProgressTeller
from ingest.indexing.removing import folders_of, remove_missing, report_missing
from ingest.readers.limits import limits_of
from ingest.readers.processes import ExtractionPool
from ingest.records import Document, IngestReport, Outcome, OutcomeStatus, ReadFailure
from ingest.sources.addresses import is_address
from ingest.sources.documents import storable
from ingest.sources.fetching import Fetcher
from ingest.sources.files import FileRun, find_files
from ingest.sources.web import add_address
from rag.library.library import REBUILDING, Library
from rag.library.records import IngestedFile, NewVersion, content_hash
from rag.records import Article, Chunk

BATCH_CHUNKS = 512
"""Chunks that are embedded and written at once: large enough for transactions, small enough for memory."""

BATCH_OUTCOMES = 100
"""Outcomes that are written at once: each transaction waits for the disk."""

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

    def stored(self, key: str) -> IngestedFile | None:
        """What is known of a file or page, as of the last batch that was stored."""
        return self._catalog.file(key)

    def skip(self, stored: IngestedFile) -> None:
        """Reports the articles of a file or page that is unchanged, and again what failed in it."""
        for article_id in stored.article_ids:
            source = self._catalog.article(article_id).source
            self.report(Outcome(source=source, status="unchanged", article_id=article_id))
        for failure in stored.failures:
            reason = failure.reason if failure.skipped else f"{failure.reason} ({NOT_TRIED_AGAIN})"
            self.fail(ReadFailure(source=failure.source, reason=reason, skipped=failure.skipped))

    def remember(self, key: str, stored: IngestedFile) -> None:
        """Remembers a file or page, once the articles that were added before are stored."""
        self._pending_files.append((key, stored))

    def add(self, document: Document) -> str:
        """Adds or updates one article; returns its id. It is stored with its batch.

        The same article under another path or address keeps the id under which it came first.
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
        """Stores what is pending when it may hold this very article, so that it is found in the catalog.

        Args:
            article_id: of the article.
            keys: its identity's keys.
            title: where its title may be what it is found by.
        """
        if any(
            pending.article.id == article_id
            or set(keys) & set(pending.identities)
            or (title and title == pending.article.title)
            for pending in self._pending
        ):
            self.flush()

    def chunk(self, article: Article) -> list[Chunk]:
        """The chunks of an article, as they are indexed."""
        return self._chunker.chunk(article)

    def put(self, version: NewVersion, status: OutcomeStatus, reason: str = "") -> None:
        """Adds a version that is to become its article's current one; it is stored with its batch."""
        article, n_chunks = version.article, len(version.chunks)
        self._pending.append(version)
        self._pending_outcomes.append(
            Outcome(source=article.source, status=status, reason=reason, article_id=article.id, n_chunks=n_chunks)
        )
        if sum(len(pending.chunks) for pending in self._pending) >= BATCH_CHUNKS:
            self.flush()

    def fail(self, failure: ReadFailure) -> None:
        """Reports a source that was not taken in."""
        status: OutcomeStatus = "skipped" if failure.skipped else "failed"
        self.report(Outcome(source=storable(failure.source), status=status, reason=storable(failure.reason)))

    def flush(self) -> None:
        """Embeds and stores what is pending: first the vectors, then the catalog's transaction that shows them."""
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
        """Tells and keeps what became of a source."""
        self.outcomes.append(outcome)
        self.n_failed += outcome.status == "failed"
        if len(self.outcomes) - self._n_stored >= BATCH_OUTCOMES:
            self._store_outcomes()
        if self._on_outcome:
            self._on_outcome(outcome)


def ingest_into(
    library: Library,
    sources: Sequence[str],
    on_outcome: OnOutcome | None = None,
    progress: bool = False,
    retry_failed: bool = False,
    on_progress: OnProgress | None = None,
    uploaded: bool = False,
    prune: bool = False,
) -> IngestReport:
    """Adds or updates the articles of files, folders and addresses; see `ingest.ingest`."""
    started = time.monotonic()
    limits = limits_of(library.settings)
    with library.writing(), ExtractionPool(limits) as pool, ExitStack() as at_end:
        indexer = Indexer(library, on_outcome)
        files = FileRun(indexer, pool, limits, retry_failed=retry_failed, uploaded=uploaded)
        before = library.catalog.files()
        fetcher: Fetcher | None = None
        found = [item for source in sources for item in ([source] if is_address(source) else find_files(source))]
        teller = at_end.enter_context(ProgressTeller(len(found), bar=progress, on_progress=on_progress))
        for number, item in enumerate(found, 1):
            if isinstance(item, str) and is_address(item):
                files.settle()
                fetcher = fetcher or at_end.enter_context(Fetcher(library.settings))
                add_address(indexer, fetcher, item, limits)
            else:
                files.open(item)
            teller.step(number, indexer.n_chunks, indexer.n_failed)
        files.settle()
        indexer.flush()
        if prune:
            remove_missing(indexer, library, folders_of(sources), before)
        report_missing(indexer, library, folders_of(sources), before)
        indexer.flush()
        teller.step(len(found), indexer.n_chunks, indexer.n_failed)
    return IngestReport(outcomes=tuple(indexer.outcomes), seconds=time.monotonic() - started)


def rebuild(library: Library, progress: bool = False) -> int:
    """Chunks and embeds all articles of the catalog anew; returns the number of chunks."""
    chunker = Chunker(library.embeddings, library.settings.chunk_tokens, library.settings.chunk_overlap_sentences)
    with library.writing():
        library.catalog.set_fingerprint(REBUILDING)
        library.vectors.clear()
        n_chunks = 0
        ids = [article.id for article in library.catalog.articles()]
        pending: list[tuple[Article, list[Chunk]]] = []
        for id_ in tqdm(ids, desc="Rebuild", unit="article", delay=1, disable=not progress):
            article = library.catalog.article(id_)
            pending.append((article, chunker.chunk(article)))
            if sum(len(chunks) for _, chunks in pending) >= BATCH_CHUNKS:
                n_chunks += _reindex(library, chunker, pending)
                pending = []
        n_chunks += _reindex(library, chunker, pending)
        library.catalog.set_fingerprint(library.fingerprint)
    return n_chunks


def _reindex(library: Library, chunker: Chunker, articles: Sequence[tuple[Article, list[Chunk]]]) -> int:
    """Makes the vectors and lexical rows of articles anew; returns the number of their chunks."""
    ids = [chunk.id for _, chunks in articles for chunk in chunks]
    texts = [
        chunker.embedding_text(article, chunk.text, chunk.start) for article, chunks in articles for chunk in chunks
    ]
    library.vectors.upsert(ids, library.embeddings.embed_documents(texts))
    library.catalog.reindex(articles)
    return len(ids)


def _remarks(article: Article, document: Document) -> Iterator[str]:
    """What is to be said of an article that is added or updated."""
    if document.uploaded and article.version > 1:
        yield f"now version {article.version} of {_called(article)}"
    if document.n_hidden:
        yield f"{document.n_hidden:,} invisible characters were left out"
    if document.note:
        yield document.note


def _called(article: Article) -> str:
    """What readers know an article by, who don't know the paths of the server."""
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
