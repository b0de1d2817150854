"""The progress of a run of ingest: files, chunks, their rate, the time that is left, and failures so far."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType

from tqdm import tqdm

INTERVAL_S = 1.0
"""Progress is reported at most this often, and first after this time, so a short run reports none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run is.

    Attributes:
        files: files, pages and feeds that were reached, of `n_files` in all.
        chunks: embedded and written so far.
        failed: sources that could not be read.
        seconds: since the run began.
    """

    files: int
    n_files: int
    chunks: int
    failed: int
    seconds: float

    @property
    def chunks_per_s(self) -> float:
        """Return chunks a second since the run began."""
        return self.chunks / self.seconds if self.seconds else 0.0

    @property
    def eta_s(self) -> float:
        """Return the seconds that are left if the other files take as long as those before."""
        return self.seconds / self.files * (self.n_files - self.files) if self.files else 0.0


OnProgress = Callable[[Progress], None]


class ProgressMeter:
    """Draws a progress bar and calls `on_progress`, whichever is wanted; use it as a context manager."""

    def __init__(self, n_files: int, *, bar: bool, on_progress: OnProgress | None) -> None:
        self._n_files, self._on_progress = n_files, on_progress
        self._bar = tqdm(total=n_files, desc="Ingest", unit="file", delay=INTERVAL_S, disable=not bar)
        self._started = self._told_at = time.monotonic()

    def __enter__(self) -> ProgressMeter:
        """Return the meter itself; its clock runs from when it was made."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the bar."""
        self._bar.close()

    def step(self, files: int, chunks: int, failed: int) -> None:
        """Report how many files were reached, chunks written, and sources failed so far."""
        now = time.monotonic()
        progress = Progress(
            files=files, n_files=self._n_files, chunks=chunks, failed=failed, seconds=now - self._started
        )
        self._bar.set_postfix_str(
            f"{chunks:,} chunks, {progress.chunks_per_s:.0f} chunks/s, {failed:,} failed", refresh=False
        )
        self._bar.update(files - self._bar.n)
        if self._on_progress and now - self._told_at >= INTERVAL_S:
            self._told_at = now
            self._on_progress(progress)
