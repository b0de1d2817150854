"""What several commands share: options, the data set that an argument names, and the folder that they write to."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eval.data.built_in import BUILT_IN
from rag.errors import SettingsError

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="No progress bar.")]
DatasetOption = Annotated[
    str, typer.Argument(metavar="DATASET.jsonl", help="Questions, or `samples` or `kinds` for built-in ones.")
]
Articles = Annotated[
    list[str] | None, typer.Option(help="Files and folders to answer from; repeatable. Default: the current library.")
]
Limit = Annotated[int | None, typer.Option(min=1, help="Ask at most this many questions, drawn by --seed.")]


def find_dataset(name: str, articles: list[str]) -> tuple[Path, list[str]]:
    """Return the data set's file and the articles to answer from: those named, or those of a built-in data set.

    Raises:
        SettingsError: there is no such data set.
    """
    path = Path(name)
    if path.is_file():
        return path, articles
    if name in BUILT_IN:
        return BUILT_IN[name].questions, articles or BUILT_IN[name].articles()
    raise SettingsError(f"There is no data set {name!r}. Name a .jsonl file, or one of {', '.join(BUILT_IN)}.")


def write_text(folder: Path | None, name: str, text: str) -> None:
    """Write a file into the folder, which is made if it is missing; do nothing without a folder."""
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
