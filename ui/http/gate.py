"""The gate in front of every route, Gradio's included: it refuses requests, and sets the headers of responses."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.http.problems import problem_response
from ui.http.security import EVERYWHERE, NOTHING_POLICY, allowed_names, page_policy
from ui.limits import BODY_BYTES_MAX

_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:[0-9]{1,5})?")

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")

FORWARDING = frozenset({b"forwarded", b"x-forwarded-host", b"x-forwarded-proto", b"x-gradio-server"})
"""Headers from which Gradio takes its own address. A server on loopback has no proxy in front, so they are dropped."""


class _Refusal(NamedTuple):
    """An HTTP status, and a sentence that says what to do."""

    status: int
    detail: str


class Gate:
    """ASGI middleware that refuses foreign callers, unknown routes and large bodies before anything else reads them."""

    def __init__(
        self, app: ASGIApp, *, host: str, routes: Sequence[str], streamed: Mapping[str, int], file_free: str
    ) -> None:
        """Wrap an application.

        Args:
            app: the application behind the gate.
            host: the loopback address that the server is bound to.
            routes: paths that are served. A path that ends in `*` means all paths that start with it.
            streamed: paths whose bodies aren't read here, with the largest content length that each may announce.
            file_free: prefix of the paths whose JSON bodies may not name files.
        """
        self._app = app
        self._names = allowed_names(host)
        self._exact = frozenset(route for route in routes if not route.endswith("*"))
        self._starts = tuple(route[:-1] for route in routes if route.endswith("*"))
        self._streamed = streamed
        self._file_free = file_free

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a request, or pass it on to the application."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            request_id = _request_id(Headers(scope=scope))
            # In place, since errors that nothing else handles are handled in front of the gate.
            scope.setdefault("state", {})["request_id"] = request_id
            await self._pass_on(scope, receive, _Outgoing(send, request_id))
        else:
            await send({"type": "websocket.close", "code": 1008})  # there are no WebSocket routes

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        refusal = self._refuse_caller(scope, headers) or self._refuse_length(scope["path"], headers)
        if not refusal and scope["path"] not in self._streamed:
            try:
                body = await _read(receive)
            except ClientDisconnect:
                return
            refusal = self._refuse_body(scope, body)
            receive = _replay(body, receive)
        await (self._render(refusal, scope) if refusal else self._app)(_cleaned(scope), receive, send)

    def _render(self, refusal: _Refusal, scope: Scope) -> JSONResponse:
        """Return a response that closes the connection, since the rest of the request isn't read."""
        headers, request_id = {"connection": "close"}, scope["state"]["request_id"]
        return problem_response(refusal.status, refusal.detail, request_id=request_id, headers=headers)

    def _refuse_caller(self, scope: Scope, headers: Headers) -> _Refusal | None:
        """Return a refusal if another web site may have sent the request, or its path isn't served; else None."""
        host = _HOST.fullmatch(_only(headers, "host").lower())
        if not host or host[1] not in self._names:
            return _Refusal(400, "The server is not called by this name. Open the address that it printed.")
        if not self._is_own_origin(headers) or not self._is_own_site(scope, headers):
            return _Refusal(403, "Another web site may not use this server.")
        if scope["path"] not in self._exact and not scope["path"].startswith(self._starts):
            return _Refusal(404, "There is no such address.")
        return None

    def _is_own_origin(self, headers: Headers) -> bool:
        """Return whether the Origin is this server, port included. Programs send no Origin, and are let in."""
        host = _only(headers, "host").lower()
        return "origin" not in headers or _only(headers, "origin") in {f"http://{host}", f"https://{host}"}

    def _is_own_site(self, scope: Scope, headers: Headers) -> bool:
        """Return whether Sec-Fetch-Site is this server. From other sites only a link to the page is let in."""
        if headers.get("sec-fetch-site", "none") in {"same-origin", "none"}:
            return True
        is_link = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
        return is_link and scope["method"] == "GET" and scope["path"] == "/"

    def _refuse_length(self, path: str, headers: Headers) -> _Refusal | None:
        """Return a refusal if the announced length of the body is too large; else None."""
        bytes_max = self._streamed.get(path, BODY_BYTES_MAX)
        length = headers.get("content-length", "0")
        return _too_large(bytes_max) if not length.isdecimal() or int(length) > bytes_max else None

    def _refuse_body(self, scope: Scope, body: bytes) -> _Refusal | None:
        """Return a refusal if the body is too large, or is a Gradio event that names a file; else None.

        Gradio would copy a file that an event names.
        """
        if len(body) > BODY_BYTES_MAX:
            return _too_large(BODY_BYTES_MAX)
        if scope["method"] != "POST" or not scope["path"].startswith(self._file_free):
            return None
        try:
            names_file = _has_key(body, "path")
        except (ValueError, RecursionError):
            return _Refusal(400, "The body is not valid JSON.")
        return _Refusal(400, "No event of the page takes a file.") if names_file else None


