import http.client
import json
import threading
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from rag.library.library import Library
from rag.wiring import build_chatbot
from tests.fakes import ReadingChatModel, ScriptedChatModel
from tests.ui.conftest import PARTNERS, QUESTION, REPLY, build_app_in_loop, served
from tests.ui.http.conftest import assert_problem, read_events
from ui.http import answer_queue
from ui.http.answer_queue import AnswerQueue
from ui.limits import HISTORY_TURNS_MAX


def test_ask_gives_the_answer_object(client: TestClient, llm: ScriptedChatModel) -> None:
    llm.enqueue(REPLY)

    response = client.post("/v1/ask", json={"question": QUESTION})

    answer = response.json()
    assert response.status_code == 200
    assert answer["verdict"] == "answered"
    assert answer["claims"][0]["citations"] == [1]
    assert answer["citations"][0]["quote"] == PARTNERS


def test_the_day_that_questions_count_from_can_be_given(client: TestClient, llm: ScriptedChatModel) -> None:
    question = {"question": "What do the articles of last month say?", "as_of": "1999-04-05"}

    assert "March 1999" in client.post("/v1/ask", json=question).json()["reason"]
    assert client.post("/v1/search", json=question).json()["passages"] == []
    assert client.post("/v1/ask", json={**question, "as_of": "soon"}).status_code == 422


def test_ask_takes_history_and_standalone_question(client: TestClient, llm: ScriptedChatModel) -> None:
    llm.enqueue(REPLY)

    response = client.post(
        "/v1/ask",
        json={
            "question": "And how many has it?",
            "history": [{"question": "What is the SCO?", "answer": "A group."}],
            "standalone_question": QUESTION,
        },
    )

    assert response.json()["standalone_question"] == QUESTION


def test_the_kind_and_the_articles_can_be_chosen(client: TestClient, llm: ScriptedChatModel) -> None:
    question = {"question": QUESTION, "kind": "overview", "filters": {"publishers": [" weekly TEST "]}}
    answer = client.post("/v1/ask", json=question).json()
    events = read_events(client.post("/v1/ask", json={**question, "stream": True}).text)
    found = client.post("/v1/search", json={"question": QUESTION, "filters": {"published_from": "2024-07-03"}}).json()

    assert (answer["kind"], answer["filters"]["publishers"], llm.prompts) == ("overview", ["weekly TEST"], [])
    assert {citation["publisher"] for citation in answer["citations"]} == {"Weekly Test"}
    assert events[0] == (
        "understood",
        {"standalone_question": QUESTION, "kind": "overview", "filters": answer["filters"]},
    )
    assert [passage["source"].rsplit("/")[-1] for passage in found["passages"]] == ["partners.md"]


def test_the_filters_of_an_answer_can_be_sent_back(client: TestClient) -> None:
    question = {"question": QUESTION, "kind": "overview", "filters": {"published_to": "2024-07-02"}}
    first = client.post("/v1/ask", json=question).json()
    again = client.post("/v1/ask", json={**question, "filters": first["filters"]}).json()

    assert first["filters"]["published_from"] == "" and again["filters"] == first["filters"]
    assert again["citations"] == first["citations"]


def test_filters_that_allow_no_article_give_an_abstention(client: TestClient, llm: ScriptedChatModel) -> None:
    answer = client.post("/v1/ask", json={"question": QUESTION, "filters": {"articles": ["0" * 16]}}).json()

    assert (answer["verdict"], answer["passages"], answer["citations"], llm.prompts) == ("abstained", [], [], [])
    assert answer["reason"] and answer["filters"]["articles"] == ["0" * 16]


@pytest.mark.parametrize("asked_by", [{"json": {"stream": True}}, {"headers": {"accept": "text/event-stream"}}])
def test_stream_sends_the_events_in_order(
    client: TestClient, llm: ScriptedChatModel, asked_by: dict[str, dict[str, Any]]
) -> None:
    llm.enqueue(REPLY)

    body = {"question": QUESTION, **asked_by.get("json", {})}
    response = client.post("/v1/ask", json=body, headers=asked_by.get("headers"))

    events = read_events(response.text)
    kinds = list(dict.fromkeys(kind for kind, _ in events))
    assert response.headers["content-type"].startswith("text/event-stream")
    assert kinds == ["understood", "passages", "citations", "token", "claim", "answer"]
    assert "".join(data["text"] for kind, data in events if kind == "token").strip() == REPLY
    assert not any(data["settled"] for kind, data in events if kind == "claim")
    assert events[-1][1]["citations"][0]["quote"] == PARTNERS
    assert events[-1][1]["segments"][-1] == {"text": REPLY, "citations": [1], "claim": 1, "starts_line": True}


