"""Pages of the web: the article in what was fetched from an address."""

from __future__ import annotations

import re
from dataclasses import asdict
from dataclasses import fields as fields_of
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from urllib.parse import urljoin, urlsplit

from ingest.cleaning.addresses import names_a_page, page_key, without_tracking
from ingest.cleaning.dates import later_date
from ingest.cleaning.languages import recognise_language
from ingest.cleaning.titles import choose_title
from ingest.readers.extract import Extract
from ingest.readers.formats import load_extractor
from ingest.readers.limits import Limits
from ingest.readers.pool import ExtractionPool
from ingest.records import Document, ReadFailure
from ingest.sources.feeds import Entry
from ingest.sources.fetching import Fetched
from ingest.sources.public_addresses import check_address
from rag.errors import IngestError

_SUFFIXES = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}
"""The suffix whose reader reads a page, by its media type."""
_UNSPECIFIC = frozenset({"", "application/octet-stream", "binary/octet-stream"})
"""Media types that say nothing; then the address's own suffix decides."""
_READ_APART = frozenset({".pdf"})
"""Read in another process, since their parser isn't written in Python."""
_SITE_PREFIX = re.compile(r"^(?:www|m|mobile|amp)\.")


def parse_page(fetched: Fetched, entry: Entry, limits: Limits | None = None) -> Document:
    """Return the article of a page; what the page doesn't state itself is taken from the feed that listed it.

    The canonical address that the page states is believed when it is on the same site. It alone does not make the page
    the same article as another (see `ingest/indexing/identity.py`), since some sites state one for all their pages.

    Raises:
        IngestError: the page holds no article, or is of a kind that isn't read.
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


def canonical_address(stated: str, fetched: str) -> str:
    """Return the address that a page states as its own if it is on the same site, else the address it came from."""
    fetched = without_tracking(fetched)
    if not stated:
        return fetched
    try:
        address = check_address(urljoin(fetched, stated))
    except (IngestError, ValueError):
        return fetched
    return address if _site(address) == _site(fetched) and names_a_page(address) else fetched


def _site(address: str) -> str:
    """Return the host without the prefix of its mobile or usual version, such as `m.` or `www.`."""
    return _SITE_PREFIX.sub("", (urlsplit(address).hostname or "").rstrip("."))


def _extract(fetched: Fetched, limits: Limits) -> Extract:
    suffix = _SUFFIXES.get(fetched.media_type, "")
    if fetched.media_type in _UNSPECIFIC:
        suffix = PurePosixPath(urlsplit(fetched.address).path).suffix.lower()
        suffix = suffix if suffix in _SUFFIXES.values() else ".html"
    if not suffix:
        raise IngestError(f"no article, feed or sitemap but {fetched.media_type}")
    if not fetched.data:
        raise IngestError("an empty page")
    if suffix in _READ_APART:
        return _extract_apart(fetched.data, suffix, limits)
    extractor, data = load_extractor(suffix), _as_utf8(fetched)
    try:
        return extractor(data)
    except IngestError:
        raise
    except Exception as exc:  # parsers of other people's formats raise anything; one page must not end the run
        raise IngestError(f"damaged or unusual: {type(exc).__name__}: {exc}"[:300]) from exc


def _extract_apart(data: bytes, suffix: str, limits: Limits) -> Extract:
    """Return what another process reads in a file; a hostile file can crash that process without harm.

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
    """Return a page's bytes; in UTF-8 with its byte order mark where the server named another encoding that fits."""
    if not fetched.charset or fetched.charset in ("utf-8", "utf8") or not fetched.media_type.startswith("text/"):
        return fetched.data
    try:
        return b"\xef\xbb\xbf" + fetched.data.decode(fetched.charset).encode()
    except (UnicodeError, LookupError):
        return fetched.data
