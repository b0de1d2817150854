"""The application with fake models, one for all tests of a module."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from rag.library.library import Library
from rag.wiring import build_chatbot
from tests.fakes import ScriptedChatModel
from tests.ui.conftest import build_app_in_loop


@pytest.fixture(scope="module")
def shared_llm() -> ScriptedChatModel:
    return ScriptedChatModel()


@pytest.fixture
def llm(shared_llm: ScriptedChatModel) -> Iterator[ScriptedChatModel]:
    yield shared_llm
    shared_llm._replies.clear()
    shared_llm._prompts.clear()


@pytest.fixture(scope="module")
def client(shared_library: Library, shared_llm: ScriptedChatModel) -> Iterator[TestClient]:
    bot = build_chatbot(shared_library.settings, library=shared_library, llm=shared_llm)
    app = build_app_in_loop(bot)
    with TestClient(app, base_url="http://127.0.0.1:7860", raise_server_exceptions=False) as client:
        yield client


def read_events(body: str) -> list[tuple[str, Any]]:
    """Kind and data of the server-sent events."""
    events = []
    for block in body.strip().split("\n\n"):
        kind, data = block.split("\n")
        events.append((kind.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return events


def assert_problem(response: Any, status: int, *said: str) -> dict[str, Any]:
    """That a response is a problem with this status, whose detail says these words."""
    problem: dict[str, Any] = response.json()
    assert (response.status_code, problem["status"]) == (status, status), problem
    assert response.headers["content-type"].startswith("application/problem+json")
    assert problem["title"] and problem["type"] == "about:blank"
    assert problem["request_id"] == response.headers["x-request-id"]
    assert all(words in problem["detail"] for words in said), problem["detail"]
    return problem
