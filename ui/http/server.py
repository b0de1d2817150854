"""Serving an application, and announcing its address once it answers requests."""

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
    """A server that announces its address once it has started.

    Attributes:
        address: what to open in a browser.
        is_served: set once requests are answered.
    """

    def __init__(self, app: FastAPI, host: str, port: int, on_served: Callable[[str], None] | None = None) -> None:
        """Bind to the port at once, so that a port in use is reported before anything is loaded or served.

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
        """Serve until a signal arrives or `should_exit` is set."""
        with self._bound:
            self.run(sockets=[self._bound])

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then announce the address."""
        await super().startup(sockets)
        if self.started:
            self.is_served.set()
            if self._on_served:
                self._on_served(self.address)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop without logging the streams that are cut: the heartbeat of an open page never ends by itself."""
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
