"""The command `calibrate`: fits the decision whether to answer to another language model."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eval.cli.options import Articles, DatasetOption, find_dataset
from rag.settings import load_settings


def calibrate(
    dataset: DatasetOption,
    articles: Articles = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder of the drafts; an interrupted calibration in it is resumed.")
    ] = None,
) -> None:
    """Fit how sure an answer must be to the drafts of the language model of the settings, for this home."""
    from eval.data.questions import load_questions
    from eval.training.decision import calibrate as run_calibration
    from rag.checking.decision import calibrated_path

    settings = load_settings()
    path, sources = find_dataset(dataset, articles or [])
    folder = out or Path("eval-runs") / f"calibration-{path.stem}"
    folder.mkdir(parents=True, exist_ok=True)
    figures = run_calibration(settings, load_questions(path), sources, folder)
    typer.echo(f"{figures.replace('; ', chr(10))}\nWritten to {calibrated_path(settings)}, for {settings.llm}.")
