import http.client
import json
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from rag.chatbot import Chatbot
from rag.errors import SettingsError
from rag.library.library import Library
from rag.wiring import build_chatbot
from tests.fakes import ReadingChatModel, ScriptedChatModel
from tests.ui.conftest import PARTNERS, QUESTION, REPLY, build_app_in_loop
from ui.errors import SAFE_SENTENCE
from ui.http.app import build_app
from ui.http.server import AnnouncingServer
from ui.limits import HISTORY_TURNS_MAX


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
    events = []
    for block in body.strip().split("\n\n"):
        kind, data = block.split("\n")
        events.append((kind.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return events


def test_ask_gives_the_answer_object(client: TestClient, llm: ScriptedChatModel) -> None:
    llm.enqueue(REPLY)

    response = client.post("/api/ask", json={"question": QUESTION})

    answer = response.json()
    assert response.status_code == 200
    assert answer["verdict"] == "answered"
    assert answer["claims"][0]["citations"] == [1]
    assert answer["citations"][0]["quote"] == PARTNERS


def test_the_day_that_questions_count_from_can_be_given(client: TestClient, llm: ScriptedChatModel) -> None:
    question = {"question": "What do the articles of last month say?", "as_of": "1999-04-05"}

    assert "March 1999" in client.post("/api/ask", json=question).json()["reason"]
    assert client.post("/api/search", json=question).json()["passages"] == []
    assert client.post("/api/ask", json={**question, "as_of": "soon"}).status_code == 422


def test_ask_takes_history_and_standalone_question(client: TestClient, llm: ScriptedChatModel) -> None:
    llm.enqueue(REPLY)

    response = client.post(
        "/api/ask",
        json={
            "question": "And how many has it?",
            "history": [{"question": "What is the SCO?", "answer": "A group."}],
            "standalone_question": QUESTION,
        },
    )

    assert response.json()["standalone_question"] == QUESTION


def test_the_kind_and_the_articles_can_be_chosen(client: TestClient, llm: ScriptedChatModel) -> None:
    question = {"question": QUESTION, "kind": "overview", "filters": {"publishers": [" weekly TEST "]}}
    answer = client.post("/api/ask", json=question).json()
    events = read_events(client.post("/api/ask/stream", json=question).text)
    found = client.post("/api/search", json={"question": QUESTION, "filters": {"published_from": "2024-07-03"}}).json()

    assert (answer["kind"], answer["filters"]["publishers"], llm.prompts) == ("overview", ["weekly TEST"], [])
    assert {citation["publisher"] for citation in answer["citations"]} == {"Weekly Test"}
    assert events[0] == (
        "understood",
        {"standalone_question": QUESTION, "kind": "overview", "filters": answer["filters"]},
    )
    assert [passage["source"].rsplit("/")[-1] for passage in found["passages"]] == ["partners.md"]


def test_the_filters_of_an_answer_can_be_sent_back(client: TestClient) -> None:
    question = {"question": QUESTION, "kind": "overview", "filters": {"published_to": "2024-07-02"}}
    first = client.post("/api/ask", json=question).json()
    again = client.post("/api/ask", json={**question, "filters": first["filters"]}).json()

    assert first["filters"]["published_from"] == "" and again["filters"] == first["filters"]
    assert again["citations"] == first["citations"]


def test_filters_that_allow_no_article_give_an_abstention(client: TestClient, llm: ScriptedChatModel) -> None:
    answer = client.post("/api/ask", json={"question": QUESTION, "filters": {"articles": ["0" * 16]}}).json()

    assert (answer["verdict"], answer["passages"], answer["citations"], llm.prompts) == ("abstained", [], [], [])
    assert answer["reason"] and answer["filters"]["articles"] == ["0" * 16]


def test_stream_sends_the_events_in_order(client: TestClient, llm: ScriptedChatModel) -> None:
    llm.enqueue(REPLY)

    response = client.post("/api/ask/stream", json={"question": QUESTION})

    events = read_events(response.text)
    kinds = list(dict.fromkeys(kind for kind, _ in events))
    assert response.headers["content-type"].startswith("text/event-stream")
    assert kinds == ["understood", "passages", "citations", "token", "claim", "answer"]
    assert "".join(data["text"] for kind, data in events if kind == "token").strip() == REPLY
    assert not any(data["settled"] for kind, data in events if kind == "claim")
    assert events[-1][1]["citations"][0]["quote"] == PARTNERS
    assert events[-1][1]["segments"][-1] == {"text": REPLY, "citations": [1], "claim": 1, "starts_line": True}


@pytest.mark.parametrize("address", ["/api/ask", "/api/ask/stream"])
def test_client_that_leaves_while_the_prompt_is_read_stops_its_answer(shared_library: Library, address: str) -> None:
    llm = ReadingChatModel()
    bot = build_chatbot(shared_library.settings, library=shared_library, llm=llm)
    server = AnnouncingServer(build_app_in_loop(bot), "127.0.0.1", 0)
    thread = threading.Thread(target=server.run_until_stopped)
    thread.start()
    assert server.is_served.wait(60)
    question = {"question": QUESTION}
    leaving = http.client.HTTPConnection(server.address.removeprefix("http://"))

    try:
        leaving.request("POST", address, json.dumps(question), {"Content-Type": "application/json"})
        assert llm.is_reading.wait(60)
        leaving.close()
        assert llm.is_let_go.wait(2)
        llm.enqueue(REPLY)
        answered = httpx.post(f"{server.address}/api/ask", json=question, timeout=60).json()
    finally:
        server.should_exit = True
        thread.join(30)

    assert answered["verdict"] == "answered"


def test_model_that_fails_is_503_and_in_a_stream_an_error_event(client: TestClient) -> None:
    response = client.post("/api/ask", json={"question": QUESTION})
    events = read_events(client.post("/api/ask/stream", json={"question": QUESTION}).text)

    assert response.status_code == 503
    assert "did not answer" in response.json()["error"]
    assert events[-1][0] == "error" and "did not answer" in events[-1][1]["error"]


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({}, "question"),
        ({"question": "   "}, "question"),
        ({"question": "x" * 2001}, "question"),
        ({"question": "Who?", "top": 3}, "top"),
        ({"question": "Who?", "history": [{"question": "Q"}]}, "history.0.answer"),
        ({"question": "Who?", "kind": "poem"}, "kind"),
        ({"question": "Who?", "kind": ""}, "kind"),
        ({"question": "Who?", "filters": {"publisher": ["Daily"]}}, "filters.publisher"),
        ({"question": "Who?", "filters": {"publishers": "Daily"}}, "filters.publishers"),
        ({"question": "Who?", "filters": {"publishers": [""]}}, "filters.publishers.0"),
        ({"question": "Who?", "filters": {"articles": ["a"] * 101}}, "filters.articles"),
        ({"question": "Who?", "filters": {"published_from": "July"}}, "filters.published_from"),
        ({"question": "Who?", "history": [{"question": "Q", "answer": "A"}] * (HISTORY_TURNS_MAX + 1)}, "history"),
    ],
)
def test_wrong_request_is_422_and_names_the_field(client: TestClient, body: dict[str, Any], named: str) -> None:
    response = client.post("/api/ask", json=body)

    assert response.status_code == 422
    assert response.json()["error"].startswith(named)


