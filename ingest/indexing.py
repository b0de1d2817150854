"""Ingest: from sources to articles, chunks, lexical rows and vectors that become visible together."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from tqdm import tqdm

from ingest.addresses import is_address
from ingest.chunking import Chunker
from ingest.fetching import Fetcher
from ingest.identity import find_same, identity_keys, keep_known
from ingest.reading import list_files, read_file
from ingest.records import Document, IngestReport, Outcome, OutcomeStatus, ReadFailure
from ingest.web import add_address
from rag.errors import ArticleNotFoundError, IngestError
from rag.library import REBUILDING, Library
from rag.records import Article, Chunk
from rag.stored import NewVersion, StoredFile, content_hash

BATCH_CHUNKS = 512
"""Chunks that are embedded and written at once: large enough for transactions, small enough for memory."""

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
        self._pending_files: list[tuple[str, StoredFile]] = []
        self.outcomes: list[Outcome] = []

    def add_file(self, path: str) -> None:
        """Adds the articles of one file; a file whose bytes are unchanged is skipped."""
        key = str(Path(path).resolve())
        fingerprint = _hash_file(path)
        stored = self._catalog.file(key)
        if fingerprint and stored and stored.fingerprint == fingerprint:
            self.skip(stored)
            return
        article_ids, failed = [], False
        for item in read_file(path):
            if isinstance(item, ReadFailure):
                failed = True
                self.fail(item.source, item.reason)
            else:
                article_ids.append(self.add(item))
        if fingerprint and not failed:
            self.remember(key, StoredFile(fingerprint=fingerprint, article_ids=tuple(article_ids)))

    def stored(self, key: str) -> StoredFile | None:
        """What is known of a file or page, as of the last batch that was stored."""
        return self._catalog.file(key)

    def skip(self, stored: StoredFile) -> None:
        """Reports the articles of a file or page that is unchanged."""
        for article_id in stored.article_ids:
            source = self._catalog.article(article_id).source
            self.report(Outcome(source=source, status="unchanged", article_id=article_id))

    def remember(self, key: str, stored: StoredFile) -> None:
        """Remembers a file or page, once the articles that were added before are stored."""
        self._pending_files.append((key, stored))

    def add(self, document: Document) -> str:
        """Adds or updates one article; returns its id. It is stored with its batch.

        The same article under another path or address keeps the id under which it came first.
        """
        article, keys = _article(document), identity_keys(document)
        self.flush_if_pending(article.id, keys)
        known = self._catalog.content_hash(article.id)
        if known is None and (same := find_same(self._catalog, document)) is not None:
            if same.text == article.text:
                self.report(
                    Outcome(
                        source=article.source,
                        status="unchanged",
                        reason=f"the same article as {same.source}",
                        article_id=same.id,
                    )
                )
                return same.id
            article, known = replace(article, id=same.id), self._catalog.content_hash(same.id)
        if known is not None and is_address(document.source):
            article = keep_known(article, self._catalog.article(article.id))
        digest = content_hash(article)
        if known == digest:
            self.report(Outcome(source=article.source, status="unchanged", article_id=article.id))
            return article.id
        article = replace(article, version=self._catalog.next_version(article.id))
        self.put(
            NewVersion(article=article, content_hash=digest, chunks=self.chunk(article), identities=keys),
            "added" if known is None else "updated",
        )
        return article.id

    def flush_if_pending(self, article_id: str, keys: Sequence[str]) -> None:
        """Stores what is pending when it may hold this very article, so that it is found in the catalog."""
        if any(pending.article.id == article_id or set(keys) & set(pending.identities) for pending in self._pending):
            self.flush()

    def chunk(self, article: Article) -> list[Chunk]:
        """The chunks of an article, as they are indexed."""
        return self._chunker.chunk(article)

    def put(self, version: NewVersion, status: OutcomeStatus) -> None:
        """Adds a version that is to become its article's current one; it is stored with its batch."""
        article, n_chunks = version.article, len(version.chunks)
        self._pending.append(version)
        self._pending_outcomes.append(
            Outcome(source=article.source, status=status, article_id=article.id, n_chunks=n_chunks)
        )
        if sum(len(pending.chunks) for pending in self._pending) >= BATCH_CHUNKS:
            self.flush()

    def fail(self, source: str, reason: str) -> None:
        """Reports a source that could not be taken in."""
        self.report(Outcome(source=source, status="failed", reason=reason))

    def flush(self) -> None:
        """Embeds and stores what is pending: first the vectors, then the catalog's transaction that shows them."""
        if self._pending:
            self._store_pending()
        for key, stored in self._pending_files:
            self._catalog.store_file(key, stored)
        self._pending, self._pending_files = [], []
        outcomes, self._pending_outcomes = self._pending_outcomes, []
        for outcome in outcomes:
            self.report(outcome)

    def _store_pending(self) -> None:
        ids = [chunk.id for pending in self._pending for chunk in pending.chunks]
        texts = [
            self._chunker.embedding_text(pending.article, chunk.text)
            for pending in self._pending
            for chunk in pending.chunks
        ]
        vectors = self._library.embeddings.embed_documents(texts)
        self._catalog.journal(ids)
        self._library.vectors.upsert(ids, vectors)
        stale = self._catalog.store(self._pending)
        self._library.vectors.delete(stale)
        self._catalog.clear_journal()

    def report(self, outcome: Outcome) -> None:
        """Tells and keeps what became of a source."""
        self.outcomes.append(outcome)
        self._catalog.store_outcomes([(outcome.source, outcome.status, outcome.reason)])
        if self._on_outcome:
            self._on_outcome(outcome)


