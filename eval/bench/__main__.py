"""Runs the benchmark: `python -m eval.bench [--articles PATH …] [--only PART …] [--json]`.

The part `scale`, which embeds 100,000 chunks, runs only when it is named.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import platform
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from eval.bench.asking import measure_asking
from eval.bench.figures import Figure, render_table, summarize
from eval.bench.ingesting import measure_ingest
from eval.bench.scaling import measure_scaling
from eval.bench.searching import measure_search
from ingest import sample_sources


def main() -> None:
    """Print the figures as a table, or as JSON."""
    parser = argparse.ArgumentParser(prog="python -m eval.bench", description="Measures speed and memory.")
    parser.add_argument("--articles", nargs="+", default=sample_sources(), help="for asking; default: the samples")
    parser.add_argument(
        "--only", nargs="+", choices=("ingest", "search", "ask", "scale"), default=("ingest", "search", "ask")
    )
    parser.add_argument("--chunks", nargs="+", type=int, default=(1_000, 20_000), help="library sizes for searching")
    parser.add_argument(
        "--scale", nargs="+", type=int, default=(1_000, 10_000, 100_000), help="sizes for `--only scale`"
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    parts: dict[str, Callable[[], list[Figure]]] = {
        "ingest": partial(measure_ingest, arguments.rounds),
        "search": partial(measure_search, arguments.rounds, sorted(arguments.chunks)),
        "scale": partial(measure_scaling, arguments.rounds, sorted(arguments.scale)),
        "ask": partial(measure_asking, [str(path) for path in arguments.articles]),
    }
    figures = [figure for name in arguments.only for figure in _in_own_process(name, parts[name])]
    machine = {"cores": os.cpu_count(), "system": platform.platform(), "python": platform.python_version()}
    if arguments.json:
        print(json.dumps({"machine": machine, "figures": [summarize(figure) for figure in figures]}, indent=2))
    else:
        print(render_table(figures))
        print("\n" + ", ".join(f"{key}: {value}" for key, value in machine.items()))


def _in_own_process(name: str, measure: Callable[[], list[Figure]]) -> list[Figure]:
    """Return the figures of a part, which is measured in a process of its own, so with fresh memory and caches."""
    print(f"measuring: {name}", file=sys.stderr)
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(measure).result()


if __name__ == "__main__":
    main()
