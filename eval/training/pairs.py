"""The rows that both judges learn from, how they are read from JSON lines, and how they are split by page."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.training.errors import TrainingDataError


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two texts with the label that a judge should give them.

    Attributes:
        first: the question or the claim.
        second: the passage or the evidence.
        label: index into the task's labels.
        kind: how the row was made, for figures by kind.
        page: the page that the row was made from; rows of one page are never on both sides of a split.
        span: half-open character span of the answer in `second`, or None where there is none to learn.
    """

    first: str
    second: str
    label: int
    kind: str
    page: str
    span: tuple[int, int] | None = None


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of a JSON-lines file, in order.

    Raises:
        TrainingDataError: the file is missing or a line is not a JSON object.
    """
    if not path.is_file():
        raise TrainingDataError(f"No file {path}. Give the folder of the training rows with --data.")
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                row = json.loads(line)
            except json.JSONDecodeError as exc:
                raise TrainingDataError(f"{path}, line {number}: not JSON ({exc.msg}).") from exc
            if not isinstance(row, dict):
                raise TrainingDataError(f"{path}, line {number}: not a JSON object.")
            yield row


def share_of(page: str, salt: str = "") -> float:
    """Return a number in [0, 1) that depends on the page alone; a page is always on the same side of a split."""
    digest = hashlib.sha256(f"{salt}\0{page}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def split_pairs(pairs: Iterable[Pair], held_out: float) -> tuple[list[Pair], list[Pair]]:
    """Return training rows and held-out rows, split by page, each in the order given and without repeated texts."""
    train: list[Pair] = []
    dev: list[Pair] = []
    seen: set[tuple[str, str]] = set()
    for pair in pairs:
        key = (pair.first, pair.second)
        if key in seen:
            continue
        seen.add(key)
        (dev if share_of(pair.page) < held_out else train).append(pair)
    return train, dev