@pytest.mark.parametrize(
    ("address", "body"),
    [
        ("/v1/ask", {"question": QUESTION}),
        ("/v1/ask", {"question": QUESTION, "stream": True}),
        ("/v1/chat/completions", {"model": "footnote", "messages": [{"role": "user", "content": QUESTION}]}),
        (
            "/v1/chat/completions",
            {"model": "footnote", "stream": True, "messages": [{"role": "user", "content": QUESTION}]},
        ),
    ],
    ids=["ask", "ask streamed", "chat", "chat streamed"],
)
def test_client_that_leaves_while_the_prompt_is_read_stops_its_answer(
    shared_library: Library, address: str, body: dict[str, Any]
) -> None:
    llm = ReadingChatModel()
    bot = build_chatbot(shared_library.settings, library=shared_library, llm=llm)
    conversation = shared_library.conversations.create()
    kept = {"footnote": {"conversation_id": conversation.id}} if "messages" in body else {
        "conversation_id": conversation.id
    }  # fmt: skip

    with served(build_app_in_loop(bot)) as server:
        leaving = http.client.HTTPConnection(server.removeprefix("http://"))
        leaving.request("POST", address, json.dumps(body | kept), {"Content-Type": "application/json"})
        assert llm.is_reading.wait(60)
        leaving.close()
        assert llm.is_let_go.wait(2)
        llm.enqueue(REPLY)
        answered = httpx.post(f"{server}/v1/ask", json={"question": QUESTION}, timeout=60).json()

    turns = shared_library.conversations.load(conversation.id).turns
    assert answered["verdict"] == "answered"
    assert [(turn.status, turn.answer, turn.question) for turn in turns] == [("stopped", None, QUESTION)]


def test_model_that_fails_is_503_and_in_a_stream_an_error_event(client: TestClient) -> None:
    response = client.post("/v1/ask", json={"question": QUESTION})
    events = read_events(client.post("/v1/ask", json={"question": QUESTION, "stream": True}).text)

    assert_problem(response, 503, "did not answer")
    assert events[-1][0] == "error" and "did not answer" in events[-1][1]["detail"]
    assert events[-1][1]["status"] == 503


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
    problem = assert_problem(client.post("/v1/ask", json=body), 422)

    assert problem["detail"].startswith(named) and problem["errors"][0]["field"] == named


def test_a_history_beside_that_of_the_conversation_is_refused(client: TestClient) -> None:
    body = {"question": "Who?", "history": [{"question": "Q", "answer": "A"}], "conversation_id": "c"}

    assert_problem(client.post("/v1/ask", json=body), 422, "either a history or a conversation_id")


def test_search_finds_passages(client: TestClient) -> None:
    found = client.post("/v1/search", json={"question": QUESTION, "top_k": 2}).json()

    assert len(found["passages"]) == 2 and PARTNERS in found["passages"][0]["text"]
    assert_problem(client.post("/v1/search", json={"question": ""}), 422, "question")


def test_turns_are_kept_and_are_the_history_of_the_next(
    client: TestClient, llm: ScriptedChatModel, shared_library: Library
) -> None:
    made = client.post("/v1/conversations").json()
    llm.enqueue(REPLY)
    choices = {"kind": "fact", "filters": {"publishers": ["Daily Test"]}}
    first = client.post("/v1/ask", json={"question": QUESTION, "conversation_id": made["id"], **choices}).json()
    llm.enqueue(QUESTION, REPLY)
    following = {"question": "And how many has it?", "conversation_id": made["id"], "stream": True}
    second = read_events(client.post("/v1/ask", json=following).text)[-1][1]
    failed = client.post("/v1/ask", json={"question": QUESTION, "conversation_id": made["id"], "kind": "fact"})

    turns = client.get(f"/v1/conversations/{made['id']}").json()["turns"]

    assert [turn["answer"] for turn in turns] == [first, second, None]
    assert [turn["id"] for turn in turns[:2]] == [first["id"], second["id"]]
    assert [turn["status"] for turn in turns] == ["answered", "answered", "failed"]
    assert turns[0]["options"]["kind"] == "fact" and turns[1]["options"] == {}
    assert turns[0]["options"]["filters"]["publishers"] == ["Daily Test"]
    assert "did not answer" in turns[2]["error"] and failed.status_code == 503
    assert REPLY in "\n".join(llm.prompts), "the earlier answer is in the history"


