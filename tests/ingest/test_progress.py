"""Progress of a run: what it counts, and how often it is told."""

from __future__ import annotations

from pathlib import Path

import pytest

import ingest
from ingest import progress
from ingest.progress import Progress, ProgressMeter
from rag.settings import load_settings
from rag.wiring import build_library
from tests.fakes import BagOfWordsEmbeddings


def test_files_chunks_and_failures_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "INTERVAL_S", 0.0)
    folder = tmp_path / "news"
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.txt").write_text(f"It rained {number} times. " * 100)
    (folder / "bad.txt").write_bytes(b"\x00\x01\x02" * 100)
    library = build_library(load_settings(home=tmp_path / "home"), embeddings=BagOfWordsEmbeddings())
    told: list[Progress] = []
    ingest.ingest([str(folder)], library=library, on_progress=told.append)
    last = told[-1]
    assert [each.files for each in told] == [1, 2, 3, 4, 4]
    assert (last.files, last.n_files, last.failed) == (4, 4, 1)
    assert last.chunks == library.catalog.counts()[1] > 3
    library.close()


def test_the_rate_and_what_is_left_follow_from_what_is_done() -> None:
    reached = Progress(files=20, n_files=100, chunks=300, failed=1, seconds=10.0)
    assert (reached.chunks_per_s, reached.eta_s) == (30.0, 40.0)
    begun = Progress(files=0, n_files=100, chunks=0, failed=0, seconds=0.0)
    assert (begun.chunks_per_s, begun.eta_s) == (0.0, 0.0)


def test_it_is_not_told_more_often_than_once_an_interval() -> None:
    told: list[Progress] = []
    with ProgressMeter(1000, bar=False, on_progress=told.append) as teller:
        for number in range(1000):
            teller.step(number, 0, 0)
    assert len(told) < 10
