"""The commands on runs and data sets: `run`, `compare`, `from-feedback`, `from-passages` and `export-ragas`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from eval.cli.options import Articles, DatasetOption, Json, Limit, Quiet, find_dataset
from eval.metrics.catalogue import HEADLINE
from eval.reports import formatting
from eval.reports.comparing import compare_reports, comparison_fields, load_report, render_comparison
from eval.reports.thresholds import load_thresholds
from rag.library.conversation_records import RatedTurn
from rag.settings import load_settings


def run(
    dataset: DatasetOption,
    articles: Articles = None,
    target: Annotated[
        str, typer.Option(help="footnote, extractive, baseline, module:callable, or http://…/v1[#model].")
    ] = "footnote",
    limit: Limit = None,
    seed: Annotated[int, typer.Option(help="Seed of --limit and --inject.")] = 0,
    out: Annotated[Path | None, typer.Option(help="Folder of the run; an interrupted run in it is resumed.")] = None,
    thresholds: Annotated[Path | None, typer.Option(help="TOML file of bounds; exit 1 below.")] = None,
    inject: Annotated[
        Path | None, typer.Option(help="File of attacks to plant in gold articles in a second run.")
    ] = None,
    judge: Annotated[
        str, typer.Option(help="Checker that judges, as provider:name. Default: the checker of the settings.")
    ] = "",
    calibration: Annotated[
        Path | None, typer.Option(help="The judge's calibration. Default: the one in FOOTNOTE_HOME.")
    ] = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Answer every question of a data set, score, and write a report; exit 1 below a threshold."""
    from eval.reports.building import build_report, is_below_threshold
    from eval.reports.rendering import render_json, write_report
    from eval.running.evaluation import RunPlan, run_evaluation

    path, sources = find_dataset(dataset, articles or [])
    bounds = load_thresholds(thresholds) if thresholds else []
    plan = RunPlan(
        dataset=path,
        directory=out or Path("eval-runs") / f"{path.stem}-{_file_name(target)}-{datetime.now(UTC):%Y%m%d-%H%M%S}",
        target=target,
        articles=tuple(sources),
        limit=limit,
        seed=seed,
        inject=inject,
        judge=judge,
        calibration=calibration,
        progress=not quiet,
    )
    report = build_report(run_evaluation(plan, load_settings()), bounds)
    write_report(report, plan.directory)
    if as_json:
        typer.echo(render_json({key: value for key, value in report.items() if key != "questions"}))
    else:
        _print_headline(report)
        typer.echo(f"\nReport: {plan.directory / 'report.html'}")
    if is_below_threshold(report):
        raise typer.Exit(1)


def compare(
    run_a: Annotated[Path, typer.Argument(metavar="RUN_A", help="Folder of the run before.")],
    run_b: Annotated[Path, typer.Argument(metavar="RUN_B", help="Folder of the run after.")],
    as_json: Json = False,
) -> None:
    """Show what changed from one run to another; exit 1 when a figure fell significantly."""
    comparison = compare_reports(load_report(run_a), load_report(run_b))
    if as_json:
        typer.echo(json.dumps(comparison_fields(comparison), indent=1))
    else:
        typer.echo(render_comparison(comparison, str(run_a), str(run_b)), nl=False)
    if comparison.has_fallen:
        raise typer.Exit(1)


def from_feedback(
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FILE.jsonl]",
            help='Lines of {"question", "answer", "rating", "reason", "comment"}. '
            "Default: the feedback in the conversations of the library.",
        ),
    ] = None,
    owner: Annotated[
        str | None, typer.Option(help="Take only this person's conversations. Default: those of all.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="File to write to. Default: standard output.")] = None,
) -> None:
    """Turn rated answers into data set lines, for a person to complete."""
    from eval.data.feedback import questions_from_conversations, questions_from_feedback

    found = questions_from_feedback(file) if file else questions_from_conversations(_rated_turns(owner))
    lines = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in found)
    if out:
        out.write_text(lines, encoding="utf-8")
        typer.echo(f"Wrote {len(lines.splitlines())} lines to {out}. Complete each and take its key todo away.")
    else:
        typer.echo(lines, nl=False)


def from_passages(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE.jsonl…", help='Lines of {"source", "id", "question", "evidence", "label", "extra"}.'
        ),
    ],
    out: Annotated[Path, typer.Option(help="Folder to write articles.jsonl and questions.jsonl to.")],
) -> None:
    """Turn rows of public question sets with their passages into articles and a data set."""
    from eval.data.passage_rows import ARTICLES_FILE, QUESTIONS_FILE, convert_rows

    converted = convert_rows(files, out)
    typer.echo(
        f"Wrote {converted.n_articles} articles and {converted.n_questions} questions; left out {converted.n_left_out} "
        f"rows with other labels.\nRun: footnote eval run {out / QUESTIONS_FILE} --articles {out / ARTICLES_FILE}"
    )


def export_ragas(
    run_directory: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a run.")],
    out: Annotated[Path | None, typer.Option(help="File to write. Default: ragas.jsonl in the run's folder.")] = None,
) -> None:
    """Write a run as a file that RAGAS loads with EvaluationDataset.from_jsonl."""
    from eval.reports.ragas_export import ragas_samples
    from eval.running.json_lines import write_lines

    path = out or run_directory / "ragas.jsonl"
    write_lines(path, ragas_samples(load_report(run_directory)))
    typer.echo(f"Wrote {path}.")


def _rated_turns(owner: str | None) -> list[RatedTurn]:
    from rag.library.catalog import Catalog

    with closing(Catalog(load_settings().catalog_path)) as catalog:
        return catalog.conversations.rated(owner=owner)


def _print_headline(report: Mapping[str, Any]) -> None:
    figures = report["figures"]
    rows = [(figures[name]["title"], formatting.interval(figures[name])) for name in HEADLINE if name in figures]
    rows += [(formatting.title(name), formatting.plain_value(name, v)) for name, v in report["plain_figures"].items()]
    width = max(len(title) for title, _ in rows)
    for title, value in rows:
        typer.echo(f"{title:<{width}}  {value}")
    for verdict in report["thresholds"]:
        value = formatting.plain_value(verdict["name"].partition("/")[0], verdict["value"])
        kept = "kept" if verdict["passed"] else "MISSED"
        typer.echo(f"{kept}: {formatting.title(verdict['name'])} {formatting.threshold_text(verdict)}, is {value}")


def _file_name(target: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "-", target).strip("-")
