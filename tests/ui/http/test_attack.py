"""What an attacker tries on a running server: reading its files through every route that Gradio has, over real HTTP."""

import http.client
import json
import os
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from fastapi import FastAPI

from ingest import ingest
from rag.library.library import Library
from rag.settings import load_settings
from rag.wiring import build_chatbot, build_library
from tests.fakes import BagOfWordsEmbeddings, ScriptedChatModel
from tests.ui.conftest import build_app_in_loop, served, write_articles
from ui.web.uploads import add_uploads

SECRET = "The launch codes of the harbour ferry are kept in the blue cabinet behind the door of the captain."
JSON = {"Content-Type": "application/json"}
OTHERS = "Another reader's draft about the mayor of the town was uploaded a moment ago and belongs to that reader."


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A server that is attacked, and what is around it."""

    app: FastAPI
    address: str
    library: Library
    folder: Path

    @property
    def gradio(self) -> Path:
        """The folder in which Gradio keeps what is uploaded."""
        return self.folder / "gradio"

    def paths(self) -> dict[str, str]:
        """Paths that nobody may read through the page, by what they are."""
        return {
            "absolute": str(self.folder / "secret" / "plan.txt"),
            "parent folders": f"{self.gradio}/../secret/plan.txt",
            "symbolic link": str(self.gradio / "link.txt"),
            "hard link": str(self.gradio / "hard.txt"),
            "linked folder": str(self.gradio / "linked" / "plan.txt"),
            "another session's upload": str(self.gradio / "0a1b" / "draft.txt"),
            "folder": str(self.folder / "secret"),
            "pipe": str(self.gradio / "pipe.txt"),
            "catalog": str(next((self.folder / "home").rglob("*.db"), self.folder / "home")),
            "address": "http://127.0.0.1:9/plan.txt",
            "file address": f"file://{self.folder}/secret/plan.txt",
        }

    def everything_kept(self) -> set[str]:
        """All files beside the library's own."""
        places = [self.gradio, self.folder / "temp", self.folder / "home" / "uploads"]
        return {str(path) for place in places for path in place.rglob("*")}


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    folder = tmp_path_factory.mktemp("attacked")
    gradio, temp, secret = folder / "gradio", folder / "temp", folder / "secret"
    for each in (gradio / "0a1b", temp, secret):
        each.mkdir(parents=True)
    (secret / "plan.txt").write_text(SECRET)
    (gradio / "0a1b" / "draft.txt").write_text(OTHERS)
    (gradio / "link.txt").symlink_to(secret / "plan.txt")
    (gradio / "linked").symlink_to(secret)
    os.link(secret / "plan.txt", gradio / "hard.txt")
    os.mkfifo(gradio / "pipe.txt")
    library = build_library(load_settings(home=folder / "home"), embeddings=BagOfWordsEmbeddings())
    ingest([str(write_articles(folder / "articles"))], library.settings, library=library)
    bot = build_chatbot(library.settings, library=library, llm=ScriptedChatModel())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADIO_TEMP_DIR", str(gradio))
        patch.setattr(tempfile, "tempdir", str(temp))
        app = build_app_in_loop(bot, add_files=lambda paths: add_uploads(library, paths))
        with served(app) as address:
            yield Target(app=app, address=address, library=library, folder=folder)
    library.close()


def config(target: Target) -> dict[str, Any]:
    """What the page says to every browser of its events."""
    found = re.search(r"window\.gradio_config = (\{.*?\});</script>", httpx.get(target.address).text, re.S)
    assert found
    return dict(json.loads(found[1]))


def file_data(path: str) -> dict[str, Any]:
    return {"path": path, "orig_name": "plan.txt", "size": 1, "meta": {"_type": "gradio.FileData"}}


def all_routes(routes: Any) -> Iterator[tuple[str, str]]:
    """Method and path of every route, also of mounted applications, from the table of the running server."""
    for route in routes:
        path = getattr(route, "path", "")
        if getattr(route, "methods", None):
            yield from ((method, path) for method in sorted(route.methods))
        below = getattr(getattr(route, "original_router", route), "routes", None)
        if below:
            yield from ((method, path.rstrip("/") + under) for method, under in all_routes(below))


def call(target: Target, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes]:
    """Status and body of an answer; the path goes out just as it's given. Of a stream that doesn't end, no body."""
    connection = http.client.HTTPConnection(target.address.removeprefix("http://"), timeout=10)
    try:
        connection.putrequest(method, path, skip_accept_encoding=True)
        for name, value in {"Content-Length": str(len(body or b"")), **headers}.items():
            connection.putheader(name, value)
        connection.endheaders(body)
        response = connection.getresponse()
        streams = response.headers.get("content-type", "").startswith("text/event-stream")
        return response.status, b"" if streams else response.read()
    finally:
        connection.close()


def assert_nothing_was_read(target: Target) -> None:
    texts = " ".join(article.text for article in target.library.catalog.articles())
    assert SECRET not in texts and OTHERS not in texts
    assert len(target.library.catalog.articles()) == 3


