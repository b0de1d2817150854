"""The commands of `footnote eval`; ui/cli/app.py mounts `app`. Our errors pass through to its face."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Annotated, Any

import typer

from eval.metrics.catalogue import HEADLINE
from eval.reports import formatting
from eval.reports.comparing import compare_reports, comparison_fields, load_report, render_comparison
from eval.reports.thresholds import load_thresholds
from ingest import sample_sources
from rag.errors import SettingsError
from rag.settings import load_settings

app = typer.Typer(
    name="eval",
    help="Measure how far answers can be trusted, and how far the measure can.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

SAMPLES = "samples"
"""The name of the data set that comes with Footnote, over its sample articles."""

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="No progress bar.")]
DatasetOption = Annotated[
    str, typer.Argument(metavar="DATASET.jsonl", help="Questions, or `samples` for the built-in ones.")
]


@app.command()
def run(
    dataset: DatasetOption,
    articles: Annotated[
        list[str] | None,
        typer.Option(help="Files and folders to answer from; repeatable. Default: the current library."),
    ] = None,
    target: Annotated[
        str, typer.Option(help="footnote, extractive, baseline, module:callable, or http://…/v1[#model].")
    ] = "footnote",
    limit: Annotated[int | None, typer.Option(min=1, help="Only so many questions, drawn by --seed.")] = None,
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
    from eval.reports.building import is_below_threshold
    from eval.reports.rendering import render_json
    from eval.running.evaluation import RunPlan, run_evaluation

    path, sources = _dataset(dataset, articles or [])
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
        thresholds=tuple(load_thresholds(thresholds)) if thresholds else (),
        progress=not quiet,
    )
    report = run_evaluation(plan, load_settings())
    if as_json:
        typer.echo(render_json({key: value for key, value in report.items() if key != "questions"}))
    else:
        _print_headline(report)
        typer.echo(f"\nReport: {plan.directory / 'report.html'}")
    if is_below_threshold(report):
        raise typer.Exit(1)


@app.command()
def retrieval(
    directory: Annotated[
        Path,
        typer.Argument(metavar="DIR", help="Folder in the BEIR layout: corpus.jsonl, queries.jsonl, qrels/test.tsv."),
    ],
    out: Annotated[Path | None, typer.Option(help="Folder for retrieval.json, retrieval.md and the index.")] = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Score dense, lexical, fused and reranked retrieval side by side."""
    from eval.data.beir import load_collection, write_articles
    from eval.data.corpus import open_corpus
    from eval.running.retrieval import build_stages, render_retrieval_markdown, retrieval_report
    from rag.retrieval.reranking import load_reranker

    settings = load_settings()
    collection = load_collection(directory)
    with tempfile.TemporaryDirectory(prefix="footnote-eval-") as temporary:
        folder = out or Path(temporary)
        records = folder / "articles.jsonl"
        write_articles(collection, records)
        with open_corpus(settings, [str(records)], folder / "library", progress=not quiet) as library:
            stages = build_stages(library, load_reranker(settings))
            report = retrieval_report(collection, stages, name=directory.resolve().name, progress=not quiet)
        _write(out, "retrieval.json", json.dumps(report, indent=1))
        _write(out, "retrieval.md", render_retrieval_markdown(report))
    typer.echo(json.dumps(report, indent=1) if as_json else render_retrieval_markdown(report), nl=False)


@app.command()
def checker(
    file: Annotated[
        Path, typer.Argument(metavar="FILE.jsonl", help='Lines of {"claim", "evidence": [sentence, …], "label"}.')
    ],
    out: Annotated[Path | None, typer.Option(help="Folder for checker.json, checker.md and claims.jsonl.")] = None,
    calibrate: Annotated[bool, typer.Option("--calibrate", help="Fit and store threshold and probabilities.")] = False,
    calibration: Annotated[Path | None, typer.Option(help="The calibration's file. Default: in FOOTNOTE_HOME.")] = None,
    raw: Annotated[bool, typer.Option("--raw", help="Ignore a stored calibration.")] = False,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Score the claim checker of the settings on labelled claims; --calibrate fits it to them."""
    from eval.data.labelled_claims import load_claims, provenance
    from eval.running.calibrating import fit_calibration
    from eval.running.checker import (
        check_claims,
        checker_report,
        render_checker_markdown,
        scores_and_labels,
        write_claims,
    )
    from rag.checking.calibration import CalibratedChecker, calibration_path, load_calibration, store_calibration
    from rag.checking.loading import load_checker

    settings = load_settings()
    claims = load_claims(file)
    judge = load_checker(settings)
    path = calibration or calibration_path(settings, judge.name)
    stored = None if raw or calibrate else load_calibration(path)
    checked = check_claims(CalibratedChecker(judge, stored) if stored else judge, claims, progress=not quiet)
    report = checker_report(judge.name, claims, checked, stored)
    if calibrate:
        fitted = fit_calibration(judge.name, *scores_and_labels(claims, checked), provenance(file, claims))
        store_calibration(path, fitted)
        report["fitted"] = {"path": str(path), **fitted.model_dump()}
    text = render_checker_markdown(report)
    _write(out, "checker.json", json.dumps(report, indent=1))
    _write(out, "checker.md", text)
    if out:
        write_claims(claims, checked, out / "claims.jsonl")
    typer.echo(json.dumps(report, indent=1) if as_json else text, nl=False)


@app.command()
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


@app.command("from-feedback")
def from_feedback(
    file: Annotated[
        Path, typer.Argument(metavar="FILE.jsonl", help='Lines of {"question", "answer", "rating", "comment"}.')
    ],
    out: Annotated[Path | None, typer.Option(help="File to write to. Default: standard output.")] = None,
) -> None:
    """Turn rated answers into data set lines, for a person to complete."""
    from eval.data.feedback import questions_from_feedback

    lines = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in questions_from_feedback(file))
    if out:
        out.write_text(lines, encoding="utf-8")
        typer.echo(f"Wrote {len(lines.splitlines())} lines to {out}. Complete each and take its key todo away.")
    else:
        typer.echo(lines, nl=False)


@app.command("export-ragas")
def export_ragas(
    run_directory: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a run.")],
    out: Annotated[Path | None, typer.Option(help="File to write. Default: ragas.jsonl in the run's folder.")] = None,
) -> None:
    """Write a run as a file that RAGAS loads with EvaluationDataset.from_jsonl."""
    from eval.reports.ragas_export import ragas_samples
    from eval.running.results import write_lines

    path = out or run_directory / "ragas.jsonl"
    write_lines(path, ragas_samples(load_report(run_directory)))
    typer.echo(f"Wrote {path}.")


def _dataset(name: str, articles: list[str]) -> tuple[Path, list[str]]:
    """The data set's file, and the articles to answer from: those named, or the samples for the built-in set."""
    path = Path(name)
    if path.is_file():
        return path, articles
    if name == SAMPLES:
        built_in = Path(str(resources.files("eval.datasets") / "samples.jsonl"))
        return built_in, articles or sample_sources()
    raise SettingsError(f"There is no data set {name!r}. Name a .jsonl file, or {SAMPLES} for the built-in one.")


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


def _write(folder: Path | None, name: str, text: str) -> None:
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
