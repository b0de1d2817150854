"""The commands ask and search, for one question or a batch."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rag.records import KINDS, Filters, Kind
from ui.cli.terminal import Status, hint, is_terminal, print_json
from ui.cli.tools import tools_of

if TYPE_CHECKING:
    from rag.answering.requests import AskOptions
    from rag.chatbot import Chatbot
    from rag.records import Answer
    from ui.cli.batch import BatchLine

Question = Annotated[str | None, typer.Argument(help="The question.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Batch = Annotated[
    Path | None,
    typer.Option("--batch", exists=True, dir_okay=False, help="JSONL file with id, question, optional history."),
]
Out = Annotated[Path | None, typer.Option("--out", dir_okay=False, help="JSONL file for the answers.")]
Fresh = Annotated[bool, typer.Option("--fresh", help="Overwrite --out instead of continuing it.")]
AsOf = Annotated[
    datetime | None,
    typer.Option(
        "--as-of",
        formats=["%Y-%m-%d"],
        help='The day that "yesterday" in the question is counted from; default: today.',
    ),
]

AnswerKind = Annotated[
    str | None,
    typer.Option("--kind", metavar="KIND", help=f"The kind of answer: {', '.join(KINDS)}. Default: guessed."),
]
Publisher = Annotated[
    list[str] | None, typer.Option("--publisher", help="Use only articles of this publisher; repeatable.")
]
From = Annotated[
    datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="Use only articles published from this day on.")
]
To = Annotated[
    datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Use only articles published up to this day.")
]
ArticleId = Annotated[list[str] | None, typer.Option("--article", help="Use only this article, by its id; repeatable.")]

STAGES = {
    "understood": "Searching …",
    "passages": "Choosing evidence …",
    "citations": "Reading …",
    "token": "Writing …",
    "claim": "Checking …",
}


def ask(
    context: typer.Context,
    question: Question = None,
    as_json: AsJson = False,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown with footnotes.")] = False,
    batch: Batch = None,
    out: Out = None,
    fresh: Fresh = False,
    as_of: AsOf = None,
    kind: AnswerKind = None,
    publisher: Publisher = None,
    published_from: From = None,
    published_to: To = None,
    article_ids: ArticleId = None,
) -> None:
    """Answer a question from the articles, with a citation for every sentence."""
    _check_usage(question, batch, out, fresh)
    wanted = _kind(kind)
    if as_markdown and (as_json or batch):
        raise typer.BadParameter("--markdown is for one answer, and not with --json.")
    from rag.rendering import render_answer_text, render_markdown
    from rag.serialization import render_answer

    today = as_of.date() if as_of else None
    filters = _filters(publisher, published_from, published_to, article_ids)
    with tools_of(context).chatbot() as bot:
        if batch and out:
            _run(
                batch,
                out,
                fresh,
                lambda line: render_answer(
                    bot.ask(
                        line.question,
                        line.turns(),
                        standalone_question=line.standalone_question,
                        kind=wanted,
                        filters=line.filters.filters() or filters,
                        as_of=line.as_of or today,
                    )
                ),
            )
            return
        options: AskOptions = {"kind": wanted, "filters": filters, "as_of": today}
        answer = _ask_with_status(bot, question or "", options)
    if as_json:
        print_json(render_answer(answer))
    else:
        typer.echo(render_markdown(answer) if as_markdown else render_answer_text(answer))


def search(
    context: typer.Context,
    question: Question = None,
    top_k: Annotated[int | None, typer.Option("-k", min=1, max=200, help="How many passages.")] = None,
    as_json: AsJson = False,
    batch: Batch = None,
    out: Out = None,
    fresh: Fresh = False,
    as_of: AsOf = None,
    publisher: Publisher = None,
    published_from: From = None,
    published_to: To = None,
    article_ids: ArticleId = None,
) -> None:
    """Find passages only, without an answer."""
    _check_usage(question, batch, out, fresh)
    from rag.serialization import render_search

    today = as_of.date() if as_of else None
    filters = _filters(publisher, published_from, published_to, article_ids)
    with tools_of(context).chatbot(llm=False) as bot:
        if batch and out:
            _run(
                batch,
                out,
                fresh,
                lambda line: render_search(
                    bot.search(
                        line.question, top_k, filters=line.filters.filters() or filters, as_of=line.as_of or today
                    )
                ),
            )
            return
        result = bot.search(question or "", top_k, filters=filters, as_of=today)
    if as_json:
        print_json(render_search(result))
        return
    from rag.rendering import source_name
    from rag.text.tables import readable_text
    from ui.matches import render_match

    for passage in result.passages:
        article = passage.article
        name = source_name(article.source)
        about = ", ".join(part for part in (article.title, article.publisher, article.published) if part)
        typer.echo(f"{passage.rank}. {about or name}  ({passage.score:.3f})")
        typer.echo(f"   {' '.join(readable_text(article, passage.chunk).split())}")
        typer.echo(f"   {name}\n   found: {render_match(passage)}\n")
    if not result.passages:
        hint("Nothing found.")


def _check_usage(question: str | None, batch: Path | None, out: Path | None, fresh: bool) -> None:
    """Refuse combinations of arguments that make no sense, with exit code 2."""
    if (question is None) == (batch is None):
        raise typer.BadParameter("Give a QUESTION, or --batch FILE, but not both.")
    if (batch is None) != (out is None):
        raise typer.BadParameter("--batch and --out go together.")
    if fresh and batch is None:
        raise typer.BadParameter("--fresh is for --batch.")


def _kind(kind: str | None) -> Kind | None:
    """Return the kind of answer that was named; exit with code 2 where there is no such kind."""
    found = next((each for each in KINDS if each == kind), None)
    if kind is not None and found is None:
        raise typer.BadParameter(f"There is no kind {kind!r}. It is one of {', '.join(KINDS)}.")
    return found


def _filters(
    publishers: list[str] | None, first: datetime | None, last: datetime | None, articles: list[str] | None
) -> Filters:
    return Filters(
        publishers=tuple(publishers or ()),
        published_from=first.date() if first else None,
        published_to=last.date() if last else None,
        articles=tuple(articles or ()),
    )


def _ask_with_status(bot: Chatbot, question: str, options: AskOptions) -> Answer:
    from rag.events import AnswerReady

    with Status() as status:
        status.say("Understanding …")
        for event in bot.stream(question, **options):
            if isinstance(event, AnswerReady):
                return event.answer
            status.say(STAGES[event.kind])
    raise AssertionError("a stream ends with an answer")


def _run(batch: Path, out: Path, fresh: bool, answer: Callable[[BatchLine], dict[str, Any]]) -> None:
    from ui.cli.batch import load_batch, run_batch

    progress = run_batch(load_batch(batch), out, answer, fresh=fresh, progress=is_terminal())
    if progress.n_before:
        hint(f"{progress.n_before:,} were in {out} already; --fresh would answer them again.")
    if progress.interrupted:
        typer.echo(
            f"Interrupted: {progress.n_done:,} of {progress.n_lines:,} are in {out}. "
            "The same command goes on from there.",
            err=True,
        )
        raise typer.Exit(1)
    hint(f"{progress.n_done:,} of {progress.n_lines:,} are in {out}.")