def test_a_question_in_a_conversation_that_does_not_exist_is_refused(client: TestClient) -> None:
    for stream in (False, True):
        body = {"question": QUESTION, "conversation_id": "0" * 32, "stream": stream}
        assert_problem(client.post("/v1/ask", json=body), 404, "conversation")


def test_a_full_queue_refuses_further_questions_at_once(
    shared_library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AnswerQueue.__init__, "__defaults__", (1,))
    llm = ReadingChatModel()
    bot = build_chatbot(shared_library.settings, library=shared_library, llm=llm)
    bodies = [
        ("/v1/ask", {"question": QUESTION}),
        ("/v1/ask", {"question": QUESTION, "stream": True}),
        ("/v1/chat/completions", {"model": "footnote", "messages": [{"role": "user", "content": QUESTION}]}),
    ]

    with served(build_app_in_loop(bot)) as address:
        asking = []
        for _ in range(2):
            asking.append(http.client.HTTPConnection(address.removeprefix("http://")))
            asking[-1].request("POST", "/v1/ask", json.dumps(bodies[0][1]), {"Content-Type": "application/json"})
        assert llm.is_reading.wait(60)
        figures = ""
        while "footnote_questions_waiting 2.0" not in figures:
            figures = httpx.get(f"{address}/metrics").text
        refused = [httpx.post(f"{address}{path}", json=body, timeout=5) for path, body in bodies]
        healthy = httpx.get(f"{address}/healthz", timeout=5)
        for each in asking:
            each.close()

    for response in refused:
        assert_problem(response, 429, "waiting already", "Ask again in")
        assert int(response.headers["retry-after"]) >= 1
    assert refused[2].json()["error"]["type"] == "rate_limit_error"
    assert healthy.json() == {"status": "ok"}


async def test_the_queue_forgets_those_who_leave() -> None:
    queue = AnswerQueue(waiting_max=1)

    for _ in range(5):
        with pytest.raises(KeyError):
            async with queue.turn():
                raise KeyError
    async with queue.turn():
        assert queue.n_places == 1

    assert queue.n_places == 0 and answer_queue.ANSWERS_AT_ONCE == 1


def test_answers_of_several_clients_come_one_after_the_other(shared_library: Library) -> None:
    llm = ScriptedChatModel(*[REPLY] * 6)
    bot = build_chatbot(shared_library.settings, library=shared_library, llm=llm)
    statuses: list[int] = []

    with served(build_app_in_loop(bot)) as address:

        def ask(stream: bool) -> None:
            body = {"question": QUESTION, "stream": stream}
            statuses.append(httpx.post(f"{address}/v1/ask", json=body, timeout=60).status_code)

        threads = [threading.Thread(target=ask, args=(number % 2 == 0,)) for number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert statuses == [200] * 6


def test_an_answer_is_given_though_its_conversation_was_deleted_meanwhile(
    client: TestClient, llm: ScriptedChatModel, shared_library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = client.post("/v1/conversations").json()
    ask = llm._next

    def delete_and_answer(messages: Any) -> str:
        shared_library.conversations.delete(made["id"])
        return ask(messages)

    monkeypatch.setattr(ScriptedChatModel, "_next", lambda _, messages: delete_and_answer(messages))
    llm.enqueue(REPLY)
    response = client.post("/v1/ask", json={"question": QUESTION, "conversation_id": made["id"]})

    assert response.json()["verdict"] == "answered"
    assert_problem(client.get(f"/v1/conversations/{made['id']}"), 404)
