"""A small web site on this machine, for the tests of what is fetched."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HTML = "text/html; charset=utf-8"


@dataclass(slots=True, kw_only=True)
class Page:
    """What the site answers to a path; `body` may be pieces that are made while they are sent."""

    body: bytes | Callable[[], Iterator[bytes]] = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": HTML})


class Site:
    """The pages by path, and the requests so far, as (path, headers)."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.pages: dict[str, Page] = {}
        self.requests: list[tuple[str, dict[str, str]]] = []

    def url(self, path: str) -> str:
        return self.address + path

    def put(self, path: str, body: str | bytes, **headers: str) -> str:
        """Puts a page there; gives its address. An ETag makes the site answer 304 to it."""
        data = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = Page(body=data, headers={"Content-Type": HTML, **named})
        return self.url(path)

    def redirect(self, path: str, to: str) -> str:
        self.pages[path] = Page(status=302, headers={"Location": to})
        return self.url(path)

    def asked(self) -> list[str]:
        """The paths that were asked for, without robots.txt."""
        return [path for path, _ in self.requests if path != "/robots.txt"]


def article_page(text: str, title: str = "A headline", head: str = "") -> str:
    """A page whose article is the text."""
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in text.split("\n\n"))
    return (
        f"<html lang=en><head><title>{title}</title>{head}</head>"
        f"<body><article><h1>{title}</h1>{paragraphs}</article></body></html>"
    )


@contextmanager
def serve_site(host: str = "127.0.0.1") -> Iterator[Site]:
    """A site that answers until the end."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            site.requests.append((self.path, dict(self.headers)))
            page = site.pages.get(self.path, Page(body=b"not found", status=404))
            if page.headers.get("ETag") and self.headers.get("If-None-Match") == page.headers["ETag"]:
                page = Page(status=304, headers={})
            self.send_response(page.status)
            for name, value in page.headers.items():
                self.send_header(name, value)
            if callable(page.body):
                self.send_header("Connection", "close")
                self.end_headers()
                try:
                    for piece in page.body():
                        self.wfile.write(piece)
                        self.wfile.flush()
                except OSError:
                    pass  # the client has had enough, which is what such a page is for
                self.close_connection = True
                return
            self.send_header("Content-Length", str(len(page.body)))
            self.end_headers()
            self.wfile.write(page.body)

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer((host, 0), Handler)
    server.daemon_threads = True
    site = Site(f"http://{host}:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
