from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import ModuleType

import pytest
from langchain_core.runnables import RunnableLambda

from eval.data.corpus import open_corpus
from eval.records import Question
from eval.running.baseline import build_baseline
from eval.running.results import parse_result, render_result
from eval.running.target import ABSTENTION, Target, ask_safely, text_answer
from eval.running.targets import build_target, chatbot_target
from rag.errors import SettingsError
from rag.records import Answer, Turn
from rag.settings import load_settings
from rag.wiring import build_chatbot
from tests.eval.builders import make_answer, make_question
from tests.fakes import BagOfWordsEmbeddings, ScriptedChatModel

QUESTION = make_question(question="How many passengers of the ferry Aurora were saved?", id="q7")
FOLLOWUP = make_question("followup", [["x"]], history=(Turn(question="A?", answer="B."),), question="And he?")


@pytest.mark.parametrize(
    ("text", "abstains"),
    [
        ("I don't know.", True),
        ("I don’t know the answer to that.", True),
        ("The context does not mention who won.", True),
        ("The articles don't provide any information about it.", True),
        ("The winner is not specified in the text.", True),
        ("There is no information on this.", True),
        ("Unknown.", True),
        ("", True),
        ("He does not know her.", False),
        ("The ferry did not sink.", False),
        ("They say that the unknown sailor was saved.", False),
    ],
)
def test_a_text_that_says_it_does_not_know_is_an_abstention(text: str, abstains: bool) -> None:
    answer = text_answer(QUESTION, text, 1.0, {})
    assert (answer.verdict == "abstained") is abstains, ABSTENTION.search(text)
    assert not answer.claims and answer.id == "q7"


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    module = ModuleType("somebodys")
    monkeypatch.setitem(sys.modules, "somebodys", module)
    return module


def build(spec: str) -> Target:
    return build_target(spec, load_settings(), None)


def test_a_callable_may_give_a_text_or_an_answer(module: ModuleType) -> None:
    def answer(question: str) -> Answer:
        return make_answer(text=question)

    module.text = lambda question: f"You asked: {question}"  # type: ignore[attr-defined] # made on the fly
    module.answer = answer  # type: ignore[attr-defined] # made on the fly
    assert build("somebodys:text").ask(QUESTION).answer.text == f"You asked: {QUESTION.question}"
    assert ask_safely(build("somebodys:answer"), QUESTION).answer.id == "q7"


def test_a_callable_with_a_history_gets_it(module: ModuleType) -> None:
    def chat(question: str, history: tuple[Turn, ...] = ()) -> str:
        return history[0].answer

    module.chat = chat  # type: ignore[attr-defined] # made on the fly
    assert build("somebodys:chat").ask(FOLLOWUP).answer.text == "B."


def test_a_runnable_is_invoked(module: ModuleType) -> None:
    module.chain = RunnableLambda(str.upper)  # type: ignore[attr-defined] # made on the fly
    assert build("somebodys:chain").ask(make_question(question="why?")).answer.text == "WHY?"


@pytest.mark.parametrize("returned", [None, 3])
def test_what_is_no_answer_fails_its_question(module: ModuleType, returned: object) -> None:
    module.odd = lambda question: returned  # type: ignore[attr-defined] # made on the fly
    result = ask_safely(build("somebodys:odd"), QUESTION)
    assert type(returned).__name__ in result.error and result.answer.verdict == "abstained"


def test_a_callable_that_raises_fails_its_question_only(module: ModuleType) -> None:
    module.broken = lambda question: 1 / 0  # type: ignore[attr-defined] # made on the fly
    assert "ZeroDivisionError" in ask_safely(build("somebodys:broken"), QUESTION).error


@pytest.mark.parametrize("spec", ["riddle", "no_such_module:f", "json:no_such", "json:__name__", "footnote"])
def test_an_unknown_target_is_refused(spec: str) -> None:
    with pytest.raises(SettingsError):
        build(spec)


