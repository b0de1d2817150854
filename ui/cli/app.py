"""The command line `footnote …`: collects the commands, and shows every error as one sentence.

Exit codes: 0 done, 1 failed, 2 wrong usage or wrong settings.
"""

from __future__ import annotations

import logging
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from ui.cli import asking, library, serving, upkeep

log = logging.getLogger("ui")

OUR_PACKAGES = ("rag", "ingest", "eval", "ui")


def _load_eval() -> Any:
    from eval.cli.app import app as eval_app

    return typer.main.get_command(eval_app)


LAZY_GROUPS = {"eval": _load_eval}
"""Groups of commands whose module is imported only when one is called, since it imports heavy libraries."""


class _Commands(TyperGroup):
    """All commands, in the order in which they were added. No other part of the command line catches errors."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of the commands, in the order in which they were added."""
        return list(self.commands)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command that was called. A group in `LAZY_GROUPS` is imported now."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, LAZY_GROUPS[name]() if name in LAZY_GROUPS else command, rest

    def invoke(self, ctx: Any) -> Any:
        """Run a command. An error becomes a sentence on standard error and an exit code."""
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort, typer.TyperException, BrokenPipeError):
            raise  # Typer shows these itself
        except Exception as exc:
            raise typer.Exit(_show(exc)) from exc


def _show(exc: Exception) -> int:
    """Print what went wrong, and return the exit code."""
    from rag.errors import DatasetError, FootnoteError, SettingsError

    log.debug("The command failed", exc_info=exc)
    if isinstance(exc, FootnoteError):
        typer.echo(f"footnote: {exc}", err=True)
        return 2 if isinstance(exc, SettingsError | DatasetError) else 1
    typer.echo(
        f"footnote: something went wrong that should not ({type(exc).__name__}). "
        "`footnote --verbose …` shows where, and `footnote doctor` checks the installation.",
        err=True,
    )
    return 1


app = typer.Typer(
    cls=_Commands,
    help="Answers questions about your articles; every sentence carries the words that support it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(library.ingest)
app.command()(library.articles)
app.command()(library.remove)
app.command()(library.export)
app.command("import")(library.import_)
app.command()(asking.search)
app.command()(asking.ask)
app.command()(serving.chat)
app.command()(serving.serve)
app.add_typer(
    typer.Typer(help="Measure how far answers can be trusted: run a data set, compare two runs."), name="eval"
)
app.add_typer(upkeep.models, name="models")
app.command()(upkeep.doctor)
app.command()(library.verify)
app.command()(library.rebuild)


@app.callback()
def _configure(
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Show what is being done, and where it fails.")
    ] = False,
) -> None:
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    for package in OUR_PACKAGES:
        logging.getLogger(package).setLevel(logging.DEBUG if verbose else logging.WARNING)


def main() -> None:
    """Run the command line."""
    app(prog_name="footnote")
