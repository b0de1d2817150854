"""Fetching: the guard, the limits, robots.txt, redirects and pauses, against a site on this machine."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from ingest.sources import fetching
from ingest.sources.fetching import Fetcher, Validators
from rag.errors import IngestError
from rag.settings import load_settings
from tests.ingest.site import Page, Site, serve_site


@pytest.fixture
def site() -> Iterator[Site]:
    with serve_site() as served:
        yield served


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    with Fetcher(load_settings(fetch_allowed_hosts=("127.0.0.1",), fetch_delay_s=0)) as opened:
        yield opened


def test_a_page_comes_with_its_type_encoding_and_validators(site: Site, fetcher: Fetcher) -> None:
    address = site.put("/a", "Hällo", Content_Type="Text/HTML; charset='UTF-8'", ETag='"1"', Last_Modified="yesterday")
    page = fetcher.fetch(address)
    assert (page.data, page.media_type, page.charset) == ("Hällo".encode(), "text/html", "utf-8")
    assert page.validators == Validators(etag='"1"', last_modified="yesterday")
    assert site.requests[-1][1]["User-Agent"].startswith("Footnote/")


def test_a_page_that_is_asked_for_again_with_its_validators_is_unchanged(site: Site, fetcher: Fetcher) -> None:
    address = site.put("/a", "Hello", ETag='"1"')
    again = fetcher.fetch(address, fetcher.fetch(address).validators)
    assert again.unchanged and again.data == b""


def test_a_host_that_is_not_allowed_by_name_is_refused_before_any_connection(site: Site) -> None:
    address = site.put("/a", "Hello")
    with Fetcher(load_settings(fetch_delay_s=0)) as fetcher, pytest.raises(IngestError, match=r"refused.*127\.0\.0\.1"):
        fetcher.fetch(address)
    assert site.requests == []


@pytest.mark.parametrize(
    "to", ["http://localhost:{port}/b", "http://[::1]:{port}/b", "http://2130706433:{port}/b", "file:///etc/passwd"]
)
def test_a_redirect_is_checked_like_the_first_address(site: Site, fetcher: Fetcher, to: str) -> None:
    site.put("/b", "secret")
    address = site.redirect("/a", to.format(port=site.address.rpartition(":")[2]))
    with pytest.raises(IngestError, match="refused"):
        fetcher.fetch(address)
    assert site.asked() == ["/a"]


def test_redirects_are_followed_up_to_five(site: Site, fetcher: Fetcher) -> None:
    site.put("/5", "there")
    for n in range(5):
        site.redirect(f"/{n}", f"/{n + 1}")
    assert fetcher.fetch(site.url("/0")).address == site.url("/5")
    site.redirect("/start", "/0")
    with pytest.raises(IngestError, match="more than 5 redirects"):
        fetcher.fetch(site.url("/start"))


def test_a_name_that_changes_its_address_is_connected_to_where_it_was_checked(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter(["93.184.216.34", "127.0.0.1"])
    connected = []

    def look_up(host: str, port: int, **options: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    def connect(address: tuple[str, int], *args: Any, **options: Any) -> socket.socket:
        connected.append(address[0])
        raise ConnectionRefusedError("not in a test")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(socket, "create_connection", connect)
    with Fetcher(load_settings(fetch_delay_s=0)) as fetcher:
        with pytest.raises(IngestError, match="can't be fetched"):
            fetcher.fetch("http://rebinding.example/a")
        assert connected == ["93.184.216.34"]
        with pytest.raises(IngestError):
            fetcher.fetch("http://rebinding.example:81/a")
    assert connected == ["93.184.216.34"] and site.requests == []


def test_the_connection_goes_to_the_address_while_host_and_tls_keep_the_name(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = int(site.address.rpartition(":")[2])
    really = socket.getaddrinfo

    def look_up(host: str, *args: Any, **options: Any) -> list[Any]:
        return really("127.0.0.1" if host == "news.example" else host, *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    site.put("/a", "Hello")
    received: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def greet() -> None:
            connection, _ = listener.accept()
            with connection:
                received.append(connection.recv(4096))

        thread = threading.Thread(target=greet)
        thread.start()
        with Fetcher(load_settings(fetch_allowed_hosts=("news.example",), fetch_delay_s=0)) as fetcher:
            assert fetcher.fetch(f"http://news.example:{port}/a").data == b"Hello"
            assert site.requests[-1][1]["Host"] == f"news.example:{port}"
            with pytest.raises(IngestError, match="can't be fetched"):
                fetcher.fetch(f"https://news.example:{listener.getsockname()[1]}/a")
        thread.join()
    assert b"news.example" in received[0]  # the server name of the TLS greeting


def test_no_proxy_of_the_environment_is_used(site: Site, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert fetcher.fetch(site.put("/a", "Hello")).data == b"Hello"


def test_more_than_the_largest_size_is_refused_while_it_comes(
    site: Site, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "MAX_PAGE_BYTES", 100_000)
    sent = []

    def endless() -> Iterator[bytes]:
        while True:
            sent.append(1)
            yield b"x" * 10_000

    site.pages["/a"] = Page(body=endless)
    with pytest.raises(IngestError, match="more than 100,000 bytes"):
        fetcher.fetch(site.url("/a"))
    bomb = gzip.compress(b"x" * 50_000_000)
    site.put("/bomb", bomb, Content_Encoding="gzip")
    with pytest.raises(IngestError, match="more than 100,000 bytes"):
        fetcher.fetch(site.url("/bomb"))


def test_compressed_pages_are_read_and_damaged_ones_told(site: Site, fetcher: Fetcher) -> None:
    packed = gzip.compress(b"Hello " * 1000)
    assert fetcher.fetch(site.put("/a", packed, Content_Encoding="gzip")).data == b"Hello " * 1000
    for path, body, encoding, says in (
        ("/cut", packed[:-20], "gzip", "cut off"),
        ("/damaged", b"no gzip", "gzip", "damaged"),
        ("/brotli", b"?", "br", "not asked for"),
    ):
        with pytest.raises(IngestError, match=says):
            fetcher.fetch(site.put(path, body, Content_Encoding=encoding))


@pytest.mark.parametrize("path", ["/drip", "/silent"])
def test_a_server_that_sends_too_slowly_is_given_up(site: Site, path: str) -> None:
    released = threading.Event()

    def drip() -> Iterator[bytes]:
        while not released.wait(0.05):
            yield b"x"

    def silent() -> Iterator[bytes]:
        released.wait(10)
        yield b""

    site.pages["/drip"], site.pages["/silent"] = Page(body=drip), Page(body=silent)
    settings = load_settings(fetch_allowed_hosts=("127.0.0.1",), fetch_delay_s=0)
    started = time.monotonic()
    try:
        with Fetcher(settings, max_seconds=0.5) as fetcher, pytest.raises(IngestError, match=r"no .*answer in"):
            fetcher.fetch(site.url(path))
    finally:
        released.set()
    assert time.monotonic() - started < 5


def test_robots_txt_is_respected_and_asked_for_once(site: Site, fetcher: Fetcher) -> None:
    site.put("/robots.txt", "User-agent: *\nDisallow: /private\nAllow: /private/open$\n", Content_Type="text/plain")
    site.put("/private/a", "secret")
    assert fetcher.fetch(site.put("/open", "Hello")).data == b"Hello"
    assert fetcher.fetch(site.put("/private/open", "Hello")).data == b"Hello"
    for path in ("/private/a", site.redirect("/sly", "/private/a").removeprefix(site.address)):
        with pytest.raises(IngestError, match=r"robots\.txt does not allow"):
            fetcher.fetch(site.url(path))
    assert [path for path, _ in site.requests].count("/robots.txt") == 1
    assert "/private/a" not in site.asked()


def test_robots_txt_that_can_not_be_read_now_allows_nothing(site: Site, fetcher: Fetcher) -> None:
    site.pages["/robots.txt"] = Page(status=503)
    address = site.put("/a", "Hello")
    for _ in range(2):
        with pytest.raises(IngestError, match=r"robots\.txt can't be read now"):
            fetcher.fetch(address)
    assert len(site.requests) == 1


def test_between_two_requests_to_a_host_there_is_a_pause(site: Site) -> None:
    pauses: list[float] = []
    with Fetcher(load_settings(fetch_allowed_hosts=("127.0.0.1",), fetch_delay_s=2), sleep=pauses.append) as fetcher:
        fetcher.fetch(site.put("/a", "Hello"))
    assert len(pauses) == 1 and 1 < pauses[0] <= 2
    site.put("/robots.txt", "User-agent: Footnote\nCrawl-delay: 7\n")
    pauses.clear()
    with Fetcher(load_settings(fetch_allowed_hosts=("127.0.0.1",), fetch_delay_s=0), sleep=pauses.append) as fetcher:
        fetcher.fetch(site.url("/a"))
        fetcher.fetch(site.url("/a"))
    assert len(pauses) == 1 and 6 < pauses[0] <= 7


@pytest.mark.parametrize(("status", "says"), [(404, "404"), (500, "500"), (401, "401")])
def test_a_server_that_fails_is_told_by_its_answer(site: Site, fetcher: Fetcher, status: int, says: str) -> None:
    site.pages["/a"] = Page(status=status)
    with pytest.raises(IngestError, match=says):
        fetcher.fetch(site.url("/a"))


def test_a_server_that_is_not_there_is_told(fetcher: Fetcher) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(IngestError, match="can't be fetched"):
        fetcher.fetch(f"http://127.0.0.1:{port}/a")
