import socket
import threading
import urllib.request

import pytest
from fastapi import FastAPI

from rag.errors import SettingsError
from ui.http.server import AnnouncingServer


def test_address_is_told_once_requests_are_answered() -> None:
    app = FastAPI()

    @app.get("/health")
    async def health() -> str:
        return "up"

    told: list[str] = []
    server = AnnouncingServer(app, "127.0.0.1", 0, told.append)
    thread = threading.Thread(target=server.run_until_stopped)
    thread.start()
    assert server.is_served.wait(30)
    with urllib.request.urlopen(f"{server.address}/health") as response:
        answered = response.read()
    server.should_exit = True
    thread.join(30)

    assert answered == b'"up"'
    assert told == [server.address]


def test_port_in_use_is_told_with_the_remedy() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=f"port {port}.*--port"):
            AnnouncingServer(FastAPI(), "127.0.0.1", port)
