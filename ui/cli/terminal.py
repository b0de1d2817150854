"""Writing to the terminal: data to standard output, progress and hints to standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from types import TracebackType
from typing import Any

import typer


def is_terminal() -> bool:
    """Return whether a person watches. Progress and hints are written only then."""
    return sys.stderr.isatty()


def print_json(data: Any) -> None:
    """Print one JSON value to standard output."""
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2))


def hint(text: str) -> None:
    """Print a hint to standard error, if a person watches."""
    if is_terminal():
        typer.echo(text, err=True)


def printable(text: str) -> str:
    r"""Return the text on one line, with line breaks, escapes and other unprintable characters written as `\n`."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def print_table(rows: Sequence[Sequence[str]]) -> None:
    """Print rows: in aligned columns to a terminal, separated by tabs to a pipe."""
    if not sys.stdout.isatty():
        for row in rows:
            typer.echo("\t".join(row))
        return
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


class Status:
    """A status line in the terminal, erased at the end. It is written only if a person watches.

    Example:
        >>> with Status() as status:
        ...     status.say("Searching …")
    """

    def __enter__(self) -> Status:
        """Start with an empty line."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Erase the line."""
        self.say("")

    def say(self, text: str) -> None:
        """Replace the text of the line."""
        if is_terminal():
            sys.stderr.write(f"\r\x1b[2K{text}")
            sys.stderr.flush()
