import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

from rag.library.library import Library
from rag.serialization import parse_answer
from tests.fakes import ScriptedChatModel
from tests.ui.conftest import QUESTION, REPLY
from tests.ui.http.conftest import assert_problem
from ui.http.owners import current_owner


@pytest.fixture
def answered(client: TestClient, llm: ScriptedChatModel) -> tuple[str, dict[str, Any]]:
    """The id of a conversation with one answer, and that answer."""
    made = client.post("/v1/conversations", json={"title": ""}).json()
    llm.enqueue(REPLY)
    answer = client.post("/v1/ask", json={"question": QUESTION, "conversation_id": made["id"]}).json()
    return made["id"], answer


def test_a_conversation_is_created_listed_renamed_deleted_and_restored(client: TestClient) -> None:
    made = client.post("/v1/conversations", json={"title": "Dialogue partners"})
    address = f"/v1/conversations/{made.json()['id']}"
    renamed = client.patch(address, json={"title": " Members of the club "}).json()
    listed = client.get("/v1/conversations", params={"search": "CLUB members", "limit": 1}).json()

    assert made.status_code == 201 and renamed["title"] == "Members of the club" and renamed["turns"] == []
    assert [each["id"] for each in listed["conversations"]] == [made.json()["id"]] and listed["total"] == 1

    assert client.delete(address).status_code == 204
    assert_problem(client.get(address), 404, "conversation")
    gone = client.get("/v1/conversations", params={"search": "club", "deleted": True}).json()
    assert gone["conversations"][0]["deleted"]
    assert client.post(f"{address}/undelete").json()["title"] == "Members of the club"
    assert client.get(address).status_code == 200


def test_a_conversation_is_named_by_its_first_question(
    client: TestClient, answered: tuple[str, dict[str, Any]]
) -> None:
    loaded = client.get(f"/v1/conversations/{answered[0]}").json()

    assert loaded["title"] == QUESTION and loaded["turns"][0]["answer"] == answered[1]


@pytest.mark.parametrize(
    ("format_", "media_type", "ending"),
    [("markdown", "text/markdown", "md"), ("json", "application/json", "json"), ("html", "text/html", "html")],
)
def test_a_conversation_is_exported_as_a_file(
    client: TestClient, answered: tuple[str, dict[str, Any]], format_: str, media_type: str, ending: str
) -> None:
    response = client.get(f"/v1/conversations/{answered[0]}/export", params={"format": format_})

    assert response.headers["content-type"].startswith(media_type)
    assert response.headers["content-disposition"] == (
        f'attachment; filename="conversation-{answered[0][:8]}.{ending}"'
    )
    assert response.headers["content-security-policy"].startswith("default-src 'none'; base-uri 'none'")
    assert answered[1]["citations"][0]["quote"].split()[-1] in response.text


def test_the_json_export_holds_the_whole_answer(client: TestClient, answered: tuple[str, dict[str, Any]]) -> None:
    data = json.loads(client.get(f"/v1/conversations/{answered[0]}/export", params={"format": "json"}).text)

    assert data == client.get(f"/v1/conversations/{answered[0]}").json()
    assert parse_answer(data["turns"][0]["answer"]).id == answered[1]["id"]


def test_feedback_is_kept_with_the_answer(client: TestClient, answered: tuple[str, dict[str, Any]]) -> None:
    conversation, answer = answered
    body = {"answer_id": answer["id"], "rating": "bad", "reason": "wrong_citation", "note": "Another article."}
    given = client.post("/v1/feedback", json=body).json()
    turn = client.get(f"/v1/conversations/{conversation}").json()["turns"][0]

    assert turn["feedback"] == given and given["reason"] == "wrong_citation" and given["created"]
    assert client.post("/v1/feedback", json={"answer_id": answer["id"], "rating": "good"}).json()["reason"] == ""
    assert client.delete(f"/v1/feedback/{answer['id']}").status_code == 204
    assert client.get(f"/v1/conversations/{conversation}").json()["turns"][0]["feedback"] is None


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"rating": "meh"}, "rating"),
        ({"rating": "bad", "reason": "ugly"}, "reason"),
        ({"rating": "good", "reason": "wrong"}, "bad answer only"),
        ({"rating": "bad", "note": "x" * 2001}, "note"),
    ],
)
def test_wrong_feedback_is_refused(client: TestClient, body: dict[str, Any], said: str) -> None:
    assert_problem(client.post("/v1/feedback", json={"answer_id": "a", **body}), 422, said)


def test_feedback_on_an_unknown_answer_is_404(client: TestClient) -> None:
    assert_problem(client.post("/v1/feedback", json={"answer_id": "nothing", "rating": "good"}), 404, "nothing")
    assert_problem(client.delete("/v1/feedback/nothing"), 404, "nothing")


@pytest.mark.parametrize("title", ["", "   ", "x" * 201])
def test_wrong_titles_are_refused(client: TestClient, answered: tuple[str, dict[str, Any]], title: str) -> None:
    assert_problem(client.patch(f"/v1/conversations/{answered[0]}", json={"title": title}), 422, "title")


def test_no_route_shows_or_changes_the_conversation_of_another_owner(
    client: TestClient, shared_library: Library, answered: tuple[str, dict[str, Any]]
) -> None:
    conversation, answer = answered
    before = shared_library.conversations.load(conversation)
    app: Any = client.app
    app.dependency_overrides[current_owner] = lambda: "somebody else"
    address = f"/v1/conversations/{conversation}"
    try:
        listed = client.get("/v1/conversations").json()
        refused = [
            client.get(address),
            client.patch(address, json={"title": "Mine"}),
            client.delete(address),
            client.post(f"{address}/undelete"),
            client.get(f"{address}/export"),
            client.post("/v1/feedback", json={"answer_id": answer["id"], "rating": "bad"}),
            client.delete(f"/v1/feedback/{answer['id']}"),
            client.post("/v1/ask", json={"question": QUESTION, "conversation_id": conversation}),
            client.post(
                "/v1/chat/completions",
                json={
                    "model": "footnote",
                    "messages": [{"role": "user", "content": QUESTION}],
                    "footnote": {"conversation_id": conversation},
                },
            ),
        ]
    finally:
        app.dependency_overrides.clear()

    assert listed["total"] == 0
    assert [response.status_code for response in refused] == [404] * len(refused)
    assert shared_library.conversations.load(conversation) == before
