"""Writing to the terminal: data to standard output, all else to standard error, and little in a pipe."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from types import TracebackType
from typing import Any

import typer


def is_terminal() -> bool:
    """Whether a person watches: progress and hints are for them alone."""
    return sys.stderr.isatty()


def print_json(data: Any) -> None:
    """Prints one JSON value to standard output."""
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2))


def hint(text: str) -> None:
    """Says something to the person, if one watches."""
    if is_terminal():
        typer.echo(text, err=True)


def printable(text: str) -> str:
    r"""The text on one line, with what a terminal would obey or hide (line breaks, escapes, bidi marks) as `\n`."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def print_table(rows: Sequence[Sequence[str]]) -> None:
    """Prints rows: in aligned columns for a person, separated by tabs for a program."""
    if not sys.stdout.isatty():
        for row in rows:
            typer.echo("\t".join(row))
        return
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


class Status:
    """One line that says what is being done, erased at the end; only where a person watches.

    Example:
        >>> with Status() as status:
        ...     status.say("Searching …")
    """

    def __enter__(self) -> Status:
        """Starts with an empty line."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Erases the line."""
        self.say("")

    def say(self, text: str) -> None:
        """Replaces the line."""
        if is_terminal():
            sys.stderr.write(f"\r\x1b[2K{text}")
            sys.stderr.flush()