class _Outgoing:
    """Sends a response with our headers instead of Gradio's. A page is held back until its scripts are known."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self._request_id = request_id
        self._page: Message | None = None
        self._html = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            await self._start(message)
        elif self._page and message["type"] == "http.response.body":
            await self._grow(message)
        else:
            await self._send(message)

    async def _start(self, message: Message) -> None:
        kept = [
            (name, value)
            for name, value in message.get("headers", [])
            if not name.lower().startswith(b"access-control-")
        ]
        message = {**message, "headers": kept}
        headers = MutableHeaders(scope=message)
        headers.update({name.decode(): value.decode() for name, value in EVERYWHERE.items()})
        headers["x-request-id"] = self._request_id
        is_page = headers.get("content-type", "").startswith("text/html") and "content-disposition" not in headers
        if is_page:
            self._page = message
            return
        headers["content-security-policy"] = NOTHING_POLICY
        await self._send(message)

    async def _grow(self, message: Message) -> None:
        self._html += message.get("body", b"")
        if message.get("more_body"):
            return
        assert self._page
        MutableHeaders(scope=self._page)["content-security-policy"] = page_policy(self._html.decode())
        await self._send(self._page)
        await self._send({"type": "http.response.body", "body": self._html})


def _only(headers: Headers, name: str) -> str:
    """Return the value of a header that occurs exactly once; else ""."""
    values = headers.getlist(name)
    return values[0] if len(values) == 1 else ""


def _cleaned(scope: Scope) -> Scope:
    """Return the request without headers and a query that Gradio must not see.

    The page is sent uncompressed, so that its scripts can be found. Its query could name a stored page.
    """
    dropped = FORWARDING | ({b"accept-encoding"} if scope["path"] == "/" else set())
    headers = [(name, value) for name, value in scope["headers"] if name not in dropped]
    query = b"" if scope["path"] == "/" else scope["query_string"]
    return {**scope, "headers": headers, "query_string": query}


async def _read(receive: Receive) -> bytes:
    """Return the body. Of a body that is too large only a part is read, which is over the limit.

    Raises:
        ClientDisconnect: the client disconnected before the end of the body.
    """
    body = bytearray()
    more = True
    while more and len(body) <= BODY_BYTES_MAX:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return bytes(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that gives the body that was read, and after it what the server receives next."""
    first: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed() -> Message:
        return first.pop() if first else await receive()

    return replayed


def _has_key(body: bytes, wanted: str) -> bool:
    """Return whether an object at any depth has the key. Duplicate keys, which JSON parsers hide, count too."""
    found: list[str] = []

    def look(pairs: list[tuple[str, Any]]) -> None:
        found.extend(key for key, _ in pairs if key == wanted)

    json.loads(body, object_pairs_hook=look)
    return bool(found)


def _request_id(headers: Headers) -> str:
    """Return the id that the client gave to its request, if it may be written to a log, or a new one."""
    given = _only(headers, "x-request-id")
    return given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex


def _too_large(bytes_max: int) -> _Refusal:
    return _Refusal(413, f"The body is too large; at most {bytes_max:,} bytes are taken.")
