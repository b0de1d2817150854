"""Serving an application, and saying so only when it really is served."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI

from rag.errors import SettingsError

CLOSING_S = 1
"""Seconds that open streams get to end when the server is stopped."""

log = logging.getLogger("uvicorn.error")


class AnnouncingServer(uvicorn.Server):
    """A server on a port of its own that tells when it has started.

    Attributes:
        address: what to open in a browser.
        is_served: set once requests are answered.
    """

    def __init__(self, app: FastAPI, host: str, port: int, on_served: Callable[[str], None] | None = None) -> None:
        """Takes the port at once, so that one in use is told before anything is loaded or served.

        Args:
            app: the application.
            host: address to bind to.
            port: port to bind to; 0 takes a free one.
            on_served: called with the address once requests are answered.

        Raises:
            SettingsError: the port is taken, or the address isn't this machine's.
        """
        super().__init__(
            uvicorn.Config(app, log_level="warning", proxy_headers=False, timeout_graceful_shutdown=CLOSING_S)
        )
        self._bound = _bind(host, port)
        self._on_served = on_served
        shown = f"[{host}]" if ":" in host else host
        self.address = f"http://{shown}:{self._bound.getsockname()[1]}"
        self.is_served = threading.Event()

    def run_until_stopped(self) -> None:
        """Serves until a signal comes or `should_exit` is set."""
        with self._bound:
            self.run(sockets=[self._bound])

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Starts, then tells."""
        await super().startup(sockets)
        if self.started:
            self.is_served.set()
            if self._on_served:
                self._on_served(self.address)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stops, without the traces of streams that are cut: an open page's heartbeat never ends by itself."""
        level = log.level
        log.setLevel(logging.CRITICAL)
        try:
            await super().shutdown(sockets)
        finally:
            log.setLevel(level)


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except (OSError, OverflowError) as exc:
        raise SettingsError(
            f"Can't serve on {host} port {port}: {exc}. Choose another with --host and --port; port 0 takes a free one."
        ) from exc
