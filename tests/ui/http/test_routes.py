from typing import Any

import pytest
from fastapi.testclient import TestClient

from rag.chatbot import Chatbot
from rag.errors import SettingsError
from rag.library.catalog import Catalog
from tests.fakes import ScriptedChatModel
from tests.ui.conftest import QUESTION, REPLY, build_app_in_loop
from tests.ui.http.conftest import assert_problem
from ui.errors import SAFE_SENTENCE
from ui.http.app import build_app
from ui.http.responses import AnswerObject, ConversationObject, Described

OUR_PATHS = {
    "/v1/ask",
    "/v1/search",
    "/v1/articles",
    "/v1/articles/{article_id}",
    "/v1/conversations",
    "/v1/conversations/{conversation_id}",
    "/v1/conversations/{conversation_id}/undelete",
    "/v1/conversations/{conversation_id}/export",
    "/v1/feedback",
    "/v1/feedback/{answer_id}",
    "/v1/chat/completions",
    "/v1/models",
    "/v1/models/{model}",
    "/healthz",
    "/readyz",
    "/metrics",
}


def test_unknown_addresses_are_404(client: TestClient) -> None:
    assert_problem(client.get("/v1/nothing"), 404, "/openapi.json")
    for address in ("/api/ask", "/api/articles", "/health", "/nothing"):
        assert_problem(client.get(address), 404, "no such address")
    assert client.put("/v1/ask").status_code in (404, 405)


def test_the_description_has_our_routes_alone_with_examples_and_problems(client: TestClient) -> None:
    described = client.get("/openapi.json").json()
    schemas = described["components"]["schemas"]
    operations = [operation for path in described["paths"].values() for operation in path.values()]

    assert set(described["paths"]) == OUR_PATHS
    assert all(operation["summary"] and operation["description"] for operation in operations)
    assert all(
        list(operation["responses"]["default"]["content"]) == ["application/problem+json"]
        and "422" not in operation["responses"]
        for operation in operations
    )
    for name in ("AskRequest", "AnswerObject", "SearchRequest", "ChatRequest", "FeedbackRequest", "Problem"):
        assert schemas[name]["examples"], name
    assert "text/event-stream" in described["paths"]["/v1/ask"]["post"]["responses"]["200"]["content"]
    body = described["paths"]["/v1/articles"]["post"]["requestBody"]["content"]
    assert set(body) == {"multipart/form-data", "application/json"}


def test_the_described_answer_is_the_one_that_is_given(client: TestClient, llm: ScriptedChatModel) -> None:
    made = client.post("/v1/conversations").json()
    llm.enqueue(REPLY)
    answer = client.post("/v1/ask", json={"question": QUESTION, "conversation_id": made["id"]}).json()
    loaded = client.get(f"/v1/conversations/{made['id']}").json()

    assert undescribed(AnswerObject.model_validate(answer)) == []
    assert undescribed(ConversationObject.model_validate(loaded)) == []


def undescribed(value: Any) -> list[str]:
    """The fields of an object, at any depth, that its description doesn't have."""
    if isinstance(value, list):
        return [name for each in value for name in undescribed(each)]
    if not isinstance(value, Described):
        return []
    fields = [getattr(value, name) for name in type(value).model_fields]
    return [*(value.model_extra or {}), *undescribed(fields)]


def test_every_response_has_the_id_of_its_request(client: TestClient) -> None:
    given = client.get("/healthz", headers={"x-request-id": "abc-1"})
    made = [client.get("/healthz").headers["x-request-id"] for _ in range(2)]
    hostile = client.get("/v1/nothing", headers={"x-request-id": "a b<script>"})

    assert given.headers["x-request-id"] == "abc-1" and len(set(made)) == 2
    assert hostile.headers["x-request-id"] == hostile.json()["request_id"] != "a b<script>"


def test_unexpected_error_is_a_safe_sentence_with_the_id_for_the_log(
    bot: Chatbot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: Any) -> Any:
        raise KeyError("secret")

    monkeypatch.setattr(Chatbot, "article", fail)
    with TestClient(build_app_in_loop(bot), base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        response = client.get("/v1/articles/a")

    problem = assert_problem(response, 500)
    assert problem["detail"] == SAFE_SENTENCE and problem["request_id"] in caplog.text


def test_health_and_readiness(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    ready = client.get("/readyz").json()

    def fail(_: Catalog) -> Any:
        raise OSError("the disk is gone")

    monkeypatch.setattr(Catalog, "counts", fail)
    assert client.get("/healthz").json() == {"status": "ok"}
    assert (ready["status"], ready["articles"]) == ("ready", 3)
    assert ready["models"]["embeddings"] == "fake:bag-of-words"
    assert_problem(client.get("/readyz"), 503, "catalog")


def test_figures_count_requests_and_answers_without_their_words(client: TestClient, llm: ScriptedChatModel) -> None:
    llm.enqueue(REPLY)
    client.post("/v1/ask", json={"question": QUESTION})
    client.get("/v1/articles/secret")
    client.get("/v1/secret")
    client.request("SECRET", "/healthz")
    figures = client.get("/metrics")

    assert figures.headers["content-type"].startswith("text/plain")
    assert 'footnote_http_requests_total{method="POST",route="/v1/ask",status="200"}' in figures.text
    assert 'route="/v1/articles/{article_id}",status="404"' in figures.text
    assert 'footnote_answers_total{kind="fact",status="answered",verdict="answered"}' in figures.text
    assert 'footnote_answer_seconds_count{stage="retrieve"}' in figures.text
    assert "footnote_articles 3.0" in figures.text and "footnote_questions_waiting 0.0" in figures.text
    assert "secret" not in figures.text and "Shanghai" not in figures.text


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
    assert_problem(client.get("/healthz", headers={"host": "evil.example"}), 400, "not called by this name")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.7", "example.org"])
def test_application_for_an_address_that_other_machines_reach_is_refused(bot: Chatbot, host: str) -> None:
    with pytest.raises(SettingsError, match="ssh -L"):
        build_app(bot, host=host)


def test_chat_has_the_page_but_no_api(bot: Chatbot) -> None:
    with TestClient(build_app_in_loop(bot, api=False), base_url="http://127.0.0.1") as client:
        assert client.get("/").status_code == 200
        assert client.post("/v1/ask", json={"question": QUESTION}).status_code in (404, 405)
        assert client.get("/openapi.json").status_code == 404
