"""Batches: the questions of one JSONL file, answered one by one into another. An interrupted batch can be continued."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, StringConstraints, ValidationError
from tqdm import tqdm

from rag.errors import DatasetError
from rag.records import Turn
from ui.http.requests import FilterRecord, Question, TurnRecord


class BatchLine(BaseModel):
    """One line of a batch file. Other keys are ignored, so evaluation data sets are batch files too."""

    id: Annotated[str, StringConstraints(min_length=1)]
    question: Question
    history: list[TurnRecord] = []
    standalone_question: Question | None = None
    filters: FilterRecord = FilterRecord()
    as_of: date | None = None

    def turns(self) -> tuple[Turn, ...]:
        """Return the history as the chatbot takes it."""
        return tuple(Turn(question=turn.question, answer=turn.answer) for turn in self.history)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchProgress:
    """The progress of a batch: `n_done` of `n_lines` answers are written, `n_before` of them by an earlier run."""

    n_lines: int
    n_before: int
    n_done: int
    interrupted: bool


def load_batch(path: Path) -> list[BatchLine]:
    """Return the questions of a JSONL file, in order. Blank lines are skipped.

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
                raise DatasetError(f"Line {number} of {path} is wrong: {wrong}. Correct it and try again.") from exc
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
    """Answer the questions, and write each answer to `out` as soon as it is ready, with the question's id.

    Questions whose id is in `out` already are skipped, so that an interrupted batch continues where it stopped.

    Args:
        lines: the questions, answered in this order.
        out: the JSONL file to write, or to continue.
        answer: returns the JSON object for one question.
        fresh: whether to overwrite `out` instead of continuing it.
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
    """Return the ids of the answers in a file. An incomplete last line, as a crash leaves it, is removed."""
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
                    f"{out} contains something else than answers. Choose another --out, or use --fresh."
                ) from exc
    return ids
