import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from rag.errors import ModelError
from rag.library.library import Library
from rag.settings import Settings
from tests.fakes import ScriptedChatModel
from tests.ui.conftest import PARTNERS, QUESTION, REPLY, build_app_in_loop
from ui.cli.app import app
from ui.cli.tools import Tools
from ui.http.server import AnnouncingServer


@pytest.fixture
def run(tools: Tools) -> Any:
    def run(*arguments: object) -> Result:
        return CliRunner().invoke(app, [str(argument) for argument in arguments], obj=tools)

    return run


def test_ingest_reports_each_file_and_skips_unchanged_ones(run: Any, articles_dir: Path) -> None:
    first, second = run("ingest", articles_dir), run("ingest", articles_dir, "--json")

    assert first.exit_code == 0
    assert [line.split()[0] for line in first.stdout.splitlines()] == ["added"] * 3
    report = json.loads(second.stdout)
    assert (report["unchanged"], report["added"], report["failed"]) == (3, 0, 0)
    assert {outcome["status"] for outcome in report["outcomes"]} == {"unchanged"}


def test_ingest_names_what_failed_and_exits_1(run: Any, articles_dir: Path) -> None:
    (articles_dir / "empty.txt").touch()

    done = run("ingest", articles_dir)

    assert done.exit_code == 1
    assert "empty.txt" in done.stderr and done.stderr.startswith("failed")
    assert done.stdout.count("added") == 3


def test_articles_are_listed_and_removed(run: Any, ingested: Path) -> None:
    listed = json.loads(run("articles", "--json").stdout)
    removed = run("remove", listed[0]["id"])

    assert len(listed) == 3 and removed.exit_code == 0
    assert len(run("articles").stdout.splitlines()) == 2


def test_copies_are_named_in_the_list(run: Any, articles_dir: Path) -> None:
    told = " ".join(f"Sentence number {n} tells of harbour {n * 7}." for n in range(40))
    (articles_dir / "first.md").write_text(f"---\ntitle: First\ndate: 2024-07-01\n---\n\n{told}")
    (articles_dir / "second.md").write_text(f"---\ntitle: Second\ndate: 2024-07-02\n---\n\n{told} Edited by us.")
    run("ingest", articles_dir)

    listed = {article["title"]: article for article in json.loads(run("articles", "--json").stdout)}
    lines = run("articles").stdout.splitlines()

    assert listed["Second"]["copy_of"] == listed["First"]["id"] and listed["First"]["copy_of"] is None
    assert [line.split("\t")[-1] for line in lines if "first.md" in line] == ["1 copy"]
    assert [line.split("\t")[-1] for line in lines if "second.md" in line] == [f"copy of {listed['First']['id']}"]


def test_a_library_is_exported_and_imported(run: Any, ingested: Path, tmp_path: Path, monkeypatch: Any) -> None:
    exported = run("export", tmp_path / "library.zip", "--json")
    listed = json.loads(run("articles", "--json").stdout)
    monkeypatch.setenv("FOOTNOTE_HOME", str(tmp_path / "another-home"))

    imported = run("import", tmp_path / "library.zip")
    again = json.loads(run("import", tmp_path / "library.zip", "--json").stdout)

    assert json.loads(exported.stdout)["articles"] == 3
    assert [line.split()[0] for line in imported.stdout.splitlines()] == ["added"] * 3
    assert (again["added"], again["unchanged"]) == (0, 3)
    assert json.loads(run("articles", "--json").stdout) == listed
    assert run("import", tmp_path / "missing.zip").exit_code == 1


