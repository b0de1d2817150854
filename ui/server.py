"""Serving an application, and saying so only when it really is served."""

from __future__ import annotations

import socket
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI

from rag.errors import SettingsError

CLOSING_S = 3
"""Seconds that open streams get to end when the server is stopped."""


def serve(app: FastAPI, host: str, port: int, on_served: Callable[[str], None]) -> None:
    """Serves until it's stopped by a signal.

    Args:
        app: the application.
        host: address to bind to.
        port: port to bind to; 0 takes a free one.
        on_served: called with the address once requests are answered.

    Raises:
        SettingsError: the port is taken, or the address isn't this machine's.
    """
    with _bind(host, port) as bound:
        config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=CLOSING_S)
        _AnnouncingServer(config, lambda: on_served(_address(host, bound))).run(sockets=[bound])


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except (OSError, OverflowError) as exc:
        raise SettingsError(
            f"Can't serve on {host} port {port}: {exc}. Choose another with --host and --port; "
            "port 0 takes a free one."
        ) from exc


def _address(host: str, bound: socket.socket) -> str:
    port = bound.getsockname()[1]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class _AnnouncingServer(uvicorn.Server):
    """A server that tells when it has started."""

    def __init__(self, config: uvicorn.Config, on_started: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_started = on_started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Starts, then tells."""
        await super().startup(sockets)
        if self.started:
            self._on_started()
