"""The commands that measure one part alone: `retrieval` and `checker`."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from eval.cli.options import Json, Quiet, write_text
from rag.settings import load_settings


def retrieval(
    directory: Annotated[
        Path,
        typer.Argument(metavar="DIR", help="Folder in the BEIR layout: corpus.jsonl, queries.jsonl, qrels/test.tsv."),
    ],
    out: Annotated[Path | None, typer.Option(help="Folder for retrieval.json, retrieval.md and the index.")] = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Score dense, lexical, fused and reranked retrieval side by side."""
    from eval.data.beir import load_collection, write_articles
    from eval.data.corpus import open_corpus
    from eval.running.retrieval_evaluation import build_stages, render_retrieval_markdown, retrieval_report
    from rag.retrieval.reranking import load_reranker

    settings = load_settings()
    collection = load_collection(directory)
    with tempfile.TemporaryDirectory(prefix="footnote-eval-") as temporary:
        folder = out or Path(temporary)
        records = folder / "articles.jsonl"
        write_articles(collection, records)
        with open_corpus(settings, [str(records)], folder / "library", progress=not quiet) as library:
            stages = build_stages(library, load_reranker(settings))
            report = retrieval_report(collection, stages, name=directory.resolve().name, progress=not quiet)
        write_text(out, "retrieval.json", json.dumps(report, indent=1))
        write_text(out, "retrieval.md", render_retrieval_markdown(report))
    typer.echo(json.dumps(report, indent=1) if as_json else render_retrieval_markdown(report), nl=False)


def checker(
    file: Annotated[
        Path, typer.Argument(metavar="FILE.jsonl", help='Lines of {"claim", "evidence": [sentence, …], "label"}.')
    ],
    out: Annotated[Path | None, typer.Option(help="Folder for checker.json, checker.md and claims.jsonl.")] = None,
    calibrate: Annotated[bool, typer.Option("--calibrate", help="Fit and store threshold and probabilities.")] = False,
    calibration: Annotated[Path | None, typer.Option(help="The calibration's file. Default: in FOOTNOTE_HOME.")] = None,
    raw: Annotated[bool, typer.Option("--raw", help="Ignore a stored calibration.")] = False,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Score the claim checker of the settings on labelled claims; --calibrate fits it to them."""
    from eval.data.labelled_claims import load_claims, provenance
    from eval.running.calibrating import fit_calibration
    from eval.running.checker_evaluation import (
        check_claims,
        checker_report,
        render_checker_markdown,
        scores_and_labels,
        write_claims,
    )
    from rag.checking.calibration import CalibratedChecker, calibration_path, load_calibration, store_calibration
    from rag.checking.loading import load_checker

    settings = load_settings()
    claims = load_claims(file)
    judge = load_checker(settings)
    path = calibration or calibration_path(settings, judge.name)
    stored = None if raw or calibrate else load_calibration(path)
    checked = check_claims(CalibratedChecker(judge, stored) if stored else judge, claims, progress=not quiet)
    report = checker_report(judge.name, claims, checked, stored)
    if calibrate:
        fitted = fit_calibration(judge.name, *scores_and_labels(claims, checked), provenance(file, claims))
        store_calibration(path, fitted)
        report["fitted"] = {"path": str(path), **fitted.model_dump()}
    text = render_checker_markdown(report)
    write_text(out, "checker.json", json.dumps(report, indent=1))
    write_text(out, "checker.md", text)
    if out:
        write_claims(claims, checked, out / "claims.jsonl")
    typer.echo(json.dumps(report, indent=1) if as_json else text, nl=False)
