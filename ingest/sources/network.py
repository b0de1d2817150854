"""The network through which the web is fetched: to public addresses only, and never beyond a deadline."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable, Iterator
from typing import Any

import httpcore
import httpx

from ingest.sources.public_addresses import resolve_public

STEP_SECONDS = 10.0
"""Longest wait for each connection and each read."""


class PublicTransport(httpx.BaseTransport):
    """An httpx transport over `PublicNetwork`; httpx's own transport takes no network backend."""

    def __init__(self, network: PublicNetwork) -> None:
        self._pool = httpcore.ConnectionPool(ssl_context=httpx.create_ssl_context(), network_backend=network)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return the response; its body is not read yet."""
        answer = self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                extensions=request.extensions,
            )
        )
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer), extensions=answer.extensions)

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


class PublicNetwork(httpcore.NetworkBackend):
    """Connects to the very address that was checked, so that a name can't resolve to another one between check and use.

    TLS and the Host header keep the name, since they are made from the request and not from the connection.
    """

    def __init__(self, allowed_hosts: frozenset[str]) -> None:
        self._allowed_hosts = allowed_hosts
        self._sockets = httpcore.SyncBackend()
        self.deadline = float("inf")

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Return a connection to the first public address of the host that answers.

        Raises:
            IngestError: the host is not on the public internet.
            httpcore.ConnectError: none of its addresses answers.
        """
        failure: Exception | None = None
        for address in resolve_public(host, port, self._allowed_hosts):
            try:
                stream = self._sockets.connect_tcp(address, port, self.left(timeout), local_address, socket_options)
                return _TimedStream(stream, self)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as exc:
                failure = exc
        raise httpcore.ConnectError(f"{host} does not answer: {failure}") from failure

    def left(self, timeout: float | None) -> float:
        """Return the seconds that a step may take: its own limit, or the rest until the deadline if that is less.

        Raises:
            httpcore.ReadTimeout: nothing is left.
        """
        left_s = self.deadline - time.monotonic()
        if left_s <= 0:
            raise httpcore.ReadTimeout("the time for this address is over")
        return min(left_s, STEP_SECONDS if timeout is None else timeout)


class _TimedStream(httpcore.NetworkStream):
    """A connection that gives up at the deadline, however slowly and steadily the other side sends."""

    def __init__(self, stream: httpcore.NetworkStream, network: PublicNetwork) -> None:
        self._stream, self._network = stream, network

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._network.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._network.left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, self._network.left(timeout))
        return _TimedStream(stream, self._network)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
