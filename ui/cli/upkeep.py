"""The commands models and doctor, which look after the installation."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui.cli.terminal import hint, print_json, print_table
from ui.cli.tools import tools_of

if TYPE_CHECKING:
    from rag.models.files import ModelFile

AsJson = Annotated[bool, typer.Option("--json", help="Print the data as JSON.")]
MODEL_ROLES = ("embeddings", "llm", "checker", "reader", "reranker")
SIGNS = {"ok": "ok", "warning": "note", "failed": "FAIL"}

models = typer.Typer(help="List the model files, with sizes and checksums; `pull` fetches those that are missing.")


@models.callback(invoke_without_command=True)
def list_models(context: typer.Context, as_json: AsJson = False) -> None:
    """List the files of the embedded models. The exit code is 1 where one isn't ready."""
    if context.invoked_subcommand:
        return
    from rag.models.files import list_models as run_list

    settings = tools_of(context).load_settings()
    files = run_list(settings)
    if as_json:
        print_json(
            {
                "models": {role: getattr(settings, role) for role in MODEL_ROLES},
                "files": [_render_file(file) for file in files],
            }
        )
    else:
        print_table([(f.name, f.status, f"{f.size_bytes / 1e6:,.0f} MB", f.sha256[:12], str(f.path)) for f in files])
        for file in files:
            if file.problem:
                typer.echo(file.problem, err=True)
    if any(file.status != "ready" for file in files):
        raise typer.Exit(1)


@models.command()
def pull(
    context: typer.Context,
    again: Annotated[bool, typer.Option("--again", help="Fetch a truncated or altered file again.")] = False,
) -> None:
    """Fetch the model files that are missing. An interrupted fetch continues where it stopped."""
    from rag.models.files import pull_models

    files = pull_models(tools_of(context).load_settings(), progress=True, again=again)
    hint(f"Ready: {', '.join(file.name for file in files) or 'no files are needed by these settings'}.")


def doctor(context: typer.Context, as_json: AsJson = False) -> None:
    """Check the installation, the models, the index, disk and memory, and suggest a remedy for each problem."""
    from ui.cli.doctor import examine

    checks = examine(tools_of(context).load_settings())
    if as_json:
        print_json([asdict(check) for check in checks])
    else:
        for check in checks:
            typer.echo(f"{SIGNS[check.status]:<4}  {check.name}: {check.detail}")
            if check.remedy:
                typer.echo(f"      → {check.remedy}")
    if any(check.status == "failed" for check in checks):
        raise typer.Exit(1)


def _render_file(file: ModelFile) -> dict[str, Any]:
    return asdict(file) | {"path": str(file.path)}
