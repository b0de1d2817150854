"""The Typer application of `footnote eval`; ui/cli/app.py mounts it. Our errors pass through to that command line."""

from __future__ import annotations

import typer

from eval.cli.ablation import ablate
from eval.cli.calibration import calibrate
from eval.cli.judging import checker, retrieval
from eval.cli.runs import compare, export_ragas, from_feedback, from_passages, run

app = typer.Typer(
    name="eval",
    help="Measure how far answers can be trusted, and how far the measure can.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.command()(run)
app.command()(ablate)
app.command()(retrieval)
app.command()(checker)
app.command()(calibrate)
app.command()(compare)
app.command("from-feedback")(from_feedback)
app.command("from-passages")(from_passages)
app.command("export-ragas")(export_ragas)
