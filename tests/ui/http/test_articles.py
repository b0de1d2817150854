from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from rag.chatbot import Chatbot
from tests.rag.library.test_library import other_writer
from tests.ui.conftest import build_app_in_loop
from tests.ui.http.conftest import assert_problem
from ui.http import uploads

NOTE = "The ferry to the island leaves at nine from now on, said the harbour master of the town on Friday morning."


@pytest.fixture
def own(bot: Chatbot) -> Iterator[TestClient]:
    """A client of an application whose library a test may change."""
    with TestClient(build_app_in_loop(bot), base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        yield client


def titles(found: dict[str, Any]) -> list[str]:
    return [article["title"] for article in found["articles"]]


def send(client: TestClient, name: str, content: bytes, field: str = "file") -> Any:
    return client.post("/v1/articles", files={field: (name, content)})


def test_articles_are_listed_page_by_page_without_their_texts(client: TestClient) -> None:
    first = client.get("/v1/articles", params={"limit": 2}).json()
    rest = client.get("/v1/articles", params={"limit": 2, "offset": 2}).json()

    assert titles(first) == ["Who belongs to the SCO", "Xi arrives"] and len(titles(rest)) == 1
    assert first["total"] == rest["total"] == 3 and (rest["limit"], rest["offset"]) == (2, 2)
    assert "text" not in first["articles"][0] and first["articles"][0]["story"] == first["articles"][0]["id"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"search": "dialogue partner"}, ["Who belongs to the SCO"]),
        ({"search": "xi WEEKLY"}, ["Xi arrives"]),
        ({"search": "nothing of this"}, []),
        ({"search": '"* AND ('}, []),
        ({"publisher": ["weekly test", "Other"]}, ["Xi arrives"]),
        ({"published_from": "2024-07-03"}, ["Who belongs to the SCO"]),
        ({"published_to": "2024-07-02", "published_from": ""}, ["Xi arrives"]),
        ({"sort": "oldest", "limit": 1}, ["Xi arrives"]),
        ({"sort": "title", "limit": 2, "offset": 1}, ["Who belongs to the SCO", "Xi arrives"]),
    ],
)
def test_articles_are_searched_filtered_and_sorted(
    client: TestClient, wanted: dict[str, Any], found: list[str]
) -> None:
    assert titles(client.get("/v1/articles", params=wanted).json()) == found


@pytest.mark.parametrize(
    "wrong", [{"limit": 0}, {"limit": 201}, {"offset": -1}, {"sort": "best"}, {"search": "x" * 201}]
)
def test_wrong_parameters_are_named(client: TestClient, wrong: dict[str, Any]) -> None:
    assert_problem(client.get("/v1/articles", params=wrong), 422, *wrong)


def test_an_article_comes_with_its_text(client: TestClient) -> None:
    listed = client.get("/v1/articles").json()["articles"][0]
    article = client.get(f"/v1/articles/{listed['id']}", params={"version": 1}).json()

    assert article["text"] and article["title"] == listed["title"]
    assert_problem(client.get(f"/v1/articles/{listed['id']}", params={"version": 9}), 404, "version 9")
    assert_problem(client.get("/v1/articles/0000000000000000"), 404, "No article")


def test_a_file_is_added_and_removed_again(own: TestClient) -> None:
    added = send(own, "ferry.txt", NOTE.encode())
    again = send(own, "ferry.txt", NOTE.encode())
    [outcome] = added.json()["outcomes"]
    address = f"/v1/articles/{outcome['article_id']}"

    assert (added.status_code, outcome["status"], outcome["source"]) == (200, "added", "ferry.txt")
    assert again.json()["outcomes"][0]["status"] in ("unchanged", "duplicate")
    assert own.get(address).json()["text"].strip() == NOTE
    assert own.delete(address).status_code == 204
    assert_problem(own.get(address), 404)
    assert_problem(own.delete(address), 404, outcome["article_id"])


def test_a_file_that_cannot_be_read_is_a_problem_with_its_outcome(own: TestClient) -> None:
    problem = assert_problem(send(own, "broken.pdf", b"%PDF-1.4 nothing"), 422, "broken.pdf")

    assert problem["outcomes"][0]["status"] == "failed"


def test_names_of_files_lead_nowhere(own: TestClient) -> None:
    [outcome] = send(own, "../../etc/ferry.txt", NOTE.encode()).json()["outcomes"]

    assert outcome["source"] == "ferry.txt"


@pytest.mark.parametrize(
    "url", ["/etc/hostname", "file:///etc/hostname", "ferry.txt", "ftp://example.org/a", "", "HTTP"]
)
def test_no_address_reads_a_file_of_the_server(own: TestClient, url: str) -> None:
    assert_problem(own.post("/v1/articles", json={"url": url}), 422, "http://")


def test_an_address_inside_the_network_is_refused(own: TestClient) -> None:
    response = own.post("/v1/articles", json={"url": "http://127.0.0.1:9/feed.xml"})

    assert_problem(response, 422, "127.0.0.1")


def test_wrong_bodies_say_what_to_send(own: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_problem(own.post("/v1/articles", json={"address": "x"}), 422, "url")
    assert_problem(own.post("/v1/articles", content=b"no JSON"), 422, "JSON")
    assert_problem(send(own, "a.txt", b"x", field="upload"), 422, "`file`")
    headers = {"content-type": "multipart/form-data"}
    assert_problem(own.post("/v1/articles", content=b"no form", headers=headers), 400, "form")
    for name in ("FORM_BYTES_MAX", "UPLOAD_BYTES_MAX", "BODY_BYTES_MAX"):
        monkeypatch.setattr(uploads, name, 100)
    assert_problem(send(own, "a.txt", b"x" * 400), 413, "too large")
    assert_problem(own.post("/v1/articles", content=iter([b'{"url":"', b"x" * 400])), 413, "too large")


def test_a_library_that_another_process_writes_to_is_409_with_a_time_to_try_again(
    own: TestClient, bot: Chatbot
) -> None:
    with other_writer(Path(bot.library.settings.lock_path)):
        response = send(own, "ferry.txt", NOTE.encode())

    assert_problem(response, 409, "Another process")
    assert int(response.headers["retry-after"]) >= 1
