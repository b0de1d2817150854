"""The commands that work on the library: ingest, articles, remove, export, import, verify, rebuild."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from ui.cli.terminal import hint, is_terminal, print_json, print_table, printable
from ui.cli.tools import tools_of

if TYPE_CHECKING:
    from ingest.progress import Progress
    from ingest.records import IngestReport, Outcome
    from rag.records import Article

AsJson = Annotated[bool, typer.Option("--json", help="Print the data as JSON.")]


def ingest(
    context: typer.Context,
    sources: Annotated[list[str], typer.Argument(metavar="PATH_OR_URL...", help="Files, folders or addresses.")],
    watch: Annotated[
        bool,
        typer.Option(
            "--watch", help="Keep running until Ctrl-C, and follow what is added, changed or deleted in the folders."
        ),
    ] = False,
    as_json: AsJson = False,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Try unchanged files again that failed before.")
    ] = False,
    prune: Annotated[
        bool, typer.Option("--prune", help="Remove the articles of files that are gone from the folders.")
    ] = False,
) -> None:
    """Add or update articles. Unchanged ones are skipped, and those whose file was deleted are listed."""
    if watch:
        _watch(context, sources, as_json)
        return
    from ingest import ingest as run_ingest

    with tools_of(context).library() as library:
        report = run_ingest(
            sources,
            library.settings,
            library=library,
            on_outcome=None if as_json else _print_outcome,
            progress=is_terminal() and not as_json,
            retry_failed=retry_failed,
            on_progress=_print_progress if as_json else None,
            prune=prune,
        )
    _print_report(report, as_json)


def _watch(context: typer.Context, folders: list[str], as_json: bool) -> None:
    from ingest import watch

    with tools_of(context).library() as library:
        hint("Watching. Ctrl-C ends it.")
        with suppress(KeyboardInterrupt):  # an interrupted write is completed when the library is next written to
            watch(folders, library.settings, library=library, on_outcome=_print_line if as_json else _print_outcome)


def export(
    context: typer.Context, file: Annotated[str, typer.Argument(help="The file to write.")], as_json: AsJson = False
) -> None:
    """Write all articles, with all their versions, to one file."""
    from ingest import export_library

    with tools_of(context).library() as library:
        n_articles = export_library(file, library.settings, library=library)
    if as_json:
        print_json({"articles": n_articles, "file": file})
    else:
        hint(f"Wrote {n_articles:,} articles to {file}.")


def import_(
    context: typer.Context,
    file: Annotated[str, typer.Argument(help="A file that `footnote export` wrote.")],
    as_json: AsJson = False,
) -> None:
    """Add the articles of an exported file to the library."""
    from ingest import import_library

    with tools_of(context).library() as library:
        report = import_library(
            file,
            library.settings,
            library=library,
            on_outcome=None if as_json else _print_outcome,
            progress=is_terminal(),
        )
    _print_report(report, as_json)


def _print_report(report: IngestReport, as_json: bool) -> None:
    """Print what a run did. The exit code is 1 where something failed."""
    from ingest.records import OutcomeStatus

    counts = {status: report.count(status) for status in get_args(OutcomeStatus)}
    if as_json:
        outcomes = [asdict(outcome) for outcome in report.outcomes]
        print_json({"outcomes": outcomes, **counts, "seconds": round(report.seconds, 3)})
    else:
        said = ", ".join(f"{count:,} {status}" for status, count in counts.items() if count)
        hint(f"{said or 'No files found'} in {report.seconds:.1f} s.")
    if counts["failed"]:
        raise typer.Exit(1)


def articles(context: typer.Context, as_json: AsJson = False) -> None:
    """List the articles in the library."""
    from rag.library.catalog import Catalog
    from rag.library.story_links import find_originals
    from ui.http.event_data import render_article_list

    catalog = Catalog(tools_of(context).load_settings().catalog_path)
    try:
        found, stories = catalog.articles(), catalog.stories()
    finally:
        catalog.close()
    if as_json:
        print_json(render_article_list(found, stories))
    elif found:
        originals = find_originals(found, stories)
        copies = Counter(originals.values())
        print_table([(*_columns(article), _said_of_copies(article.id, originals, copies)) for article in found])
    else:
        hint("The library is empty. Add articles with `footnote ingest PATH`.")


def _columns(article: Article) -> tuple[str, ...]:
    from rag.rendering import source_name

    name = printable(source_name(article.source))
    return article.id, article.published or "-", article.publisher or "-", article.title or "-", name


def _said_of_copies(article_id: str, originals: Mapping[str, str], copies: Mapping[str, int]) -> str:
    if article_id in originals:
        return f"copy of {originals[article_id]}"
    n_copies = copies.get(article_id, 0)
    return f"{n_copies} {'copy' if n_copies == 1 else 'copies'}" if n_copies else "-"


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
    """Compare the catalog with the vectors. The exit code is 1 where they differ."""
    from ingest import verify as run_verify

    differences = run_verify(tools_of(context).load_settings())
    if as_json:
        print_json({"differences": differences})
    else:
        for difference in differences:
            typer.echo(difference)
        hint("Repair this with `footnote rebuild`." if differences else "Catalog and vectors agree.")
    if differences:
        raise typer.Exit(1)


def rebuild(context: typer.Context, as_json: AsJson = False) -> None:
    """Make the chunks and vectors of all articles again."""
    from ingest import rebuild as run_rebuild

    with tools_of(context).library(rebuilding=True) as library:
        n_chunks = run_rebuild(library.settings, library=library, progress=is_terminal())
    if as_json:
        print_json({"chunks": n_chunks})
    else:
        hint(f"Rebuilt {n_chunks:,} chunks.")


def _print_progress(progress: Progress) -> None:
    """Write the progress as one line of JSON to standard error, for a program that watches."""
    event = {
        "event": "progress",
        "files": progress.files,
        "files_total": progress.n_files,
        "chunks": progress.chunks,
        "chunks_per_s": round(progress.chunks_per_s, 1),
        "eta_s": round(progress.eta_s, 1),
        "failed": progress.failed,
    }
    typer.echo(json.dumps(event), err=True)


def _print_line(outcome: Outcome) -> None:
    typer.echo(json.dumps(asdict(outcome), ensure_ascii=False))
    sys.stdout.flush()


def _print_outcome(outcome: Outcome) -> None:
    from tqdm import tqdm

    reason = f": {printable(outcome.reason)}" if outcome.reason else ""
    stream = sys.stderr if outcome.status == "failed" else sys.stdout
    tqdm.write(
        f"{outcome.status:<9}  {printable(outcome.source)}{reason}", file=stream
    )  # above a progress bar, not into it