def ingest_into(
    library: Library, sources: Sequence[str], on_outcome: OnOutcome | None = None, progress: bool = False
) -> IngestReport:
    """Adds or updates the articles of files, folders and addresses; see `ingest.ingest`."""
    started = time.monotonic()
    with library.writing(), ExitStack() as at_end:
        indexer = Indexer(library, on_outcome)
        fetcher: Fetcher | None = None
        files = list(_files(indexer, sources))
        for path in tqdm(files, desc="Ingest", unit="file", delay=1, disable=not progress):
            if is_address(path):
                fetcher = fetcher or at_end.enter_context(Fetcher(library.settings))
                add_address(indexer, fetcher, path)
            else:
                indexer.add_file(path)
        indexer.flush()
    return IngestReport(outcomes=tuple(indexer.outcomes), seconds=time.monotonic() - started)


def rebuild(library: Library, progress: bool = False) -> int:
    """Chunks and embeds all articles of the catalog anew; returns the number of chunks."""
    chunker = Chunker(library.embeddings, library.settings.chunk_tokens, library.settings.chunk_overlap_sentences)
    with library.writing():
        library.catalog.set_fingerprint(REBUILDING)
        library.vectors.clear()
        n_chunks = 0
        for article in tqdm(library.catalog.articles(), desc="Rebuild", unit="article", delay=1, disable=not progress):
            chunks = chunker.chunk(article)
            texts = [chunker.embedding_text(article, chunk.text) for chunk in chunks]
            library.vectors.upsert([chunk.id for chunk in chunks], library.embeddings.embed_documents(texts))
            library.catalog.reindex(article, chunks)
            n_chunks += len(chunks)
        library.catalog.set_fingerprint(library.fingerprint)
    return n_chunks


def remove_articles(library: Library, article_ids: Sequence[str]) -> list[Article]:
    """Removes articles in all their versions, while the write lock is held; gives those that were there."""
    removed = []
    for article_id in article_ids:
        try:
            removed.append(library.catalog.article(article_id))
        except ArticleNotFoundError:
            continue
        library.vectors.delete(library.catalog.remove(article_id))
        library.catalog.clear_journal()
    return removed


def _files(indexer: Indexer, sources: Sequence[str]) -> Iterator[str]:
    for source in sources:
        try:
            yield from [source] if is_address(source) else list_files(source)
        except IngestError as exc:
            indexer.fail(source, str(exc))


def _hash_file(path: str) -> str:
    """The hash of a regular file's bytes; "" for anything else, which the reader reports."""
    try:
        if not Path(path).is_file():
            return ""
        with Path(path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


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
        language=document.language,
    )