class _Server(BaseHTTPRequestHandler):
    """An OpenAI-compatible server that repeats what it was asked."""

    requests: list[dict[str, object]] = []  # noqa: RUF012 - one server a test

    def do_GET(self) -> None:
        self._send({"data": [{"id": "parrot"}]})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.requests.append(body)
        content = f"{len(body['messages'])} messages, last: {body['messages'][-1]['content']}"
        usage = {"prompt_tokens": 5, "completion_tokens": 2}
        self._send({"choices": [{"message": {"content": content}}], "usage": usage})

    def _send(self, data: object) -> None:
        body = json.dumps(data).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    http = HTTPServer(("127.0.0.1", 0), _Server)
    thread = threading.Thread(target=http.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{http.server_port}/v1"
    http.shutdown()
    http.server_close()
    thread.join()


def test_a_server_is_asked_with_the_history_under_its_first_model(server: str) -> None:
    target = build(server)
    answer = target.ask(FOLLOWUP).answer
    assert target.name.endswith("#parrot")
    assert answer.text == "3 messages, last: And he?"
    assert answer.usage == {"prompt_tokens": 5, "output_tokens": 2} and answer.timings_ms["total"] > 0


def test_a_server_that_is_not_there_is_refused() -> None:
    with pytest.raises(SettingsError, match="Is a server there"):
        build("http://127.0.0.1:9/v1")


def test_a_server_that_goes_away_fails_its_question() -> None:
    assert "did not answer" in ask_safely(build("http://127.0.0.1:9/v1#m"), QUESTION).error


def test_the_baseline_lays_the_nearest_pieces_before_the_model(articles_dir: Path, tmp_path: Path) -> None:
    llm = ScriptedChatModel("All 212 were saved.", "I don't know.")
    embeddings = BagOfWordsEmbeddings()
    with open_corpus(load_settings(), [str(articles_dir)], tmp_path / "library", embeddings=embeddings) as library:
        baseline = build_baseline(load_settings(), library, llm)
        answer = baseline.ask(QUESTION).answer
        second = baseline.ask(FOLLOWUP).answer
    assert answer.verdict == "answered" and answer.text == "All 212 were saved." and not answer.citations
    assert answer.passages[0].article.source.endswith("ferry.md") and len(answer.passages) == 3
    assert all(p.chunk.text == p.article.text[p.chunk.start : p.chunk.end] for p in answer.passages)
    assert {"retrieve", "generate", "total"} == set(answer.timings_ms)
    assert "212 passengers" in llm.prompts[0] and "B." in llm.prompts[1]
    assert second.verdict == "abstained"


def test_the_baseline_needs_a_model(articles_dir: Path, tmp_path: Path) -> None:
    embeddings = BagOfWordsEmbeddings()
    with (
        open_corpus(load_settings(), [str(articles_dir)], tmp_path / "library", embeddings=embeddings) as library,
        pytest.raises(SettingsError, match="llm is none"),
    ):
        build_baseline(load_settings(llm="none"), library)


def test_a_chatbot_tells_how_many_drafted_claims_its_checker_judged(articles_dir: Path, tmp_path: Path) -> None:
    llm = ScriptedChatModel("212 passengers of the ferry Aurora were saved near Gotland. Pirates of Malta sank it.")
    with open_corpus(
        load_settings(), [str(articles_dir)], tmp_path / "library", embeddings=BagOfWordsEmbeddings()
    ) as library:
        chatbot = build_chatbot(load_settings(), library=library, llm=llm)
        result = chatbot_target("footnote", chatbot).ask(QUESTION)
    assert result.n_judged == 2 and result.n_accepted == 1
    assert result.first_claim_ms is not None and result.first_claim_ms > 0
    assert parse_result(render_result(result)).first_claim_ms == result.first_claim_ms
    assert "212" in result.answer.text


def test_the_extractive_target_needs_no_model(articles_dir: Path, tmp_path: Path) -> None:
    with open_corpus(
        load_settings(), [str(articles_dir)], tmp_path / "library", embeddings=BagOfWordsEmbeddings()
    ) as library:
        target = build_target("extractive", load_settings(), library)
        result = target.ask(Question(id="q", question=QUESTION.question, kind="answerable"))
    assert target.models["llm"] == "none" and "212" in result.answer.text
    assert result.n_judged == 0, "a verbatim quote needs no judge"


def test_an_abstention_has_no_first_claim(articles_dir: Path, tmp_path: Path) -> None:
    with open_corpus(
        load_settings(), [str(articles_dir)], tmp_path / "library", embeddings=BagOfWordsEmbeddings()
    ) as library:
        target = build_target("extractive", load_settings(), library)
        result = target.ask(Question(id="q", question="Who composed the opera Fidelio?", kind="unanswerable"))
    assert result.answer.verdict == "abstained" and result.first_claim_ms is None
