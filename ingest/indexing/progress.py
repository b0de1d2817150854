"""How far a run of ingest is: files, chunks, their rate, the time that is left, and what has failed so far."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType

from tqdm import tqdm

INTERVAL_S = 1.0
"""Progress is told this often at most, and not before: what is done at once needs none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where a run is.

    Attributes:
        files: files, pages and feeds that were reached, of `n_files` in all.
        chunks: that were embedded and stored.
        failed: sources that were not taken in, and should have been.
        seconds: since the run began.
    """

    files: int
    n_files: int
    chunks: int
    failed: int
    seconds: float

    @property
    def chunks_per_s(self) -> float:
        """Chunks a second since the run began."""
        return self.chunks / self.seconds if self.seconds else 0.0

    @property
    def eta_s(self) -> float:
        """Seconds that are left if the other files take as long as those before."""
        return self.seconds / self.files * (self.n_files - self.files) if self.files else 0.0


OnProgress = Callable[[Progress], None]


class ProgressTeller:
    """Draws a bar, where it is to, and tells progress to who asks for it; use it as a context."""

    def __init__(self, n_files: int, *, bar: bool, on_progress: OnProgress | None) -> None:
        self._n_files, self._on_progress = n_files, on_progress
        self._bar = tqdm(total=n_files, desc="Ingest", unit="file", delay=INTERVAL_S, disable=not bar)
        self._started = self._told_at = time.monotonic()

    def __enter__(self) -> ProgressTeller:
        """The clock runs since it was made."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Ends the bar."""
        self._bar.close()

    def step(self, files: int, chunks: int, failed: int) -> None:
        """Says how many files were reached, chunks stored, and sources failed by now."""
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
