"""Web addresses: a page is one article, a feed or a sitemap many; unchanged ones are skipped."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict

from ingest.cleaning.addresses import page_key
from ingest.readers.limits import Limits
from ingest.records import ReadFailure
from ingest.sources.feeds import Entry, Listing, parse_listing
from ingest.sources.fetching import Fetcher, Validators
from ingest.sources.pages import parse_page
from ingest.sources.ports import ArticleSink
from ingest.sources.public_addresses import check_address
from rag.errors import IngestError
from rag.library.records import IngestedFile

MAX_ARTICLES = 1000
"""Articles of one address in one run; at a second between requests, that is a quarter of an hour."""
MAX_SITEMAPS = 50
MAX_SITEMAP_DEPTH = 2


def add_address(sink: ArticleSink, fetcher: Fetcher, address: str, limits: Limits) -> None:
    """Add the article at an address, or all that the feed or sitemap there lists; failures are reported to the sink."""
    _Visit(sink, fetcher, limits).add(Entry(address=address))


class _Visit:
    """One address with all that it lists; counts what has been read of it."""

    def __init__(self, sink: ArticleSink, fetcher: Fetcher, limits: Limits) -> None:
        self._sink, self._fetcher, self._limits = sink, fetcher, limits
        self._seen: set[str] = set()
        self._n_articles = self._n_sitemaps = 0

    def add(self, entry: Entry, depth: int = 0) -> list[str] | None:
        """Add what an entry leads to; return the article ids, or None after a failure, so that it is read again."""
        try:
            key = page_key(check_address(entry.address))
            if key in self._seen:
                return []
            self._seen.add(key)
            return self._add(key, entry, depth)
        except IngestError as exc:
            self._sink.fail(ReadFailure(source=entry.address, reason=str(exc)))
            return None

    def _add(self, key: str, entry: Entry, depth: int) -> list[str] | None:
        stored = self._sink.find_file(key)
        known = json.loads(stored.fingerprint) if stored else {}
        sha256 = known.pop("sha256", "")
        fetched = self._fetcher.fetch(entry.address, Validators(**known))
        found_sha256 = hashlib.sha256(fetched.data).hexdigest()
        if fetched.unchanged or sha256 == found_sha256:
            if stored is None:
                raise IngestError("the server says that nothing has changed, though it was asked for the first time")
            self._sink.skip(stored)
            return list(stored.article_ids)
        listing = parse_listing(fetched.data, fetched.address)
        article_ids: list[str] | None
        if listing is None:
            article_ids = [self._sink.add(parse_page(fetched, entry, self._limits))]
        else:
            article_ids = self._add_listing(entry.address, listing, depth)
        if article_ids is not None:
            fingerprint = json.dumps(asdict(fetched.validators) | {"sha256": found_sha256})
            self._sink.remember(key, IngestedFile(fingerprint=fingerprint, article_ids=tuple(article_ids)))
        return article_ids

    def _add_listing(self, address: str, listing: Listing, depth: int) -> list[str] | None:
        if not listing.entries and not listing.sitemaps:
            raise IngestError("the feed or sitemap lists no article")
        results: list[list[str] | None] = []
        for entry in listing.entries:
            if self._n_articles == MAX_ARTICLES:
                raise IngestError(f"lists more than {MAX_ARTICLES:,} articles; the rest is left out")
            self._n_articles += 1
            results.append(self.add(entry, MAX_SITEMAP_DEPTH))
        for sitemap in listing.sitemaps:
            if depth >= MAX_SITEMAP_DEPTH or self._n_sitemaps == MAX_SITEMAPS:
                raise IngestError(
                    f"leads to more than {MAX_SITEMAPS} sitemaps, or deeper than {MAX_SITEMAP_DEPTH}; "
                    "the rest is left out"
                )
            self._n_sitemaps += 1
            results.append(self.add(Entry(address=sitemap), depth + 1))
        done = [article_ids for article_ids in results if article_ids is not None]
        if len(done) < len(results):
            return None
        return list(dict.fromkeys(article_id for article_ids in done for article_id in article_ids))
