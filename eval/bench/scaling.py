"""How ingest and search scale: rate and memory while a library grows, then the time of a search.

Unlike `eval/bench/searching.py` this embeds every chunk with the real model: 100,000 chunks take most of an
hour on two cores.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from eval.bench.figures import Figure
from eval.bench.memory import MemoryWatch
from eval.bench.searching import grow, search_figures
from rag.library.library import Library
from rag.settings import load_settings
from rag.wiring import build_library


def measure_scaling(rounds: int, sizes: Sequence[int]) -> list[Figure]:
    """Return the figures at each size (in chunks, ascending): growing to it, memory meanwhile, and searches."""
    with tempfile.TemporaryDirectory() as folder:
        library = build_library(load_settings(home=Path(folder) / "home"))
        try:
            return scale_library(library, Path(folder), rounds, sizes)
        finally:
            library.close()


def scale_library(library: Library, folder: Path, rounds: int, sizes: Sequence[int]) -> list[Figure]:
    """Return the figures of an empty library that grows by synthetic articles, which are written into a folder."""
    figures = []
    n_articles = n_before = 0
    for size in sizes:
        started, used = time.perf_counter(), _processor_s()
        with MemoryWatch() as memory:
            n_articles = grow(library, folder, n_articles, size)
        seconds, processor_s = time.perf_counter() - started, _processor_s() - used
        n_chunks = library.vectors.count()
        name = f"{n_chunks:,} chunks"
        figures += [
            Figure(name=f"growing to {name}", unit="s", values=(seconds,)),
            Figure(name=f"growing to {name}, processor", unit="s", values=(processor_s,)),
            Figure(name=f"growing to {name}, rate", unit="chunks/s", values=((n_chunks - n_before) / seconds,)),
            Figure(name=f"growing to {name}, peak memory", unit="MB", values=(memory.peak_mb,)),
            *search_figures(library, n_articles, rounds),
        ]
        n_before = n_chunks
    return figures


def _processor_s() -> float:
    """Return the processor seconds that this process and its ended children have used, on all cores."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system
