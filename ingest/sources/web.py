"""From web addresses to articles: a page is one article, a feed or a sitemap many; unchanged ones are skipped."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from dataclasses import fields as fields_of
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ingest.cleaning.dates import later_date
from ingest.cleaning.languages import recognise_language
from ingest.cleaning.titles import choose_title
from ingest.readers.extract import Extract
from ingest.readers.limits import Limits
from ingest.readers.processes import ExtractionPool
from ingest.records import Document, ReadFailure
from ingest.sources.addresses import canonical_address, check_address, page_key
from ingest.sources.documents import load_extractor
from ingest.sources.feeds import Entry, Listing, parse_listing
from ingest.sources.fetching import Fetched, Fetcher, Validators
from rag.errors import IngestError
from rag.library.records import IngestedFile

if TYPE_CHECKING:
    from ingest.indexing.writing import Indexer

MAX_ARTICLES = 1000
"""Articles of one address in one run; at a second between requests, that is a quarter of an hour."""
MAX_SITEMAPS = 50
MAX_SITEMAP_DEPTH = 2

_SUFFIXES = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}
"""The reader of a page by its media type; for those that say nothing, the address's own ending decides."""
_APART = frozenset({".pdf"})
"""Read in another process, since their parser isn't written in Python."""
_SAYS_NOTHING = frozenset({"", "application/octet-stream", "binary/octet-stream"})


def add_address(indexer: Indexer, fetcher: Fetcher, address: str, limits: Limits) -> None:
    """Adds the article at an address, or all that the feed or sitemap there lists; what fails is reported."""
    _Visit(indexer, fetcher, limits).add(Entry(address=address))


class _Visit:
    """One address with all that it leads to, and how much of it has been read."""

    def __init__(self, indexer: Indexer, fetcher: Fetcher, limits: Limits) -> None:
        self._indexer, self._fetcher, self._limits = indexer, fetcher, limits
        self._seen: set[str] = set()
        self._n_articles = self._n_sitemaps = 0

    def add(self, entry: Entry, depth: int = 0) -> list[str] | None:
        """The ids of the articles; None when one failed, so that its listing is read again next time."""
        try:
            key = page_key(check_address(entry.address))
            if key in self._seen:
                return []
            self._seen.add(key)
            return self._add(key, entry, depth)
        except IngestError as exc:
            self._indexer.fail(ReadFailure(source=entry.address, reason=str(exc)))
            return None

    def _add(self, key: str, entry: Entry, depth: int) -> list[str] | None:
        stored = self._indexer.stored(key)
        known = json.loads(stored.fingerprint) if stored else {}
        sha256 = known.pop("sha256", "")
        fetched = self._fetcher.fetch(entry.address, Validators(**known))
        found_sha256 = hashlib.sha256(fetched.data).hexdigest()
        if fetched.unchanged or sha256 == found_sha256:
            if stored is None:
                raise IngestError("the server says that nothing has changed, though it was asked for the first time")
            self._indexer.skip(stored)
            return list(stored.article_ids)
        listing = parse_listing(fetched.data, fetched.address)
        article_ids: list[str] | None
        if listing is None:
            article_ids = [self._indexer.add(parse_page(fetched, entry, self._limits))]
        else:
            article_ids = self._add_listing(entry.address, listing, depth)
        if article_ids is not None:
            fingerprint = json.dumps(asdict(fetched.validators) | {"sha256": found_sha256})
            self._indexer.remember(key, IngestedFile(fingerprint=fingerprint, article_ids=tuple(article_ids)))
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


def parse_page(fetched: Fetched, entry: Entry, limits: Limits | None = None) -> Document:
    """The article of a page; what the page doesn't tell of itself is taken from the feed that listed it.

    The canonical address that the page states is believed when it is on the same site. It does not alone make the page
    the same article as another (see `ingest/indexing/identity.py`), since some sites state one for all their pages.

    Raises:
        IngestError: it is no page with an article, or of a kind that isn't read.
    """
    extract = _extract(fetched, limits or Limits())
    if not any(character.isalnum() for character in extract.text):
        raise IngestError("no text: no article was found in the page")
    address = canonical_address(extract.url, fetched.address)
    published = extract.published or entry.published
    return Document(
        source=entry.address,
        key=page_key(fetched.address),
        text=extract.text,
        title=extract.title or entry.title or choose_title(extract.text, urlsplit(address).path),
        publisher=extract.publisher or entry.publisher,
        authors=extract.authors or entry.authors,
        url=address,
        published=published,
        updated=later_date(extract.updated or entry.updated, published),
        language=extract.language or entry.language or recognise_language(extract.text),
        note=extract.note,
    )


def _extract(fetched: Fetched, limits: Limits) -> Extract:
    suffix = _SUFFIXES.get(fetched.media_type, "")
    if fetched.media_type in _SAYS_NOTHING:
        suffix = PurePosixPath(urlsplit(fetched.address).path).suffix.lower()
        suffix = suffix if suffix in _SUFFIXES.values() else ".html"
    if not suffix:
        raise IngestError(f"no article, feed or sitemap but {fetched.media_type}")
    if not fetched.data:
        raise IngestError("an empty page")
    if suffix in _APART:
        return _extract_apart(fetched.data, suffix, limits)
    extractor, data = load_extractor(suffix), _as_utf8(fetched)
    try:
        return extractor(data)
    except IngestError:
        raise
    except Exception as exc:  # parsers of other people's formats raise anything; one page must not end the run
        raise IngestError(f"damaged or unusual: {type(exc).__name__}: {exc}"[:300]) from exc


def _extract_apart(data: bytes, suffix: str, limits: Limits) -> Extract:
    """What another process reads in a file, which a hostile one can crash without harm.

    Raises:
        IngestError: it can't be read within the limits.
    """
    with TemporaryDirectory() as folder, ExtractionPool(limits, n_workers=1) as pool:
        path = Path(folder) / f"page{suffix}"
        path.write_bytes(data)
        (item,) = pool.submit(str(path))
    if isinstance(item, ReadFailure):
        raise IngestError(item.reason)
    fields = asdict(item)
    title = "" if item.title == choose_title(item.text) else item.title  # the page's address may name a better one
    return Extract(**{field.name: fields[field.name] for field in fields_of(Extract)} | {"title": title})


def _as_utf8(fetched: Fetched) -> bytes:
    """The bytes, with a mark of UTF-8 where the server named another encoding and they are in it."""
    if not fetched.charset or fetched.charset in ("utf-8", "utf8") or not fetched.media_type.startswith("text/"):
        return fetched.data
    try:
        return b"\xef\xbb\xbf" + fetched.data.decode(fetched.charset).encode()
    except (UnicodeError, LookupError):
        return fetched.data
