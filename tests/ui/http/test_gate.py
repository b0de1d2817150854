"""Who is let in by the gate, and how much they may send, over real HTTP."""

import http.client
import json
import socket
from collections.abc import Iterator

import httpx
import pytest

from rag.library.library import Library
from rag.wiring import build_chatbot
from tests.fakes import ScriptedChatModel
from tests.ui.conftest import build_app_in_loop, served
from tests.ui.http.conftest import assert_problem
from ui.limits import BODY_BYTES_MAX, FORM_BYTES_MAX, UPLOAD_BYTES_MAX
from ui.web import upload_route
from ui.web.uploads import add_uploads

ROUTES = [
    ("GET", "/"),
    ("GET", "/healthz"),
    ("GET", "/v1/articles"),
    ("GET", "/footnote-assets/page.js"),
    ("GET", "/theme.css"),
    ("GET", "/gradio_api/heartbeat/a"),
    ("GET", "/gradio_api/queue/data?session_hash=a"),
    ("POST", "/v1/ask"),
    ("POST", "/v1/search"),
    ("POST", "/v1/articles"),
    ("DELETE", "/v1/articles/a"),
    ("GET", "/v1/conversations"),
    ("POST", "/v1/feedback"),
    ("POST", "/v1/chat/completions"),
    ("GET", "/metrics"),
    ("POST", "/gradio_api/queue/join"),
    ("POST", "/gradio_api/run/predict"),
    ("POST", "/gradio_api/cancel"),
    ("POST", "/gradio_api/upload"),
    ("POST", "/footnote-upload"),
    ("OPTIONS", "/gradio_api/queue/join"),
    ("OPTIONS", "/v1/ask"),
]
HEAD = "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{length}\r\n\r\n"
BODIES = [
    "/v1/ask",
    "/v1/search",
    "/v1/articles",
    "/v1/chat/completions",
    "/gradio_api/queue/join",
    "/gradio_api/run/predict",
    "/footnote-upload",
]


@pytest.fixture(scope="module")
def client(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=20) as client:
        yield client


@pytest.fixture(scope="module")
def address(shared_library: Library) -> Iterator[str]:
    bot = build_chatbot(shared_library.settings, library=shared_library, llm=ScriptedChatModel())
    app = build_app_in_loop(bot, add_files=lambda paths: add_uploads(shared_library, paths))
    with served(app) as address:
        yield address


@pytest.mark.parametrize(("method", "path"), ROUTES)
@pytest.mark.parametrize(
    "foreign",
    [
        {"origin": "http://evil.example"},
        {"origin": "http://localhost:1"},
        {"origin": "http://127.0.0.1:1"},
        {"origin": "null"},
        {"origin": ""},
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"},
        {"sec-fetch-site": "same-site", "sec-fetch-mode": "cors", "sec-fetch-dest": "empty"},
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"},
    ],
    ids=str,
)
def test_other_web_sites_are_refused_everywhere(
    client: httpx.Client, method: str, path: str, foreign: dict[str, str]
) -> None:
    simple = {"content-type": "text/plain", "access-control-request-method": "POST"}

    answer = client.request(method, path, headers={**simple, **foreign})

    assert_problem(answer, 403, "Another web site")
    assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.", "0.0.0.0", "localhost:x", ""])
@pytest.mark.parametrize(("method", "path"), ROUTES[:6])
def test_other_names_of_the_server_are_refused(client: httpx.Client, method: str, path: str, host: str) -> None:
    assert client.request(method, path, headers={"host": host}).status_code == 400


def test_host_given_twice_is_refused(address: str) -> None:
    connection = http.client.HTTPConnection(address.removeprefix("http://"))
    connection.putrequest("GET", "/healthz", skip_host=True)
    for host in ("localhost", "evil.example"):
        connection.putheader("Host", host)
    connection.endheaders()

    assert connection.getresponse().status == 400
    connection.close()


def test_own_page_and_programs_are_let_in_without_a_word_to_other_sites(address: str, client: httpx.Client) -> None:
    port = address.rsplit(":", 1)[1]
    own = {"origin": f"http://localhost:{port}", "host": f"localhost:{port}", "sec-fetch-site": "same-origin"}

    answers = [client.get(path, headers=own) for path in ("/", "/healthz", "/theme.css")]
    program = client.get("/healthz")

    assert [answer.status_code for answer in [*answers, program]] == [200] * 4
    assert not [name for answer in answers for name in answer.headers if name.startswith("access-control")]


def test_link_on_another_site_opens_the_page_but_nothing_else(client: httpx.Client) -> None:
    link = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}

    assert client.get("/", headers=link).status_code == 200
    assert client.get("/v1/articles?search=Who", headers=link).status_code == 403
    assert client.post("/v1/ask", headers=link).status_code == 403


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_every_answer_forbids_framing_and_foreign_content(client: httpx.Client, method: str, path: str) -> None:
    with client.stream(method, path) as answer:
        policy = answer.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy and "default-src 'none'" in policy
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"


def test_only_scripts_of_the_page_itself_run(client: httpx.Client) -> None:
    policies = {
        host: client.get("/", headers={"host": host}).headers["content-security-policy"]
        for host in ("localhost", "127.0.0.1")
    }
    scripts = {host: policy.split("script-src ")[1].split(";")[0] for host, policy in policies.items()}

    assert all(script.count("'sha256-") == 5 and "'unsafe-inline'" not in script for script in scripts.values())
    assert scripts["localhost"] != scripts["127.0.0.1"]  # the page holds its address
    assert "http:" not in policies["localhost"] and "*" not in policies["localhost"]


@pytest.mark.parametrize("path", BODIES)
def test_body_that_says_it_is_too_large_is_refused_before_it_is_sent(address: str, path: str) -> None:
    longest = {"/footnote-upload": UPLOAD_BYTES_MAX, "/v1/articles": UPLOAD_BYTES_MAX + FORM_BYTES_MAX}
    bytes_max = longest.get(path, BODY_BYTES_MAX)

    status, answer = exchange(address, HEAD.format(path=path, length=f"Content-Length: {bytes_max + 1}").encode())

    assert (status, json.loads(answer)["status"]) == (413, 413)


@pytest.mark.parametrize("path", BODIES)
def test_body_that_does_not_say_how_long_it_is_is_cut_off(
    address: str, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upload_route, "UPLOAD_BYTES_MAX", BODY_BYTES_MAX)
    head = HEAD.format(path=path, length="Transfer-Encoding: chunked")
    part = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    n_parts = BODY_BYTES_MAX // 0x10000 + 1

    status, answer = exchange(address, head.encode(), *[part] * n_parts)  # and no end

    assert status == 413 and "too large" in str(json.loads(answer))


def test_web_socket_is_refused(address: str) -> None:
    head = (
        "GET /gradio_api/queue/join HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )

    assert exchange(address, head.encode())[0] == 403


def exchange(address: str, *parts: bytes) -> tuple[int, bytes]:
    """Status and body of the answer to bytes that are sent as they are; the answer must end without more of them."""
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        for part in parts:
            connection.sendall(part)
        response = http.client.HTTPResponse(connection)
        response.begin()
        return response.status, response.read()
