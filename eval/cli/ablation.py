"""The command `ablate`: what each optional ingredient of an answer brings and costs."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from eval.cli.options import Articles, DatasetOption, Json, Limit, Quiet, find_dataset, write_text
from rag.settings import load_settings


def ablate(
    dataset: DatasetOption,
    articles: Articles = None,
    limit: Limit = None,
    seed: Annotated[int, typer.Option(help="Seed of --limit.")] = 0,
    only: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Switch off this ingredient alone; repeatable. Default: each."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder of the runs; an interrupted ablation in it is resumed.")
    ] = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Answer a data set whole and without each ingredient in turn; show what each brings, and what it costs."""
    from eval.reports.ablation import ablation_fields, build_ingredient, render_ablation
    from eval.reports.building import build_report
    from eval.reports.rendering import write_report
    from eval.running.ablating import WHOLE, AblationPlan, run_ablation
    from rag.wiring import INGREDIENTS

    path, sources = find_dataset(dataset, articles or [])
    plan = AblationPlan(
        dataset=path,
        directory=out or Path("eval-runs") / f"ablation-{path.stem}-{datetime.now(UTC):%Y%m%d-%H%M%S}",
        articles=tuple(sources),
        limit=limit,
        seed=seed,
        only=tuple(only or ()),
        progress=not quiet,
    )
    reports = {}
    for name, run in run_ablation(plan, load_settings()):
        reports[name] = build_report(run)
        write_report(reports[name], plan.run_directory(name))
    whole = reports.pop(WHOLE)
    ingredients = [build_ingredient(name, INGREDIENTS[name].does, whole, report) for name, report in reports.items()]
    text, fields = render_ablation(ingredients, whole), json.dumps(ablation_fields(ingredients, whole), indent=1)
    write_text(plan.directory, "ablation.md", text)
    write_text(plan.directory, "ablation.json", fields)
    typer.echo(fields if as_json else f"{text}\nRuns: {plan.directory}")
