"""One run of ingest: from a list of sources to the articles of a library, and what is gone from its folders."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from contextlib import ExitStack

from ingest.cleaning.addresses import is_address
from ingest.indexing.removing import remove_missing, report_missing
from ingest.indexing.writing import Indexer, OnOutcome
from ingest.progress import OnProgress, ProgressMeter
from ingest.readers.limits import limits_of
from ingest.readers.pool import ExtractionPool
from ingest.records import IngestReport
from ingest.sources.fetching import Fetcher
from ingest.sources.paths import find_files
from ingest.sources.read_ahead import ReadAhead
from ingest.sources.web import add_address
from rag.library.library import Library


def ingest_into(
    library: Library,
    sources: Sequence[str],
    on_outcome: OnOutcome | None = None,
    progress: bool = False,
    retry_failed: bool = False,
    on_progress: OnProgress | None = None,
    uploaded: bool = False,
    prune: bool = False,
) -> IngestReport:
    """Add or update the articles of files, folders and addresses; see `ingest.ingest` for the parameters."""
    started = time.monotonic()
    limits = limits_of(library.settings)
    with library.writing(), ExtractionPool(limits) as pool, ExitStack() as at_end:
        indexer = Indexer(library, on_outcome)
        files = ReadAhead(indexer, pool, limits, retry_failed=retry_failed, uploaded=uploaded)
        before = library.catalog.files()
        fetcher: Fetcher | None = None
        found = [item for source in sources for item in ([source] if is_address(source) else find_files(source))]
        meter = at_end.enter_context(ProgressMeter(len(found), bar=progress, on_progress=on_progress))
        for number, item in enumerate(found, 1):
            if isinstance(item, str) and is_address(item):
                files.settle()
                fetcher = fetcher or at_end.enter_context(Fetcher(library.settings))
                add_address(indexer, fetcher, item, limits)
            else:
                files.open(item)
            meter.step(number, indexer.n_chunks, indexer.n_failed)
        files.settle()
        indexer.flush()
        folders = _folders(sources)
        if prune:
            remove_missing(indexer, library, folders, before)
        report_missing(indexer, library, folders, before)
        indexer.flush()
        meter.step(len(found), indexer.n_chunks, indexer.n_failed)
    return IngestReport(outcomes=tuple(indexer.outcomes), seconds=time.monotonic() - started)


def _folders(sources: Sequence[str]) -> list[str]:
    return [source for source in sources if not is_address(source) and os.path.isdir(source)]