def test_search_by_get_and_post_finds_the_same(client: TestClient) -> None:
    got = client.get("/api/search", params={"question": QUESTION, "top_k": 2}).json()
    posted = client.post("/api/search", json={"question": QUESTION, "top_k": 2}).json()

    assert got["passages"] == posted["passages"]
    assert len(got["passages"]) == 2 and PARTNERS in got["passages"][0]["text"]
    assert client.get("/api/search", params={"question": ""}).status_code == 422


def test_articles_are_listed_without_and_given_with_their_text(client: TestClient) -> None:
    articles = client.get("/api/articles").json()["articles"]
    article = client.get(f"/api/articles/{articles[0]['id']}", params={"version": 1}).json()

    assert len(articles) == 3 and "text" not in articles[0]
    assert article["text"] and article["title"] == articles[0]["title"]


def test_unknown_article_and_address_are_404(client: TestClient) -> None:
    for address in ("/api/articles/0000000000000000", "/api/nothing"):
        response = client.get(address)
        assert (response.status_code, list(response.json())) == (404, ["error"])


def test_unexpected_error_is_a_safe_sentence(bot: Chatbot, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Chatbot) -> Any:
        raise KeyError("secret")

    monkeypatch.setattr(Chatbot, "articles", fail)
    with TestClient(build_app_in_loop(bot), base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        response = client.get("/api/articles")

    assert (response.status_code, response.json()) == (500, {"error": SAFE_SENTENCE})


def test_health_names_the_models(client: TestClient) -> None:
    health = client.get("/health").json()

    assert health["status"] == "ok"
    assert health["models"]["embeddings"] == "fake:bag-of-words"


def test_page_and_its_files_come_from_here_alone(client: TestClient) -> None:
    page = client.get("/")

    assert page.status_code == 200 and "Footnote" in page.text
    assert "script-src 'self'" in page.headers["content-security-policy"]
    for name in ("page.js", "base.css", "layout.css", "turn.css", "article.css"):
        assert name in page.text
        file = client.get(f"/footnote-assets/{name}")
        assert file.status_code == 200 and "http://" not in file.text and "https://" not in file.text
    assert client.get("/docs").status_code == 404


def test_calls_under_another_name_are_refused(client: TestClient) -> None:
    assert client.get("/health", headers={"host": "evil.example"}).status_code == 400


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.7", "example.org"])
def test_application_for_an_address_that_other_machines_reach_is_refused(bot: Chatbot, host: str) -> None:
    with pytest.raises(SettingsError, match="ssh -L"):
        build_app(bot, host=host)


def test_chat_has_the_page_but_no_api(bot: Chatbot) -> None:
    with TestClient(build_app_in_loop(bot, api=False), base_url="http://127.0.0.1") as client:
        assert client.get("/").status_code == 200
        assert client.post("/api/ask", json={"question": QUESTION}).status_code in (404, 405)
