"""What every test gets: no network but this machine's own, a home of its own, none of the user's settings."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import hypothesis
import pytest

# Read by libraries when they are imported, hence set before any test is.
os.environ["ANONYMIZED_TELEMETRY"] = "False"
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["HF_HUB_OFFLINE"] = "1"

hypothesis.settings.register_profile("footnote", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("footnote")


def _refuse_network(event: str, args: tuple[Any, ...]) -> None:
    """Makes other machines unreachable, as they are without a network."""
    if event == "socket.connect":
        host = args[1][0] if isinstance(args[1], tuple) else "localhost"
    elif event == "socket.getaddrinfo":
        host = args[0] or "localhost"
    else:
        return
    host = host.decode() if isinstance(host, bytes) else host
    if host not in {"localhost", "::1", "0.0.0.0", "::"} and not host.startswith("127."):
        raise OSError(f"tests use no network, so {host!r} can't be reached")


sys.addaudithook(_refuse_network)


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The defaults, but with an empty home; the models folder stays, for the tests that use real models."""
    for name in os.environ:
        if name.startswith("FOOTNOTE_") and name != "FOOTNOTE_MODELS_DIR":
            monkeypatch.delenv(name)
    monkeypatch.setenv("FOOTNOTE_HOME", str(tmp_path / "home"))