@pytest.mark.parametrize("route", ["/gradio_api/queue/join", "/gradio_api/run/predict"])
def test_no_event_of_the_page_takes_a_path(target: Target, route: str) -> None:
    events = config(target)["dependencies"]
    before = target.everything_kept()
    taken = []
    for what, path in target.paths().items():
        for event in events:
            inputs = event["inputs"] or [0]
            for data in ([file_data(path)] * len(inputs), [[file_data(path)]] * len(inputs)):
                body = {"data": data, "fn_index": event["id"], "session_hash": "attacker"}
                status, _ = call(target, "POST", route, json.dumps(body).encode(), **JSON)
                if status != 400:
                    taken.append((what, event["id"], status))

    assert len(events) > 10
    assert_nothing_was_read(target)
    assert target.everything_kept() == before
    assert taken == []


def test_path_that_a_second_key_or_other_encodings_hide_is_seen(target: Target) -> None:
    path = json.dumps(file_data(target.paths()["absolute"]))
    bodies = {
        "twice": f'{{"data": [{path}], "data": [""], "fn_index": 0}}'.encode(),
        "escaped": f'{{"data": [{path}], "fn_index": 0}}'.replace('"path"', '"\\u0070ath"').encode(),
        "UTF-16": f'{{"data": [{path}], "fn_index": 0}}'.encode("utf-16"),
        "no JSON": b"data=[]",
        "deep": b"[" * 100_000,
    }

    answers = {what: call(target, "POST", "/gradio_api/run/predict", body, **JSON)[0] for what, body in bodies.items()}

    assert answers == dict.fromkeys(bodies, 400)


def test_event_without_a_file_is_answered(target: Target) -> None:
    """The control: what is refused above is refused for its file, not for its form."""
    listing = next(
        event for event in config(target)["dependencies"] if event["targets"][0][1] == "load" and not event["inputs"]
    )
    body = {"data": [], "fn_index": listing["id"], "session_hash": "reader"}

    answer = httpx.post(f"{target.address}/gradio_api/run/predict", json=body)

    assert answer.status_code == 200 and "Who belongs to the SCO" in answer.text


def test_every_route_of_gradio_is_closed_or_gives_no_file(target: Target) -> None:
    secret = str(target.folder / "secret" / "plan.txt")
    upwards = "../" * 30
    values = [
        secret,
        f"{upwards}{secret[1:]}",
        quote(upwards, safe="").replace(".", "%2e") + secret[1:],
        quote(secret, safe=""),
        f"{target.gradio}/0a1b/draft.txt",
        f"{target.gradio}/link.txt",
        f"{target.address}/healthz",
        "http://169.254.169.254/latest/meta-data",
        f"file://{secret}",
    ]
    routes = set(all_routes(target.app.routes))
    told, open_to_paths = [], set()
    for method, route in sorted(routes):
        for value in values if "{" in route else [secret]:
            path = "".join(value if part.startswith("{") else part for part in re.split(r"(\{[^}]*\})", route)) or "/"
            body = json.dumps({"data": [file_data(value)], "path": value, "session_hash": "a", "fn_index": 0})
            status, answer = call(target, method, path, body.encode() if method != "GET" else None)
            if SECRET.encode() in answer or OTHERS.encode() in answer:
                told.append((method, path))
            if status < 300 and "{" in route:
                open_to_paths.add(route)

    assert len(routes) > 60, "Gradio's routes are no longer found where they were"
    assert told == []
    assert open_to_paths <= {"/gradio_api/heartbeat/{session_hash}"}
    assert_nothing_was_read(target)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/gradio_api/upload"),
        ("POST", "/gradio_api/process_recording"),
        ("POST", "/gradio_api/component_server"),
        ("POST", "/gradio_api/call/begin"),
        ("POST", "/gradio_api/call/v2/begin"),
        ("POST", "/gradio_api/vibe-code"),
        ("POST", "/gradio_api/stream/x"),
        ("GET", "/gradio_api/file=/etc/hostname"),
        ("GET", "/gradio_api/file//etc/hostname"),
        ("GET", "/gradio_api/proxy=https://x.hf.space/"),
        ("GET", "/gradio_api/runs"),
        ("GET", "/gradio_api/dev/reload"),
        ("GET", "/gradio_api/custom_component/x/client/y/z"),
        ("GET", "/monitoring"),
        ("GET", "/monitoring/summary"),
        ("GET", "/config"),
        ("GET", "/login"),
    ],
)
def test_route_that_the_page_does_not_need_is_not_served(target: Target, method: str, path: str) -> None:
    form = {"Content-Type": "multipart/form-data; boundary=b"}
    body = (
        b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\n' + b"x" * 100 + b"\r\n--b--\r\n"
    )
    before = target.everything_kept()

    status, answer = call(target, method, path, body, **form) if method == "POST" else call(target, method, path)

    assert (status, json.loads(answer)["status"]) == (404, 404)
    assert target.everything_kept() == before


def test_page_cannot_be_talked_into_other_addresses_or_components(target: Target) -> None:
    planted = target.gradio / "deep_links" / "abcdefgh"
    planted.mkdir(parents=True)
    (planted / "state.json").write_text(json.dumps([{"id": 1, "props": {"value": OTHERS}}]))
    forwarded = {
        "X-Forwarded-Host": "evil.example",
        "X-Gradio-Server": "http://evil.example",
        "Forwarded": "host=evil.example",
    }

    page = httpx.get(target.address, headers=forwarded).text
    linked = httpx.get(f"{target.address}/?deep_link=abcdefgh").text

    assert "evil.example" not in page
    assert OTHERS not in linked
