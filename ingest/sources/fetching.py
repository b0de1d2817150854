"""Fetching from the web: one client that bounds size and time and connects to public addresses only.

It doesn't parse what it fetches; `ingest/sources/pages.py` and `feeds.py` do. The models' files are fetched by
`rag/models/files.py`.
"""

from __future__ import annotations

import ssl
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from types import TracebackType
from urllib.parse import urljoin, urlsplit

import httpcore
import httpx
from protego import Protego

from ingest.readers.limits import MAX_FILE_BYTES
from ingest.sources.network import STEP_SECONDS, PublicNetwork, PublicTransport
from ingest.sources.public_addresses import check_address
from rag.errors import IngestError
from rag.settings import Settings

PRODUCT = "Footnote"
MAX_PAGE_BYTES = MAX_FILE_BYTES
MAX_SECONDS = 30.0
"""Longest time for one address with its redirects, from the first connection to the last byte."""
MAX_REDIRECTS = 5
MAX_ROBOTS_BYTES = 500_000
"""RFC 9309, section 2.5: at least 500 KiB of a robots.txt must be read. What is behind that is ignored."""
MAX_CRAWL_DELAY_S = 30.0

_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What a server sent for asking next time whether its page has changed; "" where it sent nothing."""

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """The response from an address.

    Attributes:
        address: the final one, after the redirects.
        data: its bytes, decompressed; empty when `unchanged`.
        media_type: such as `text/html`, in lower case, without parameters.
        charset: the encoding that the server named, or "".
        unchanged: the server said that nothing has changed since the validators were given.
    """

    address: str
    data: bytes
    media_type: str
    charset: str
    validators: Validators
    unchanged: bool = False


class Fetcher:
    """Fetches pages politely: one at a time, with a pause between two requests to a host, as robots.txt allows."""

    def __init__(
        self,
        settings: Settings,
        *,
        max_seconds: float = MAX_SECONDS,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Prepare the client; no connection is opened yet.

        Args:
            settings: the hosts that may have any address, and the pause between requests.
            max_seconds: for one address with its redirects.
            sleep: waits for the given seconds.
        """
        self._delay_s = settings.fetch_delay_s
        self._sleep = sleep
        self._max_seconds = max_seconds
        self._network = PublicNetwork(frozenset(host.lower() for host in settings.fetch_allowed_hosts))
        self._agent = f"{PRODUCT}/{_own_version()}"
        self._client = httpx.Client(
            transport=PublicTransport(self._network),
            headers={"User-Agent": self._agent, "Accept-Encoding": "gzip", "Accept": "*/*"},
            timeout=STEP_SECONDS,
            trust_env=False,  # through a proxy, nobody could check which machine is connected to
        )
        self._robots: dict[str, Protego | None] = {}
        self._robots_unreadable: dict[str, str] = {}
        self._next_request: dict[str, float] = {}

    def __enter__(self) -> Fetcher:
        """Return the fetcher itself; its connections are closed at the end."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        self._client.close()

    def fetch(self, address: str, known: Validators | None = None) -> Fetched:
        """Return what is at an address now.

        Raises:
            IngestError: the address is refused, robots.txt disallows it, the server fails, or its answer is too
                large, too slow, or redirects too often.
        """
        self._network.deadline = time.monotonic() + self._max_seconds
        for _ in range(MAX_REDIRECTS + 1):
            check_address(address)
            self._require_allowed(address)
            with self._get(address, known or Validators()) as response:
                if response.status_code not in _REDIRECTS:
                    return self._fetched(address, response)
                address = urljoin(address, response.headers.get("location", ""))
        raise IngestError(f"more than {MAX_REDIRECTS} redirects, the last to {address}")

    def _fetched(self, address: str, response: httpx.Response) -> Fetched:
        unchanged = response.status_code == 304
        if not unchanged and response.status_code != 200:
            raise IngestError(f"the server says {response.status_code} {response.reason_phrase}".rstrip())
        media_type, _, parameters = response.headers.get("content-type", "").partition(";")
        return Fetched(
            address=address,
            data=b"" if unchanged else b"".join(self._body(response, MAX_PAGE_BYTES)),
            media_type=media_type.strip().lower(),
            charset=_charset(parameters),
            validators=Validators(
                etag=response.headers.get("etag", "")[:500],
                last_modified=response.headers.get("last-modified", "")[:100],
            ),
            unchanged=unchanged,
        )

    @contextmanager
    def _get(self, address: str, known: Validators) -> Iterator[httpx.Response]:
        """Open a response, its body not read yet; whatever goes wrong with it is raised as an `IngestError`."""
        self._wait_for_turn(address)
        headers = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
        try:
            with self._client.stream("GET", address, headers={k: v for k, v in headers.items() if v}) as response:
                yield response
        except (httpx.TimeoutException, httpcore.TimeoutException) as exc:
            raise IngestError(f"no answer in time: at most {self._max_seconds:.0f} s are waited") from exc
        except (httpx.HTTPError, httpx.InvalidURL, httpcore.NetworkError, httpcore.ProtocolError, ssl.SSLError) as exc:
            raise IngestError(f"can't be fetched: {exc or type(exc).__name__}") from exc
        except UnicodeError as exc:
            raise IngestError(f"not an address: {exc}") from exc

    def _body(self, response: httpx.Response, max_bytes: int, *, cut: bool = False) -> Iterator[bytes]:
        """Yield the pieces of the body, each decompressed no further than the bytes that are still allowed."""
        encoding = response.headers.get("content-encoding", "identity").strip().lower() or "identity"
        if encoding not in ("identity", "gzip", "x-gzip"):
            raise IngestError(f"the server compresses in a way that was not asked for ({encoding})")
        inflate = None if encoding == "identity" else zlib.decompressobj(wbits=31)
        n_bytes = 0
        for raw in response.iter_raw():
            if time.monotonic() > self._network.deadline:
                raise IngestError(f"no whole answer in {self._max_seconds:.0f} s")
            try:
                piece = inflate.decompress(raw, max_bytes - n_bytes + 1) if inflate else raw
            except zlib.error as exc:
                raise IngestError(f"damaged on its way: {exc}") from exc
            n_bytes += len(piece)
            if n_bytes > max_bytes:
                if cut:
                    yield piece[: max_bytes - n_bytes]
                    return
                raise IngestError(f"more than {max_bytes:,} bytes")
            yield piece
        if inflate and not inflate.eof and n_bytes:
            raise IngestError("damaged on its way: the compressed answer is cut off")

    def _wait_for_turn(self, address: str) -> None:
        """Wait until the host may be asked again; this wait does not count towards the time of the page."""
        host = urlsplit(address).netloc
        wait_s = self._next_request.get(host, 0.0) - time.monotonic()
        if wait_s > 0:
            self._sleep(wait_s)
            self._network.deadline += wait_s
        robots = self._robots.get(_origin(address))
        asked = robots.crawl_delay(PRODUCT) if robots else None
        self._next_request[host] = time.monotonic() + max(self._delay_s, min(asked or 0.0, MAX_CRAWL_DELAY_S))

    def _require_allowed(self, address: str) -> None:
        origin = _origin(address)
        if origin in self._robots_unreadable:
            raise IngestError(self._robots_unreadable[origin])
        if origin not in self._robots:
            try:
                self._robots[origin] = self._load_robots(origin)
            except IngestError as exc:  # kept, so that a host that is down is waited for only once
                self._robots_unreadable[origin] = str(exc)
                raise
        robots = self._robots[origin]
        if robots is not None and not robots.can_fetch(address, PRODUCT):
            raise IngestError(f"{origin}/robots.txt does not allow it")

    def _load_robots(self, origin: str) -> Protego | None:
        """Return the rules of a site; None where there are none, so all is allowed (RFC 9309, section 2.3.1).

        Raises:
            IngestError: the rules can't be read now, so nothing of the site may be fetched.
        """
        address = f"{origin}/robots.txt"
        for _ in range(MAX_REDIRECTS + 1):
            with self._get(check_address(address), Validators()) as response:
                if response.status_code in _REDIRECTS:
                    address = urljoin(address, response.headers.get("location", ""))
                    continue
                if 400 <= response.status_code < 500 and response.status_code != 429:
                    return None
                if response.status_code != 200:
                    raise IngestError(f"{address} can't be read now: the server says {response.status_code}")
                return Protego.parse(
                    b"".join(self._body(response, MAX_ROBOTS_BYTES, cut=True)).decode("utf-8", "replace")
                )
        return None  # RFC 9309, section 2.3.1.2: after five redirects it counts as not found


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _charset(parameters: str) -> str:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip("'\"").lower()
    return ""


def _own_version() -> str:
    try:
        return version("footnote-rag")
    except PackageNotFoundError:  # run from a folder that was never installed
        return "0"
