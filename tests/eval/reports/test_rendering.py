"""What a report says, and that nothing in it can act."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from eval.reports.formatting import plain_value
from eval.reports.plots import build_plots, reliability_plot
from eval.reports.rendering import render_html
from eval.reports.thresholds import Threshold
from eval.running.evaluation import RunPlan
from tests.eval.conftest import ARTICLES, FinishedRun, Runner

SAVED = ARTICLES["ferry.md"]


class Tags(HTMLParser):
    """Collects tags, and the addresses that a page would load."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.loads += [value or "" for name, value in attrs if name in ("src", "data", "action", "poster")]
        self.loads += [v or "" for n, v in attrs if n == "href" and not (v or "").startswith("#")]


def test_article_text_stays_text_in_the_page(report: dict[str, Any], page: str) -> None:
    assert any("<script>alert" in question["text"] for question in report["questions"])
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page
    tags = Tags()
    tags.feed(page)
    assert tags.tags.count("script") == 1 and tags.loads == []


def test_names_of_files_and_models_are_escaped_too(report: dict[str, Any]) -> None:
    report["run"] = report["run"] | {"dataset": "<img src=x onerror=y>", "models": {"llm": "<b>"}}
    page = render_html(report)
    assert "<img" not in page and "<b></code>" not in page


def test_each_question_has_its_part_with_footnotes_and_reasons(report: dict[str, Any], page: str) -> None:
    assert page.count('<details class="question card"') == 5
    assert f"<mark>{SAVED}</mark>" in page
    assert 'data-kind="followup"' in page
    [ferry] = [question for question in report["questions"] if question["id"] == "ferry"]
    assert ferry["citations"][0]["exact"] is True
    assert ferry["gold"]["evidence"] == [
        {"text": "all 212 passengers of the ferry Aurora were saved", "found": True, "cited": True}
    ]


def test_missed_thresholds_are_named_on_every_page(finished_plan: RunPlan, runner: Runner) -> None:
    thresholds = (
        Threshold(name="correct", bound="min", limit=1.1),
        Threshold(name="errors", bound="max", limit=0),
        Threshold(name="correct/conflict", bound="min", limit=0.5),
    )
    runner.run(finished_plan, thresholds)
    page, text = ((finished_plan.directory / name).read_text() for name in ("report.html", "report.md"))
    assert "Missed 2 of 3 thresholds" in page and text.count("**MISSED**") == 2 and "kept" in text
    assert "not measured" in text


def test_the_json_report_holds_only_json(finished: FinishedRun) -> None:
    report = json.loads((finished.plan.directory / "report.json").read_text(), parse_constant=pytest.fail)
    assert report["format"] == 1


def test_figures_are_given_by_the_kind_of_answer_that_is_wanted(plan: RunPlan, runner: Runner, dataset: Path) -> None:
    ferry, museum, *others = [json.loads(line) for line in dataset.read_text().splitlines()]
    ferry |= {"wants": "list", "answers": [], "facts": [["212"], ["Gotland"], ["Visby"]]}
    museum |= {"wants": "fact"}
    dataset.write_text("".join(json.dumps(line) + "\n" for line in [ferry, museum, *others]))
    report = runner.run(plan, (Threshold(name="facts_held/list", bound="min", limit=0.6),))
    assert {kind: part["n"] for kind, part in report["by_wants"].items()} == {"fact": 1, "list": 1}
    assert report["by_wants"]["list"]["figures"]["facts_held"]["mean"] == pytest.approx(2 / 3)
    assert report["by_wants"]["fact"]["figures"]["served"]["mean"] == 1
    assert report["latency_by_wants"]["list"]["first_claim"]["n"] == 1
    assert report["plain_figures"]["latency_first_claim_median_s"] > 0 and report["thresholds"][0]["passed"]
    page, text = (plan.directory / "report.html").read_text(), (plan.directory / "report.md").read_text()
    assert '<option value="list">list (1)</option>' in page and 'data-wants="fact"' in page
    assert 'Visby <span class="chip warn">not held</span>' in page
    assert "## By kind of answer" in text and "| list | 1 | 100.0% | 66.7% |" in text


def test_a_report_without_wanted_kinds_has_no_table_of_them(finished: FinishedRun, page: str) -> None:
    assert "By kind of answer" not in page
    assert "By kind of answer" not in (finished.plan.directory / "report.md").read_text()


def test_plots_stay_on_their_canvas(report: dict[str, Any]) -> None:
    for plot in build_plots(report):
        points = [point for line in plot.lines for point in line.points] + [(m.x, m.y) for m in plot.marks]
        assert all(0 <= x <= plot.width and 0 <= y <= plot.height for x, y in points), plot.title


def test_a_reliability_dot_grows_with_its_bin() -> None:
    bins = [{"mean": 0.2, "share": 0.1, "n": 1}, {"mean": 0.9, "share": 1.0, "n": 100}]
    small, large = reliability_plot(bins, "t", "x", "y").marks
    assert small.radius < large.radius


def test_only_citations_become_footnotes(report: dict[str, Any]) -> None:
    [ferry] = [question for question in report["questions"] if question["id"] == "ferry"]
    ferry["text"] = "It sank [1]. [1]"
    ferry["segments"] = [{"text": "It sank [1].", "citations": [1], "claim": 0, "starts_line": False}]
    page = render_html(report | {"questions": [ferry]})
    assert 'It sank [1]. <a href="#q1-1">[1]</a>' in page and page.count('href="#q1-1"') == 1


def test_figures_are_written_in_their_units() -> None:
    assert plain_value("latency_p95_s", 3.21) == "3.2 s"
    assert plain_value("peak_memory_mb", 1234.5) == "1,234 MB"
    assert plain_value("errors", 2.0) == "2" and plain_value("correct", 0.5) == "50.0%"
    assert plain_value("correct", None) == "not measured"


@pytest.mark.browser
def test_a_page_from_disk_filters_in_a_browser(finished: FinishedRun) -> None:
    browser_path = Path("/usr/bin/chromium")
    if not browser_path.exists():
        pytest.skip("no Chromium is installed")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(browser_path), args=["--no-sandbox"])
        page = browser.new_page()
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("dialog", lambda dialog: problems.append("a dialog opened"))
        page.goto((finished.plan.directory / "report.html").resolve().as_uri())
        page.select_option("#kind", "unanswerable")
        shown = page.locator(".question:visible")
        assert shown.count() == 1 and "Zanzibar" in shown.inner_text()
        assert page.inner_text("#shown") == "1 of 5 questions"
        page.select_option("#kind", "")
        page.locator(".question", has_text="Aurora were saved").locator("summary").first.click()
        assert page.locator("mark:visible").first.inner_text() == SAVED
        browser.close()
    assert problems == []
