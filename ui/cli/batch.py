"""Batches: questions from a JSONL file, answered one by one into another, so that nothing done is lost."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from tqdm import tqdm

from rag.errors import DatasetError
from ui.http.requests import BatchLine


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchProgress:
    """How far a batch came: `n_done` of `n_lines` are written, `n_before` of them by an earlier run."""

    n_lines: int
    n_before: int
    n_done: int
    interrupted: bool


def load_batch(path: Path) -> list[BatchLine]:
    """The questions of a JSONL file, in order; blank lines are skipped.

    Raises:
        DatasetError: a line isn't a question with an id, or two lines have the same id.
    """
    lines: list[BatchLine] = []
    seen: set[str] = set()
    with path.open(encoding="utf-8", errors="replace") as file:
        for number, text in enumerate(file, start=1):
            if not text.strip():
                continue
            try:
                line = BatchLine.model_validate_json(text)
            except ValidationError as exc:
                wrong = "; ".join(
                    f"{'.'.join(map(str, error['loc'])) or 'line'}: {error['msg']}" for error in exc.errors()
                )
                raise DatasetError(f"Line {number} of {path} is wrong: {wrong}. Mend it and try again.") from exc
            if line.id in seen:
                raise DatasetError(f"Line {number} of {path} repeats the id {line.id!r}. Give each its own.")
            seen.add(line.id)
            lines.append(line)
    return lines


def run_batch(
    lines: Sequence[BatchLine],
    out: Path,
    answer: Callable[[BatchLine], dict[str, Any]],
    *,
    fresh: bool = False,
    progress: bool = False,
) -> BatchProgress:
    """Writes one object a line to `out`, each as soon as it's there, with the line's own id.

    Lines whose id `out` holds already are left out, so that an interrupted batch goes on where it stopped.

    Args:
        lines: the questions, answered in this order.
        out: the JSONL file to write, or to go on with.
        answer: gives the object of one line.
        fresh: throws away what `out` holds.
        progress: whether to draw a progress bar.
    """
    done = set() if fresh else _ids_done(out)
    todo = [line for line in lines if line.id not in done]
    n_before = len(lines) - len(todo)
    n_done, interrupted = n_before, False
    with out.open("w" if fresh else "a", encoding="utf-8") as file:
        bar = tqdm(todo, total=len(lines), initial=n_before, unit="question", disable=not progress)
        try:
            for line in bar:
                file.write(json.dumps({**answer(line), "id": line.id}, ensure_ascii=False) + "\n")
                file.flush()
                n_done += 1
        except KeyboardInterrupt:
            interrupted = True
        finally:
            bar.close()
    return BatchProgress(n_lines=len(lines), n_before=n_before, n_done=n_done, interrupted=interrupted)


def _ids_done(out: Path) -> set[str]:
    """The ids that a file holds; a last line that was cut short by a crash is cut off."""
    if not out.exists():
        return set()
    ids: set[str] = set()
    whole_bytes = 0
    with out.open("rb+") as file:
        for text in file:
            if not text.endswith(b"\n"):
                file.truncate(whole_bytes)
                break
            whole_bytes += len(text)
            try:
                ids.add(str(json.loads(text)["id"]))
            except (ValueError, KeyError, TypeError) as exc:
                raise DatasetError(
                    f"{out} holds something else than answers. Choose another --out, or use --fresh."
                ) from exc
    return ids
