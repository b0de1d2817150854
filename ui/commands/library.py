"""Commands on the library: ingest, articles, remove, verify, rebuild."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from ui.terminal import hint, is_terminal, print_json, print_table, printable
from ui.tools import tools_of

if TYPE_CHECKING:
    from ingest.records import Outcome

AsJson = Annotated[bool, typer.Option("--json", help="Print the data as JSON.")]


def ingest(
    context: typer.Context,
    sources: Annotated[list[str], typer.Argument(metavar="PATH_OR_URL...", help="Files, folders or addresses.")],
    as_json: AsJson = False,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Try unchanged files again that failed before.")
    ] = False,
) -> None:
    """Add or update articles; unchanged ones are skipped."""
    from ingest import ingest as run_ingest
    from ingest.records import OutcomeStatus

    with tools_of(context).library() as library:
        report = run_ingest(
            sources,
            library.settings,
            library=library,
            on_outcome=None if as_json else _print_outcome,
            progress=is_terminal(),
            retry_failed=retry_failed,
        )
    counts = {status: report.count(status) for status in get_args(OutcomeStatus)}
    if as_json:
        print_json(
            {
                "outcomes": [asdict(outcome) for outcome in report.outcomes],
                **counts,
                "seconds": round(report.seconds, 3),
            }
        )
    else:
        said = ", ".join(f"{count:,} {status}" for status, count in counts.items() if count)
        hint(f"{said or 'No files found'} in {report.seconds:.1f} s.")
    if counts["failed"]:
        raise typer.Exit(1)


def articles(context: typer.Context, as_json: AsJson = False) -> None:
    """List what is in the library."""
    from rag.catalog import Catalog
    from ui.event_data import render_article_data

    catalog = Catalog(tools_of(context).load_settings().catalog_path)
    try:
        found = catalog.articles()
    finally:
        catalog.close()
    if as_json:
        print_json([render_article_data(article) for article in found])
    elif found:
        print_table([(a.id, a.published or "-", a.publisher or "-", a.title or "-", a.source) for a in found])
    else:
        hint("The library is empty. Add articles with `footnote ingest PATH`.")


def remove(
    context: typer.Context,
    article_id: Annotated[str, typer.Argument(help="As listed by `footnote articles`.")],
) -> None:
    """Remove an article, with all its versions."""
    from ingest import remove as run_remove

    with tools_of(context).library() as library:
        run_remove(article_id, library.settings, library=library)
    hint(f"Removed {article_id}.")


def verify(context: typer.Context, as_json: AsJson = False) -> None:
    """Compare the catalog with the vectors; exit code 1 where they differ."""
    from ingest import verify as run_verify

    with tools_of(context).library() as library:
        differences = run_verify(library.settings, library=library)
    if as_json:
        print_json({"differences": differences})
    else:
        for difference in differences:
            typer.echo(difference)
        hint("Mend this with `footnote rebuild`." if differences else "Catalog and vectors agree.")
    if differences:
        raise typer.Exit(1)


def rebuild(context: typer.Context, as_json: AsJson = False) -> None:
    """Make the chunks and vectors of all articles anew."""
    from ingest import rebuild as run_rebuild

    with tools_of(context).library(rebuilding=True) as library:
        n_chunks = run_rebuild(library.settings, library=library, progress=is_terminal())
    if as_json:
        print_json({"chunks": n_chunks})
    else:
        hint(f"Rebuilt {n_chunks:,} chunks.")


def _print_outcome(outcome: Outcome) -> None:
    from tqdm import tqdm

    reason = f": {printable(outcome.reason)}" if outcome.reason else ""
    stream = sys.stderr if outcome.status == "failed" else sys.stdout
    tqdm.write(
        f"{outcome.status:<9}  {printable(outcome.source)}{reason}", file=stream
    )  # beside a progress bar, not into it
