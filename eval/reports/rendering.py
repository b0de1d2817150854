"""Renders a report object as report.json, report.md and report.html.

The page is one file that needs no network: it holds its styles, its plots and the filter's few lines of JavaScript.
Everything that comes from articles, questions and models is escaped by Jinja's autoescape.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from eval.metrics.catalogue import HEADLINE, WANTS_FIGURES
from eval.reports import formatting
from eval.reports.plots import build_plots, seconds
from rag.rendering import source_name


def write_report(report: Mapping[str, Any], directory: Path) -> None:
    """Write report.json, report.md and report.html."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "report.json").write_text(render_json(report), encoding="utf-8")
    (directory / "report.md").write_text(render_markdown(report), encoding="utf-8")
    (directory / "report.html").write_text(render_html(report), encoding="utf-8")


def render_json(report: Mapping[str, Any]) -> str:
    """Return the report as JSON."""
    return json.dumps(report, indent=1, ensure_ascii=False, default=float) + "\n"


def render_markdown(report: Mapping[str, Any]) -> str:
    """Return the report's figures as Markdown, without the questions."""
    return _environment(autoescape=False).get_template("report.md.j2").render(_context(report))


def render_html(report: Mapping[str, Any]) -> str:
    """Return the whole report as one page."""
    return _environment(autoescape=True).get_template("report.html.j2").render(_context(report))


@cache
def _environment(*, autoescape: bool) -> Environment:
    environment = Environment(
        loader=PackageLoader("eval.reports"),
        autoescape=autoescape,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters |= {
        "percent": formatting.percent,
        "interval": formatting.interval,
        "title_of": formatting.title,
        "seconds": seconds,
        "role_title": lambda role: "Language model" if role == "llm" else str(role).capitalize(),
        "source_name": source_name,
        "words": lambda name: str(name).replace("_", " "),
    }
    environment.globals |= {
        "plain_value": formatting.plain_value,
        "threshold_text": formatting.threshold_text,
    }
    return environment


def _context(report: Mapping[str, Any]) -> dict[str, Any]:
    figures = report["figures"]
    headline = [name for name in HEADLINE if name in figures]
    return {
        "report": report,
        "run": report["run"],
        "headline": headline,
        "others": [name for name in figures if name not in headline],
        "verdicts": {verdict["name"]: verdict for verdict in report["thresholds"]},
        "wants_figures": [name for name in WANTS_FIGURES if _is_measured(report, name)],
        "plots": build_plots(report),
        "failures": _failures(report),
    }


def _is_measured(report: Mapping[str, Any], name: str) -> bool:
    return any(name in part["figures"] for part in report["by_wants"].values())


def _failures(report: Mapping[str, Any]) -> dict[str, int]:
    """Return how many questions failed each metric, most first."""
    counts: dict[str, int] = {}
    for question in report["questions"]:
        for name in question["failed"]:
            counts[name] = counts.get(name, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