def test_ctrl_c_ends_a_watch_cleanly(articles_dir: Path, tmp_path: Path) -> None:
    program = (
        "import signal, sys; from rag.wiring import build_library; from tests.fakes import BagOfWordsEmbeddings\n"
        "from ui.cli.app import app; from ui.cli.tools import Tools\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have started the tests without it\n"
        "opened = lambda s, r: build_library(s, embeddings=BagOfWordsEmbeddings(), rebuilding=r)\n"
        "app(sys.argv[1:], obj=Tools(open_library=opened))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, "ingest", "--watch", "--json", str(articles_dir)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as watching:
        assert watching.stdout is not None
        told = [json.loads(watching.stdout.readline()) for _ in range(3)]
        watching.send_signal(signal.SIGINT)
        try:
            out, err = watching.communicate(timeout=30)
        finally:
            watching.kill()
    assert [outcome["status"] for outcome in told] == ["added"] * 3
    assert (watching.returncode, out, err) == (0, "", "")


def test_unknown_article_is_one_sentence_and_exit_1(run: Any) -> None:
    done = run("remove", "0" * 16)

    assert done.exit_code == 1
    assert done.stdout == "" and done.stderr.startswith("footnote: ") and "0" * 16 in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_ask_prints_the_answer_with_its_footnotes(run: Any, ingested: Path, llm: ScriptedChatModel) -> None:
    llm.enqueue(REPLY, REPLY)

    text, data = run("ask", QUESTION), run("ask", QUESTION, "--json")

    assert "[1]" in text.stdout and PARTNERS in text.stdout and "Who belongs to the SCO" in text.stdout
    assert "partners.md" in text.stdout and str(ingested) not in text.stdout
    answer = json.loads(data.stdout)
    assert answer["citations"][0]["source"] == str(ingested / "partners.md")
    assert answer["verdict"] == "answered" and answer["citations"][0]["quote"] == PARTNERS
    assert (text.stderr, data.stderr) == ("", "")  # quiet when nobody watches


def test_ask_prints_markdown_with_footnotes(run: Any, ingested: Path, llm: ScriptedChatModel) -> None:
    llm.enqueue(REPLY)
    said = run("ask", QUESTION, "--markdown").stdout

    assert f"{REPLY}[^1]" in said and f"[^1]: “{PARTNERS}”" in said
    assert run("ask", QUESTION, "--markdown", "--json").exit_code == 2


def test_the_day_that_a_question_counts_from_can_be_given(run: Any, ingested: Path) -> None:
    done = run("ask", "What do the articles of last month say?", "--as-of", "1999-04-05")
    assert done.exit_code == 0 and "March 1999" in done.stdout
    found = run("search", "What do the articles of last month say?", "--as-of", "1999-04-05", "--json")
    assert json.loads(found.stdout)["passages"] == []
    assert run("ask", "Who met?", "--as-of", "soon").exit_code == 2


def test_the_kind_of_an_answer_can_be_chosen_and_an_unknown_one_is_exit_2(
    run: Any, ingested: Path, llm: ScriptedChatModel
) -> None:
    chosen = json.loads(run("ask", QUESTION, "--kind", "summary", "--json").stdout)
    unknown = run("ask", QUESTION, "--kind", "poem")

    assert (chosen["kind"], chosen["verdict"], llm.prompts) == ("summary", "answered", [])
    assert (unknown.exit_code, unknown.stdout) == (2, "")
    assert "poem" in unknown.stderr and "timeline" in unknown.stderr


@pytest.mark.parametrize(
    ("options", "allowed"),
    [
        (["--publisher", "DAILY test"], {"partners.md"}),
        (["--publisher", "Daily Test", "--publisher", "Weekly Test"], {"partners.md", "arrival.md"}),
        (["--to", "2024-07-02"], {"arrival.md"}),
        (["--from", "2024-07-03"], {"partners.md"}),
        (["--from", "2024-07-03", "--publisher", "Weekly Test"], set()),
        (["--article", "ARRIVAL"], {"arrival.md"}),
        (["--article", "none"], set()),
    ],
)
def test_only_the_articles_of_the_filters_are_used(
    run: Any, ingested: Path, llm: ScriptedChatModel, options: list[str], allowed: set[str]
) -> None:
    ids = {Path(each["source"]).name: each["id"] for each in json.loads(run("articles", "--json").stdout)}
    chosen = [option.replace("ARRIVAL", ids["arrival.md"]) for option in options]
    llm.enqueue(*[REPLY] * 3)

    answer = json.loads(run("ask", QUESTION, *chosen, "--json").stdout)
    found = json.loads(run("search", QUESTION, *chosen, "--json").stdout)

    for said in (answer, found):
        assert {Path(each["source"]).name for each in said["passages"]} == allowed
    assert {Path(each["source"]).name for each in answer["citations"] + answer["nearest"]} <= allowed
    assert (answer["verdict"] == "answered") == ("partners.md" in allowed)


def test_the_filters_that_held_are_printed(run: Any, ingested: Path, llm: ScriptedChatModel) -> None:
    llm.enqueue(REPLY)
    shown = run("ask", QUESTION, "--publisher", "Daily Test", "--from", "2024-07-03").stdout

    assert "(only articles from Daily Test, from 2024-07-03 on)" in shown.splitlines()
    assert run("ask", QUESTION, "--from", "July").exit_code == run("search", QUESTION, "--to", "2024-7").exit_code == 2


def test_a_line_of_a_batch_has_filters_of_its_own_or_those_of_the_command(
    run: Any, ingested: Path, tmp_path: Path
) -> None:
    batch, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    own = {"id": "own", "question": QUESTION, "filters": {"publishers": ["weekly test"]}}
    batch.write_text("".join(json.dumps(line) + "\n" for line in (own, {"id": "other", "question": QUESTION})))

    run("search", "--batch", batch, "--out", out, "--publisher", "Daily Test")

    own, other = (json.loads(line)["passages"] for line in out.read_text().splitlines())
    assert [Path(each["source"]).name for each in own] == ["arrival.md"]
    assert [Path(each["source"]).name for each in other] == ["partners.md"]


def test_search_loads_no_language_model_and_finds_passages(run: Any, ingested: Path) -> None:
    found = json.loads(run("search", QUESTION, "-k", 2, "--json").stdout)

    assert len(found["passages"]) == 2 and PARTNERS in found["passages"][0]["text"]
    shown = run("search", QUESTION).stdout
    assert PARTNERS in shown and "partners.md" in shown and str(ingested) not in shown


@pytest.mark.parametrize(
    "arguments",
    [
        ["ask"],
        ["ask", "Who?", "--batch", "BATCH", "--out", "OUT"],
        ["ask", "--batch", "BATCH"],
        ["ask", "--batch", "missing.jsonl", "--out", "OUT"],
        ["ask", "Who?", "--fresh"],
        ["search", "Who?", "-k", "0"],
        ["ingest"],
        ["sing"],
        ["chat", "--port", "99999"],
    ],
)
def test_wrong_usage_is_exit_2(run: Any, tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "BATCH").touch()
    paths = {"BATCH": tmp_path / "BATCH", "OUT": tmp_path / "OUT"}

    done = run(*(paths.get(argument, argument) for argument in arguments))

    assert done.exit_code == 2 and done.stdout == ""


def test_blank_question_and_wrong_settings_are_exit_2(
    run: Any, monkeypatch: pytest.MonkeyPatch, articles_dir: Path
) -> None:
    blank = run("ask", " ")
    monkeypatch.setenv("FOOTNOTE_TOP_K", "many")
    wrong = run("search", "Who?")

    assert (blank.exit_code, wrong.exit_code) == (2, 2)
    assert "top_k" in wrong.stderr


def test_batch_of_questions_and_of_searches(run: Any, ingested: Path, tmp_path: Path, llm: ScriptedChatModel) -> None:
    llm.enqueue(REPLY)
    batch, answers, passages = tmp_path / "in.jsonl", tmp_path / "answers.jsonl", tmp_path / "passages.jsonl"
    batch.write_text(json.dumps({"id": "q7", "question": QUESTION, "kind": "answerable"}) + "\n")

    asked = run("ask", "--batch", batch, "--out", answers)
    searched = run("search", "--batch", batch, "--out", passages)

    assert (asked.exit_code, searched.exit_code) == (0, 0)
    answer, search = json.loads(answers.read_text()), json.loads(passages.read_text())
    assert (answer["id"], answer["verdict"], search["id"]) == ("q7", "answered", "q7")


def test_model_that_fails_keeps_what_the_batch_has_done(
    run: Any, ingested: Path, tmp_path: Path, llm: ScriptedChatModel
) -> None:
    batch, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    batch.write_text("".join(json.dumps({"id": f"q{n}", "question": QUESTION}) + "\n" for n in range(3)))
    llm.enqueue(REPLY)

    failed = run("ask", "--batch", batch, "--out", out)
    llm.enqueue(REPLY, REPLY)
    resumed = run("ask", "--batch", batch, "--out", out)

    assert failed.exit_code == 1 and "did not answer" in failed.stderr
    assert resumed.exit_code == 0
    assert [json.loads(line)["id"] for line in out.read_text().splitlines()] == ["q0", "q1", "q2"]


def test_verify_finds_a_lost_vector_and_rebuild_mends_it(run: Any, tools: Tools, ingested: Path) -> None:
    with tools.library() as library:
        library.vectors.delete(library.catalog.chunk_ids()[:1])

    broken, rebuilt = run("verify", "--json"), run("rebuild", "--json")

    assert broken.exit_code == 1 and json.loads(broken.stdout)["differences"]
    assert json.loads(rebuilt.stdout)["chunks"] >= 3
    assert run("verify").exit_code == 0


def test_models_that_are_missing_are_named_with_the_remedy(
    run: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FOOTNOTE_MODELS_DIR", str(tmp_path / "models"))

    done = run("models", "--json")

    files = {file["role"]: file for file in json.loads(done.stdout)["files"]}
    assert done.exit_code == 1
    assert files["llm"]["status"] == "missing" and "footnote models pull" in files["llm"]["problem"]


def test_doctor_prints_every_check_with_its_remedy(run: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FOOTNOTE_MODELS_DIR", str(tmp_path / "models"))

    text, data = run("doctor"), run("doctor", "--json")

    checks = {check["name"]: check for check in json.loads(data.stdout)}
    assert checks["Python"]["status"] == "ok"
    assert checks["Index"]["status"] == "warning" and "footnote ingest" in checks["Index"]["remedy"]
    assert text.exit_code == data.exit_code == 1  # the language model is missing
    assert "footnote models pull" in text.stdout


def test_unexpected_error_is_a_safe_sentence() -> None:
    def fail() -> Settings:
        raise KeyError("secret")

    done = CliRunner().invoke(app, ["articles"], obj=Tools(load_settings=fail))

    assert done.exit_code == 1
    assert "secret" not in done.stderr and "Traceback" not in done.output
    assert "footnote doctor" in done.stderr


def test_library_is_closed_when_the_chatbot_cannot_be_opened(empty_library: Library) -> None:
    def refuse(settings: Settings, library: Library) -> Any:
        raise ModelError("The model is missing.")

    closed = []
    empty_library.close = lambda: closed.append(True)  # type: ignore[method-assign]
    tools = Tools(open_library=lambda settings, rebuilding: empty_library, open_chatbot=refuse)

    done = CliRunner().invoke(app, ["ask", "Who?"], obj=tools)

    assert done.exit_code == 1 and closed == [True]
    del empty_library.close


def test_eval_is_mounted(run: Any) -> None:
    done = run("eval", "--help")

    assert done.exit_code == 0 and "compare" in done.stdout


def test_help_imports_nothing_heavy() -> None:
    heavy = "{'rag', 'ingest', 'eval', 'pydantic', 'gradio', 'langchain_core'}"
    code = f"import sys, ui.cli; sys.exit(' '.join({heavy} & set(sys.modules)))"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)

    assert done.stderr.strip() == ""


@pytest.mark.parametrize("command", ["chat", "serve"])
@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.7", "example.org"])
def test_address_that_other_machines_reach_is_wrong_usage_and_names_the_tunnel(
    run: Any, tmp_path: Path, command: str, host: str
) -> None:
    refused = run(command, "--host", host)

    assert refused.exit_code == 2
    assert host in refused.stderr and "ssh -L" in refused.stderr
    assert not (tmp_path / "home").exists()  # nothing was opened


def test_chat_fills_an_empty_library_says_so_and_serves_the_page(tools: Tools, monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[str] = []

    def visit(self: AnnouncingServer) -> None:
        """In place of serving until a signal: the application is there, and would be announced."""
        assert self._on_served
        self._on_served(self.address)
        served.append(self.address)
        self._bound.close()

    monkeypatch.setattr(AnnouncingServer, "run_until_stopped", visit)
    # Made in another thread while a loop runs there: see build_app_in_loop.
    monkeypatch.setattr("ui.http.app.build_app", build_app_in_loop)

    first = CliRunner().invoke(app, ["chat", "--port", "0"], obj=tools)
    second = CliRunner().invoke(app, ["chat", "--port", "0"], obj=tools)

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "sample articles are ingested first" in first.stderr
    assert "sample" not in second.stderr
    assert f"served on {served[0]}" in first.stdout
    with tools.library() as library:
        assert library.catalog.counts()[0] == 5


@pytest.mark.parametrize(
    "lines",
    [
        "",
        "\n\n",
        "no json",
        '{"id": "a", "question": "Who?", "kind": "answerable", "answers": []}',
        '{"id": "a", "question": "Who?", "kind": "answerable", "answers": [[NaN]]}',
        '{"id": "a", "question": "Who?", "kind": "unanswerable", "n": ' + "9" * 5000 + "}",
        "[" * 100_000,
    ],
    ids=["empty", "blank", "no JSON", "no answers", "no text", "a number too long", "nested too deep"],
)
def test_a_faulty_or_empty_data_set_is_wrong_usage(lines: str, tmp_path: Path) -> None:
    dataset = tmp_path / "questions.jsonl"
    dataset.write_text(lines)
    done = CliRunner().invoke(app, ["eval", "run", str(dataset), "--quiet"])
    assert (done.exit_code, done.stdout) == (2, "")
    assert str(dataset) in done.stderr and "something went wrong" not in done.stderr


def test_a_file_that_is_gone_is_named_by_the_next_ingest_and_pruned_when_asked(run: Any, articles_dir: Path) -> None:
    run("ingest", articles_dir)
    gone = min(articles_dir.iterdir())
    gone.unlink()

    named, as_json = run("ingest", articles_dir), json.loads(run("ingest", articles_dir, "--json").stdout)
    pruned = run("ingest", articles_dir, "--prune")

    (line,) = [line for line in named.stdout.splitlines() if line.startswith("missing")]
    assert str(gone) in line and "footnote remove " in line and "--prune" in line
    assert named.exit_code == 0 and as_json["missing"] == 1
    assert any(line.startswith("removed") and str(gone) in line for line in pruned.stdout.splitlines())


def test_the_list_for_people_names_files_without_their_folders(run: Any, ingested: Path) -> None:
    listed, as_json = run("articles").stdout, json.loads(run("articles", "--json").stdout)

    assert str(ingested) not in listed
    assert all(Path(article["source"]).parent == ingested for article in as_json)
    assert all(Path(article["source"]).name in listed for article in as_json)
