"""Prints the coverage of lines and branches by room, out of the file `.coverage` that the tests left."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from pathlib import Path

import coverage

PACKAGES = ("rag", "ingest", "eval", "ui")
COUNTED = ("num_statements", "covered_lines", "num_branches", "covered_branches")


def load_files() -> dict[str, Counter[str]]:
    """Return the counts of each file, by its path."""
    data = coverage.Coverage()
    data.load()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "coverage.json"
        data.json_report(outfile=str(report))
        files = json.loads(report.read_text(encoding="utf-8"))["files"]
    return {path: Counter({name: file["summary"][name] for name in COUNTED}) for path, file in files.items()}


def room_of(path: str) -> str:
    """Return the room of a file, or the package for a file at its root: `rag/text/` for `rag/text/words.py`."""
    parts = Path(path).parts
    return "/".join(parts[: min(2, len(parts) - 1)]) + "/"


def share(covered: int, all_of_them: int) -> str:
    """Return a share in percent, or a dash where there is nothing to cover."""
    return f"{covered / all_of_them:7.1%}" if all_of_them else f"{'–':>7}"


def row(name: str, counts: Counter[str]) -> str:
    """Return a line of the table."""
    lines = share(counts["covered_lines"], counts["num_statements"])
    branches = share(counts["covered_branches"], counts["num_branches"])
    return f"{name:24} {counts['num_statements']:7,} {lines} {counts['num_branches']:9,} {branches}"


def main() -> None:
    """Print the table, with the total last."""
    rooms: dict[str, Counter[str]] = {}
    for path, counts in load_files().items():
        rooms.setdefault(room_of(path), Counter()).update(counts)
    print(f"{'room':24} {'lines':>7} {'covered':>7} {'branches':>9} {'covered':>7}")
    for room in sorted(rooms, key=lambda room: (PACKAGES.index(room.split("/")[0]), room)):
        print(row(room, rooms[room]))
    print(row("total", sum(rooms.values(), Counter())))


if __name__ == "__main__":
    main()
