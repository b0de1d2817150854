"""What several commands share: options, the data set that an argument names, and the folder that they write to."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Annotated

import typer

from ingest import sample_sources
from rag.errors import SettingsError

SAMPLES = "samples"
"""The name of the data set that comes with Footnote, over its sample articles."""

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="No progress bar.")]
DatasetOption = Annotated[
    str, typer.Argument(metavar="DATASET.jsonl", help="Questions, or `samples` for the built-in ones.")
]
Articles = Annotated[
    list[str] | None, typer.Option(help="Files and folders to answer from; repeatable. Default: the current library.")
]
Limit = Annotated[int | None, typer.Option(min=1, help="Ask at most this many questions, drawn by --seed.")]


def find_dataset(name: str, articles: list[str]) -> tuple[Path, list[str]]:
    """Return the data set's file and the articles to answer from: those named, or the samples for the built-in set.

    Raises:
        SettingsError: there is no such data set.
    """
    path = Path(name)
    if path.is_file():
        return path, articles
    if name == SAMPLES:
        built_in = Path(str(resources.files("eval.datasets") / "samples.jsonl"))
        return built_in, articles or sample_sources()
    raise SettingsError(f"There is no data set {name!r}. Name a .jsonl file, or {SAMPLES} for the built-in one.")


def write_text(folder: Path | None, name: str, text: str) -> None:
    """Write a file into the folder, which is made if it is missing; do nothing without a folder."""
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
