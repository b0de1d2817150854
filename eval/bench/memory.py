"""The peak memory of this process and its descendants together, while some work is done."""

from __future__ import annotations

import os
import threading
from collections import defaultdict
from pathlib import Path
from types import TracebackType

from eval.bench.figures import peak_memory_mb

SAMPLE_S = 0.5


class MemoryWatch:
    """A context in which memory is watched; `peak_mb` is the most that was held at once.

    On systems without `/proc` it is the most that this process alone has ever held.
    """

    def __init__(self) -> None:
        self.peak_mb = 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="memory-watch", daemon=True)

    def __enter__(self) -> MemoryWatch:
        """Begin to watch."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the watch."""
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while True:
            self.peak_mb = max(self.peak_mb, _held_mb())
            if self._ended.wait(SAMPLE_S):
                return


def _held_mb() -> float:
    """Return what this process and its descendants hold now; memory that they share counts for each."""
    children: dict[int, list[int]] = defaultdict(list)
    pages: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            after_name = (folder / "stat").read_text().rpartition(")")[2].split()
            pages[int(folder.name)] = int((folder / "statm").read_text().split()[1])
        except (OSError, IndexError):  # it has ended meanwhile
            continue
        children[int(after_name[1])].append(int(folder.name))
    if os.getpid() not in pages:
        return peak_memory_mb()
    waiting, held = [os.getpid()], 0
    while waiting:
        process = waiting.pop()
        held += pages.get(process, 0)
        waiting += children[process]
    return held * os.sysconf("SC_PAGE_SIZE") / 1024**2
